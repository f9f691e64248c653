import Foundation

/// A name server on a free UDP port of 127.0.0.1 that knows what a test tells it. It ends with its owner.
public final class NameServer: Sendable {
    public enum Record: Sendable {
        case service(priority: UInt16, weight: UInt16, port: UInt16, target: String)
        /// As in 127.0.0.1.
        case v4(String)
        /// As in ::1.
        case v6(String)
    }

    public enum Answer: Sendable {
        /// Those of the type that is asked for.
        case records([Record])
        case noSuchName
        case serverFailure
        /// What fits says that there is more, by a protocol that is not spoken here (TCP).
        case truncated
        /// A count of records without the records.
        case malformed
        case silence
    }

    /// As `MUSTER_RESOLVER` wants it.
    public var address: String { "127.0.0.1:\(port)" }
    public let port: UInt16
    private let descriptor: Int32

    /// - Parameter zone: what it says of each name; of others that there is none.
    public init(_ zone: [String: Answer]) throws {
        let port = try FreePort.take()
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard LoopbackAddress.with(port: port, { bind(descriptor, $0, $1) }) == 0 else {
            throw LoopbackConnection.Failure(call: "bind", code: errno)
        }
        self.port = port
        self.descriptor = descriptor
        Thread.detachNewThread {
            while Self.answerOne(descriptor, zone) {}
            close(descriptor)
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// - Returns: whether the server is still wanted.
    private static func answerOne(_ descriptor: Int32, _ zone: [String: Answer]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 512)
        var client = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &client) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
            }
        }
        guard count > 0 else { return false }
        guard let question = Question(buffer[..<count]),
            let answer = question.answered(by: zone[question.name] ?? .noSuchName)
        else { return true }
        _ = withUnsafePointer(to: &client) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, answer, answer.count, 0, $0, length)
            }
        }
        return true
    }
}

/// One question of a DNS message (RFC 1035 section 4.1).
private struct Question {
    let name: String
    private let id: [UInt8]
    /// The name, type and class as they were sent.
    private let wire: [UInt8]
    private let type: UInt16

    private static let headerSize = 12

    init?(_ message: ArraySlice<UInt8>) {
        guard message.count > Self.headerSize else { return nil }
        id = Array(message.prefix(2))
        var labels: [String] = []
        var index = message.startIndex + Self.headerSize
        while index < message.endIndex, message[index] > 0 {
            let end = index + 1 + Int(message[index])
            guard end < message.endIndex else { return nil }
            labels.append(String(decoding: message[index + 1..<end], as: UTF8.self))
            index = end
        }
        guard index + 5 <= message.endIndex else { return nil }
        name = labels.joined(separator: ".")
        type = UInt16(message[index + 1]) << 8 | UInt16(message[index + 2])
        wire = Array(message[message.startIndex + Self.headerSize..<index + 5])
    }

    /// nil where nothing is said.
    func answered(by answer: NameServer.Answer) -> [UInt8]? {
        switch answer {
        case .records(let records):
            let own = records.filter { $0.type == type }
            return header(code: 0, count: own.count) + own.flatMap(written)
        case .noSuchName: return header(code: 3, count: 0)
        case .serverFailure: return header(code: 2, count: 0)
        case .truncated: return header(code: 0, count: 1, isTruncated: true)
        case .malformed: return header(code: 0, count: 3) + [0xC0, 0x0C, 0, 33, 0, 1, 0xFF]
        case .silence: return nil
        }
    }

    private func header(code: UInt8, count: Int, isTruncated: Bool = false) -> [UInt8] {
        id + [isTruncated ? 0x87 : 0x85, 0x80 | code] + bytes(1) + bytes(UInt16(count)) + [0, 0, 0, 0] + wire
    }

    /// The record, whose name is the question's.
    private func written(_ record: NameServer.Record) -> [UInt8] {
        let data = record.data
        return [0xC0, UInt8(Self.headerSize)] + bytes(record.type) + [0, 1, 0, 0, 0, 60] + bytes(UInt16(data.count))
            + data
    }
}

private func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

extension NameServer.Record {
    fileprivate var type: UInt16 {
        switch self {
        case .service: 33
        case .v4: 1
        case .v6: 28
        }
    }

    fileprivate var data: [UInt8] {
        switch self {
        case .service(let priority, let weight, let port, let target):
            let labels = target.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            return bytes(priority) + bytes(weight) + bytes(port) + labels + [0]
        case .v4(let text): return Self.address(text, AF_INET, size: 4)
        case .v6(let text): return Self.address(text, AF_INET6, size: 16)
        }
    }

    private static func address(_ text: String, _ family: Int32, size: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        inet_pton(family, text, &bytes)
        return bytes
    }
}
