/// What is fed with bytes of anybody's making. Each holds what must be true of any input and traps where it is not.
///
/// One set serves libFuzzer (`Fuzz/run`) and `make test`, which feeds the kept corpus and some mutations of it.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// The stanza scanner, against itself and libxml2.
    case scanner
    /// A login, against a server that says these bytes.
    case login
    /// The embedded server, against a client that says these bytes.
    case server
    /// SASL messages, both sides.
    case sasl
    case scenario
    /// A file of a result folder, edited.
    case result
    /// `latency.hlog`.
    case log
    /// The answer of a name server.
    case dns
    /// The head of a request to the live page.
    case http

    public func run(_ bytes: [UInt8]) {
        switch self {
        case .scanner: fuzzScanner(bytes)
        case .login: fuzzLogin(bytes)
        case .server: fuzzServer(bytes)
        case .sasl: fuzzSASL(bytes)
        case .scenario: fuzzScenario(bytes)
        case .result: fuzzResult(bytes)
        case .log: fuzzLog(bytes)
        case .dns: fuzzDNS(bytes)
        case .http: fuzzHTTP(bytes)
        }
    }
}

/// Decisions that are drawn from the input, so that they are the same for the same bytes.
struct FuzzInput {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    mutating func choice<Value>(of values: [Value]) -> Value { values[Int(byte()) % values.count] }

    /// What is left.
    var rest: [UInt8] { Array(bytes) }

    /// What is left in pieces of this length, the last one shorter; one piece for 0.
    func pieces(of length: UInt8) -> [[UInt8]] {
        let length = length == 0 ? max(1, bytes.count) : Int(length)
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: length).map { start in
            Array(bytes[start..<min(start + length, bytes.endIndex)])
        }
    }
}
