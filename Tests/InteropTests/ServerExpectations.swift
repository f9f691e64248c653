import Foundation
import TestSupport
import Testing

/// The mechanisms in a server's first features, sorted.
func offeredMechanisms(port: UInt16, domain: String = "localhost") throws -> [String] {
    let connection = try LoopbackConnection(port: port)
    let features = try openStream(connection, domain: domain)
    #expect(features.contains("</stream:features>"))
    return features.matches(of: /<mechanism>([^<]+)<\/mechanism>/).map { String($0.1) }.sorted()
}

/// The first and the last account log in with PLAIN, with the right password only; the one after them does not exist.
func expectAccounts(port: UInt16, count: Int = 200) throws {
    #expect(try answerToPlain(port: port, user: "u1", password: "pw").contains("<success"))
    #expect(try answerToPlain(port: port, user: "u\(count)", password: "pw").contains("<success"))
    #expect(try answerToPlain(port: port, user: "u1", password: "wrong").contains("not-authorized"))
    #expect(try answerToPlain(port: port, user: "u\(count + 1)", password: "pw").contains("not-authorized"))
}

/// The process is over and nobody accepts connections on its port.
func expectGone(pid: Int32, port: UInt16) {
    #expect(kill(pid, 0) == -1)
    #expect(!LoopbackConnection.isAccepted(port: port))
}

/// A TLS handshake succeeds, with the server's certificate verified for its domain.
func expectVerifiedTLS(port: UInt16, certificateAuthority: String, starting: [String] = []) async throws {
    let outcome = try await ChildProcess.run(
        "openssl",
        [
            "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", certificateAuthority, "-servername", "localhost",
            "-verify_hostname", "localhost", "-verify_return_error", "-brief", "-name", "localhost",
        ] + starting)
    #expect(outcome.status == .exited(0))
    #expect(outcome.errorOutput.contains("Verification: OK"))
}

private func openStream(_ connection: LoopbackConnection, domain: String) throws -> String {
    try connection.send(
        """
        <?xml version='1.0'?><stream:stream to='\(domain)' version='1.0' xmlns='jabber:client' \
        xmlns:stream='http://etherx.jabber.org/streams'>
        """)
    return try connection.read(until: "</stream:features>")
}

private func answerToPlain(port: UInt16, user: String, password: String) throws -> String {
    let connection = try LoopbackConnection(port: port)
    _ = try openStream(connection, domain: "localhost")
    let message = Data("\0\(user)\0\(password)".utf8).base64EncodedString()
    try connection.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>\(message)</auth>")
    return try connection.read(until: ">")
}
