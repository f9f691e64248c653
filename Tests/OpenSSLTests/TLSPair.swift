import Domains
import OpenSSL
import TestSupport

/// A client and a server that talk to each other in memory.
struct TLSPair {
    var client: Side
    var server: Side

    struct Side {
        let connection: TLSConnection
        let pipe: TLSPipe
        private(set) var isComplete = false
        private(set) var received: [UInt8] = []

        init(pipe: TLSPipe = TLSPipe(), _ make: (TLSPipe) throws -> TLSConnection) rethrows {
            self.pipe = pipe
            connection = try make(pipe)
        }

        /// Feeds the bytes, and returns what is to be sent.
        mutating func take(_ input: [UInt8]) throws -> [UInt8] {
            try input.withUnsafeBytes { bytes in
                pipe.beginInput(bytes)
                defer { pipe.endInput() }
                if !isComplete { isComplete = try connection.handshake() }
                if isComplete { try readAll() }
            }
            return takeOutput()
        }

        func takeOutput() -> [UInt8] {
            defer { pipe.discardOutput() }
            return pipe.output
        }

        private mutating func readAll() throws {
            var buffer = [UInt8](repeating: 0, count: 16 * 1024)
            while case .bytes(let count) = try buffer.withUnsafeMutableBytes({ try connection.read(into: $0) }) {
                received += buffer[..<count]
            }
        }
    }

    init(
        _ clientContext: TLSContext, _ serverContext: TLSContext, serverName: Domain = "localhost",
        identity: TLSIdentity? = nil, resuming session: TLSSession? = nil
    ) throws {
        client = try Side {
            try TLSConnection(
                client: clientContext, over: $0, serverName: serverName, identity: identity, resuming: session)
        }
        server = try Side { try TLSConnection(server: serverContext, over: $0) }
    }

    /// Lets both talk until neither has anything to say.
    mutating func talk() throws {
        var toServer = try client.take([])
        while !toServer.isEmpty {
            toServer = try client.take(try server.take(toServer))
        }
    }

    /// A handshake that completed on both sides.
    static func connected(
        _ client: TLSContext, _ server: TLSContext, serverName: Domain = "localhost", identity: TLSIdentity? = nil,
        resuming session: TLSSession? = nil
    ) throws -> TLSPair {
        var pair = try TLSPair(client, server, serverName: serverName, identity: identity, resuming: session)
        try pair.talk()
        return pair
    }

    var isComplete: Bool { client.isComplete && server.isComplete }
}

extension Certificates {
    func identity(_ name: String) throws -> TLSIdentity {
        try TLSIdentity(certificateFile: certificate(name), keyFile: key(name))
    }

    /// What `openssl` takes for the certificate's hash.
    func fingerprint(_ name: String, _ hash: String) async throws -> String {
        let text = try await ChildProcess.succeed(
            "openssl", ["x509", "-noout", "-fingerprint", "-\(hash)", "-in", certificate(name)])
        return text.split(separator: "=").last.map { $0.filter(\.isHexDigit).lowercased() } ?? ""
    }
}

extension TLSProtocolVersion {
    static let each: [TLSProtocolVersion] = [.v1_2, .v1_3]
}
