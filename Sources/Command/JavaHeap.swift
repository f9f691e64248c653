import Foundation

/// Asks a JVM by `jcmd` what its heap holds. That takes the JVM's own user, or root.
enum JavaHeap {
    /// Bytes that are in use after a full collection, which stops the JVM for as long as it takes; nil where `jcmd` is
    /// missing or does not answer.
    static func afterCollection(_ pid: Int32) -> UInt64? {
        guard ask(pid, "GC.run") != nil, let heap = ask(pid, "GC.heap_info") else { return nil }
        return used(in: heap)
    }

    /// Of ` garbage-first heap   total 260096K, used 24064K [...]`, and of the lines of other collectors: all that is in
    /// use outside the metaspace and its class space.
    static func used(in text: String) -> UInt64? {
        let uses = text.split(separator: "\n").compactMap { line -> UInt64? in
            let name = line.drop { $0 == " " }
            guard !name.hasPrefix("Metaspace"), !name.hasPrefix("class space"),
                let found = line.firstMatch(of: /[ ,]used ([0-9]+)([KMG])\b/), let number = UInt64(found.1)
            else { return nil }
            return number << (found.2 == "K" ? 10 : found.2 == "M" ? 20 : 30)
        }
        return uses.isEmpty ? nil : uses.reduce(0, +)
    }

    private static func ask(_ pid: Int32, _ command: String) -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "60", "jcmd", "\(pid)", command]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = (try? output.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: text, as: UTF8.self) : nil
    }
}
