import Foundation
import TestSupport
import Testing

@testable import LivePage

@Suite("the server of the live page")
struct LiveServerTests {
    private func server(allowsAnyName: Bool = false) async throws -> LiveServer {
        try await offPool {
            try LiveServer(
                host: "127.0.0.1", port: 0, allowsAnyName: allowsAnyName,
                resources: ["/": LiveResource("text/html; charset=utf-8") { "<p>hello</p>" }])
        }
    }

    private func stop(_ server: LiveServer) async throws { try await offPool { server.stop() } }

    private func port(of server: LiveServer) throws -> UInt16 {
        try #require(URL(string: server.url)?.port.map(UInt16.init))
    }

    /// Sends a request; nothing of the answer is read yet.
    private func ask(
        _ server: LiveServer, _ path: String, host: String = "127.0.0.1", method: String = "GET"
    ) throws -> Client {
        let connection = try LoopbackConnection(port: try port(of: server))
        try connection.send("\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        return Client(connection: connection)
    }

    @Test("a resource comes with its type, and with a policy that lets nothing in from elsewhere")
    func resource() async throws {
        let server = try await server()
        let answer = try await ask(server, "/").read(until: "</p>")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("\r\nContent-Type: text/html; charset=utf-8\r\n"))
        #expect(answer.contains("\r\nContent-Security-Policy: default-src 'none'; script-src 'self';"))
        #expect(answer.hasSuffix("\r\n\r\n<p>hello</p>"))
        try await stop(server)
    }

    @Test("what is not there, not asked for by GET, or asked for by a foreign name, is refused")
    func refusals() async throws {
        let server = try await server()
        #expect(try await ask(server, "/other").read(until: "\r\n").hasPrefix("HTTP/1.1 404 "))
        #expect(try await ask(server, "/", method: "POST").read(until: "\r\n").hasPrefix("HTTP/1.1 405 "))
        for name in [
            "evil.example", "evil.example:80", "", "127.0.0.1.evil.example", "[evil", "[evil.example]", "[::1].evil",
            "localhost.evil", "[::1]x",
        ] {
            #expect(try await ask(server, "/", host: name).read(until: "\r\n").hasPrefix("HTTP/1.1 403 "), "\(name)")
        }
        for name in ["127.0.0.1:8089", "localhost", "localhost:1", "[::1]:8089"] {
            #expect(try await ask(server, "/", host: name).read(until: "\r\n").hasPrefix("HTTP/1.1 200 "), "\(name)")
        }
        let open = try await self.server(allowsAnyName: true)
        #expect(try await ask(open, "/", host: "board.example").read(until: "\r\n").hasPrefix("HTTP/1.1 200 "))
        try await stop(open)
        try await stop(server)
    }

