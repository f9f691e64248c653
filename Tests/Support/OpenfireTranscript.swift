import Foundation

/// A conversation recorded from a real Openfire.
public struct OpenfireTranscript: Sendable, CustomStringConvertible {
    public enum Event: Sendable, Equatable {
        case client(String, channel: Channel)
        case server(String, channel: Channel)
        case remark(String)
    }

    public enum Channel: String, Sendable {
        case tcp = "TCP"
        case tls = "TLS"
        /// zlib, inside TLS and without.
        case ztls = "ZTLS"
        case ztcp = "ZTCP"
    }

    public let name: String
    public var description: String { name }
    public let events: [Event]

    /// All of them, by name.
    public static let all: [OpenfireTranscript] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/openfire")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "txt" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .compactMap { OpenfireTranscript(file: $0) }
    }()

    /// Of the server's reads, in bytes.
    public var longestRead: Int {
        events.map { if case .server(let text, _) = $0 { text.utf8.count } else { 0 } }.max() ?? 0
    }

    init?(file: URL) {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        name = file.deletingPathExtension().lastPathComponent
        events = Self.entries(text).compactMap(Self.event)
    }

    /// An entry starts with a time; lines without one go on with the entry before.
    private static func entries(_ text: String) -> [String] {
        var entries: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.prefixMatch(of: #/\s*\d+\.\d{3} /#) != nil {
                entries.append(line)
            } else if !entries.isEmpty, !line.isEmpty {
                entries[entries.count - 1] += "\n" + line
            }
        }
        return entries
    }

    private static func event(_ entry: String) -> Event? {
        if let match = entry.wholeMatch(of: /\s*[\d.]+ (C|S)\[(TCP|TLS|ZTLS|ZTCP) [^\]]*\]: ((?s).*)/) {
            guard let channel = Channel(rawValue: String(match.2)) else { return nil }
            let bytes = String(match.3)
            return match.1 == "C" ? .client(bytes, channel: channel) : .server(bytes, channel: channel)
        }
        if let match = entry.wholeMatch(of: /\s*[\d.]+ S after [\d.]+s wait: ((?s).*)/) {
            return match.1.isEmpty ? nil : .server(String(match.1), channel: .tls)
        }
        return entry.firstMatch(of: /## ((?s).*)/).map { .remark(String($0.1)) }
    }
}
