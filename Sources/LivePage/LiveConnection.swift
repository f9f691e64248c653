import FlyingSocks
import Foundation
import Glibc

/// One client of the live page: its request is read, answered, and the connection closed.
struct LiveConnection: Sendable {
    let socket: AsyncSocket
    let handler: RequestHandler

    /// How long a request may take to come, and what is left of it may take to pass.
    private static let patience = Duration.seconds(10)
    private static let patienceAtTheEnd = Duration.seconds(2)
    /// What is passed by at the end, in bytes.
    private static let mostPassed = 4 << 20

    func serve() async {
        defer { try? socket.close() }
        guard let answer = await within(Self.patience, { try await answer() }) else { return }
        do { try await send(answer) } catch { return }
        // Closed with bytes unread, the connection would be reset, and the answer lost.
        shutdown(socket.socket.file.rawValue, Int32(SHUT_WR))
        await within(Self.patienceAtTheEnd) { try await passBy() }
    }

    private func answer() async throws -> Answer {
        var head = HeadBuffer()
        do {
            while try !head.add(await socket.read(atMost: RequestHead.longestLine)) {}
            return handler.answer(to: try RequestHead(head.bytes))
        } catch let refusal as RequestHead.Refusal {
            return handler.answer(to: refusal)
        }
    }

    private func send(_ answer: Answer) async throws {
        switch answer.body {
        case .whole(let bytes): try await socket.write(Data(answer.head.utf8) + bytes)
        case .events(let reader):
            try await socket.write(Data(answer.head.utf8))
            var events = reader.makeIterator()
            while let bytes = await events.next() { try await socket.write(Self.chunk(bytes)) }
            try await socket.write(Self.chunk([]))
        }
    }

    /// RFC 9112 section 7.1. A browser acts on an event once it is complete: each has a chunk of its own.
    private static func chunk(_ bytes: [UInt8]) -> Data {
        Data("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Data("\r\n".utf8)
    }

    private func passBy() async throws {
        var passed = 0
        while passed < Self.mostPassed { passed += try await socket.read(atMost: RequestHead.longestLine).count }
    }

    /// nil where it failed, or took longer.
    @discardableResult
    private func within<Value: Sendable>(
        _ patience: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { try? await body() }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