    @Test("a request that is too large or names no host, or two, is refused at once, and others are answered")
    func heads() async throws {
        let server = try await server()
        let long = String(repeating: "a", count: 8 << 10)
        let lines = String(repeating: "X-Some: \(long.prefix(4000))\r\n", count: 9)
        let cases = [
            ("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: \(long)\r\n\r\n", "431"),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + String(repeating: "a", count: 2 << 20), "431"),
            ("GET /\(long) HTTP/1.1\r\n", "431"), ("GET / HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n", "431"),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: \(long.dropFirst(200))\r\n\r\n", "200"),
            ("GET / HTTP/1.1\nhost:localhost\n\n", "200"), ("GET /?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n", "200"),
            ("GET / HTTP/1.1\r\n\r\n", "400"), ("hello\r\n\r\n", "400"), ("\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", "400"),
            ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
        ]
        for (request, status) in cases {
            let connection = try LoopbackConnection(port: try port(of: server))
            let answer = try await offPool {
                try? connection.send(request)
                return try connection.read(until: "\r\n")
            }
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(60))")
        }
        try await stop(server)
    }

    @Test("events arrive as they are sent, lines of data and all")
    func events() async throws {
        let server = try await server()
        let reader = try ask(server, "/events")
        #expect(
            try await reader.read(until: "\r\n\r\n").contains("\r\nContent-Type: text/event-stream; charset=utf-8\r\n"))
        server.send("now", "one\r\ntwo")
        #expect(try await reader.read(until: "two\n\n").contains("event: now\ndata: one\ndata: two\n\n"))
        server.send("report", "three")
        #expect(try await reader.read(until: "three\n\n").contains("event: report\ndata: three\n\n"))
        try await stop(server)
    }

    @Test("who comes later is given the newest event of each name")
    func later() async throws {
        let server = try await server()
        for number in 1...5 { server.send("now", "number \(number)") }
        server.send("report", "charts")
        let given = try await ask(server, "/events").read(until: "charts\n\n")
        #expect(given.contains("data: number 5\n"))
        #expect(!given.contains("data: number 4\n"))
        try await stop(server)
    }

    @Test("at most 32 read at once; a place is free again when somebody has gone")
    func full() async throws {
        let server = try await server()
        var readers: [Client] = []
        for _ in 0..<LiveServer.mostReaders {
            let reader = try ask(server, "/events")
            #expect(try await reader.read(until: "\r\n").hasPrefix("HTTP/1.1 200 "))
            readers.append(reader)
        }
        #expect(try await ask(server, "/events").read(until: "\r\n").hasPrefix("HTTP/1.1 503 "))
        #expect(try await ask(server, "/").read(until: "\r\n").hasPrefix("HTTP/1.1 200 "))
        readers.removeLast(10)
        try await awaitCondition("there was room again") {
            server.send("now", "who is there?")
            return try await ask(server, "/events").read(until: "\r\n").hasPrefix("HTTP/1.1 200 ")
        }
        try await stop(server)
    }

    @Test("readers who do not read cost no memory, hold up nobody, and do not keep the server from its end")
    func silentReaders() async throws {
        let server = try await server()
        let silent = try (0..<8).map { _ in try ask(server, "/events") }
        let reader = try ask(server, "/events")
        _ = try await reader.read(until: "\r\n\r\n")
        let text = String(repeating: "x", count: 1 << 16)
        server.send("now", text)
        let before = residentMiB()
        for _ in 0..<400 { server.send("now", text) }
        server.send("now", "and last")
        _ = try await reader.read(until: "and last\n\n")
        #expect(residentMiB() - before < 60, "200 MiB would be queued")
        try await stop(server)
        #expect(silent.count == 8)
        #expect(throws: (any Error).self) { try LoopbackConnection(port: try port(of: server)) }
    }

    private func residentMiB() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")[1]
        return (pages.flatMap { Int($0) } ?? 0) * 4096 >> 20
    }

    @Test("at the end readers are given the last events, then the connection is closed")
    func end() async throws {
        let server = try await server()
        let reader = try ask(server, "/events")
        _ = try await reader.read(until: "\r\n\r\n")
        server.send("end", "passed")
        try await stop(server)
        let rest = try await reader.read(until: "0\r\n\r\n")
        #expect(rest.contains("event: end\ndata: passed\n\n"))
    }

    @Test("an address that somebody else has is named, with the reason")
    func taken() async throws {
        let server = try await server()
        let port = try port(of: server)
        let error = await #expect(throws: LiveServerError.self) {
            try await offPool {
                try LiveServer(host: "127.0.0.1", port: port, allowsAnyName: false, resources: [:])
            }
        }
        #expect(error?.description == "127.0.0.1:\(port): address already in use")
        try await stop(server)
    }

    @Test("it listens on IPv6 too")
    func ipv6() async throws {
        let server = try await offPool {
            try LiveServer(host: "::1", port: 0, allowsAnyName: false, resources: [:])
        }
        #expect(server.url.hasPrefix("http://[::1]:"))
        try await stop(server)
    }
}

/// A connection to a server that runs on the same threads as the tests: whoever waits for it keeps none of them.
private struct Client: Sendable {
    let connection: LoopbackConnection

    func read(until end: String) async throws -> String { try await offPool { try connection.read(until: end) } }
}

/// Runs what blocks on a thread of its own.
private func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { done in
        Thread.detachNewThread { done.resume(with: Result { try body() }) }
    }
}
