import Domains
import Foundation
import LoadPlan

/// An address as a scenario may write it.
enum WrittenAddress {
    static let expected = "an address such as 127.0.0.1:5222, [::1]:5222, example.org or embedded"

    static func read(_ text: String) throws(ValueError) -> Target.Address {
        if text == "embedded" { return .embedded }
        if text.hasPrefix("[") { return try bracketed(text) }
        return if let host = Host(text) { try withoutPort(host, text) } else { try withPort(text) }
    }

    private static func bracketed(_ text: String) throws(ValueError) -> Target.Address {
        let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, case .v6? = Host(String(parts[0])) else { throw .other() }
        guard parts[1].hasPrefix(":") else { throw .other(parts[1].isEmpty ? text + ":5222" : nil) }
        return .host(String(parts[0]), port: try port(parts[1].dropFirst()))
    }

    private static func withoutPort(_ host: Host, _ text: String) throws(ValueError) -> Target.Address {
        switch host {
        case .v4: throw .other(text + ":5222")
        case .v6: throw .other("[\(text)]:5222")
        case .name(let name):
            let near = Nearest.to(name.text, among: ["embedded"])
            if near != nil { throw .other(near) }
            return .domain(name.ascii)
        }
    }

    private static func withPort(_ text: String) throws(ValueError) -> Target.Address {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let host = Host(String(parts[0])) else { throw .other() }
        switch host {
        case .v4: return .host(String(parts[0]), port: try port(parts[1]))
        case .v6: throw .other()
        case .name(let name): return .host(name.ascii, port: try port(parts[1]))
        }
    }

    private static func port(_ text: Substring) throws(ValueError) -> UInt16 {
        guard let digits = Digits.whole(text), let port = UInt16(digits), port > 0 else {
            throw ValueError("a port is a number from 1 to 65535, found \"\(String(text).shortened)\"")
        }
        return port
    }
}

/// A host by address or by name.
enum Host: Equatable {
    case v4([UInt8])
    case v6([UInt8])
    case name(Domain)

    init?(_ text: String) {
        if let bytes = Self.address(text, family: AF_INET, size: 4) {
            self = .v4(bytes)
        } else if let bytes = Self.address(text, family: AF_INET6, size: 16) {
            self = .v6(bytes)
        } else if let name = Self.name(text) {
            self = .name(name)
        } else {
            return nil
        }
    }

    /// 127.0.0.0/8, ::1 and localhost.
    var isLoopback: Bool {
        switch self {
        case .v4(let bytes): bytes.first == 127
        case .v6(let bytes): bytes == Array(repeating: 0, count: 15) + [1]
        case .name(let name): name == "localhost"
        }
    }

    private static func address(_ text: String, family: Int32, size: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: size)
        let result = unsafe bytes.withUnsafeMutableBytes { unsafe inet_pton(family, text, $0.baseAddress) }
        return result == 1 ? bytes : nil
    }

    /// Not one whose last label is digits alone, which is a mistyped address.
    private static func name(_ text: String) -> Domain? {
        guard let name = try? Domain(text), !name.isAddress,
            let last = name.ascii.split(separator: ".").last, Digits.whole(last) == nil
        else { return nil }
        return name
    }
}

// MARK: - The values of a target

extension ValueKind where Value == Target.Address {
    static var address: Self {
        Self(expected: WrittenAddress.expected) { scalar throws(ValueError) in try WrittenAddress.read(scalar.text) }
    }
}

extension ValueKind where Value == Domain {
    static var domain: Self {
        Self(expected: "a domain such as example.org") { scalar throws(ValueError) in
            do throws(DomainError) { return try Domain(scalar.text) } catch {
                throw ValueError("expected a domain such as example.org: \(error.reason)")
            }
        }
    }
}

extension ValueKind where Value == String {
    static var pin: Self {
        Self(expected: "the SHA-256 of a certificate: 64 hexadecimal digits") { scalar throws(ValueError) in
            let digits = scalar.text.lowercased().filter { $0 != ":" }
            guard digits.utf8.count == 64, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { throw .other() }
            return digits
        }
    }
}

extension ValueKind where Value == Target.Verification {
    static var verification: Self {
        Self(expected: "full, none, {ca: FILE} or {pin: SHA256}") { scalar throws(ValueError) in
            switch scalar.text {
            case "full": return .full
            case "none": return .none
            default: throw .other(Nearest.to(scalar.text, among: ["full", "none"]))
            }
        }
    }
}

extension ValueKind where Value == ClosedRange<Target.TLSVersion> {
    static var tlsVersions: Self {
        Self(expected: "1.2, 1.3 or 1.2..1.3") { scalar throws(ValueError) in
            let versions = scalar.text.components(separatedBy: "..").map(Target.TLSVersion.init(rawValue:))
            guard (1...2).contains(versions.count), let low = versions.first.flatMap({ $0 }),
                let high = versions.last.flatMap({ $0 })
            else { throw .other() }
            guard low <= high else { throw .other("\(high.rawValue)..\(low.rawValue)") }
            return low...high
        }
    }
}

extension ValueKind where Value == String {
    /// As OpenSSL names them. Whether the library at hand has one shows when the run begins.
    static var tlsGroup: Self {
        Self(expected: "a key exchange group such as X25519 or P-256") { scalar throws(ValueError) in
            let known = [
                "X25519", "X448", "P-256", "P-384", "P-521", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1",
                "ffdhe2048", "ffdhe3072", "ffdhe4096", "X25519MLKEM768", "SecP256r1MLKEM768", "MLKEM768",
            ]
            guard known.contains(scalar.text) else { throw .other(Nearest.to(scalar.text, among: known)) }
            return scalar.text
        }
    }
}

extension ValueKind where Value == Target.ServerProcessChoice {
    static func process(folder: String) -> Self {
        Self(expected: "auto, a process id or a pid file") { scalar throws(ValueError) in
            guard !scalar.text.isEmpty else { throw .other() }
            if scalar.text == "auto" { return .auto }
            guard let digits = Digits.whole(scalar.text) else {
                return .pidFile(scalar.text.hasPrefix("/") ? scalar.text : folder + scalar.text)
            }
            guard let pid = Int32(digits), pid > 0 else { throw .other() }
            return .pid(pid)
        }
    }
}
