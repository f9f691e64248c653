import Engine
import Foundation
import Glibc
import LoadPlan
import Metrics
import Reports

/// A program of the scenario's owner that takes the server down or brings it back, run in a process group of its own:
/// a signal for this process from a terminal is none for it. Only the program itself is waited for: the server that it
/// leaves running is its owner's.
struct ServerCommand {
    /// The program and its arguments; never empty.
    let words: [String]
    let timeout: Duration
    /// Whether it goes on where nobody waits for it any more.
    let mayOutlive: Bool
    /// What it says comes through here.
    let door: ForeignTextDoor

    /// Of its output the end is told, and no more than this, in bytes.
    private static let mostOutput = 2048

    /// Runs it to its end; a program that is not over in time is killed with its group.
    ///
    /// - Parameter isHurried: Whether nobody wants to wait any more.
    /// - Returns: What it said last, on one line.
    /// - Throws: `ServerSwitchFailure` if it cannot be run, did not end in time or not well.
    func run(isHurried: () -> Bool) throws(ServerSwitchFailure) -> String {
        guard let program = Self.find(words[0]) else { throw failure("there is no such program") }
        guard let output = Self.scratchFile() else { throw failure("there is no place for its output") }
        let process: GroupLeader
        do throws(GroupLeader.Refusal) {
            process = try GroupLeader(
                program, Array(words.dropFirst()), environment: ChildEnvironment.ours, output: output.fileDescriptor)
        } catch { throw failure("cannot be started: \(error.reason)") }
        let ending = process.wait(atMost: timeout, isHurried: isHurried)
        let said = end(of: output)
        switch ending {
        case .exited(0): return said
        case .exited(let status): throw failure("exited with \(status)", said)
        case .signalled(let number): throw failure("was ended by signal \(number)", said)
        case .running: throw unfinished(process, isHurried: isHurried())
        }
    }

    private func unfinished(_ process: GroupLeader, isHurried: Bool) -> ServerSwitchFailure {
        if isHurried, mayOutlive { return failure("was not waited for, and may still be running") }
        process.kill()
        return failure(
            isHurried ? "was cut" : "was not over within \(Format.duration(nanoseconds: timeout.inSeconds * 1e9))")
    }

    private func failure(_ reason: String, _ said: String = "") -> ServerSwitchFailure {
        ServerSwitchFailure("\(words.joined(separator: " ")): \(reason)\(said.isEmpty ? "" : ": \(said)")")
    }

    /// As a shell finds it.
    private static func find(_ name: String) -> String? {
        guard !name.contains("/") else { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile(atPath:))
    }

    /// Without a name: a server that its command leaves running may write on.
    private static func scratchFile() -> FileHandle? {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("muster-\(UUID().uuidString)").path
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
        guard descriptor >= 0 else { return nil }
        unsafe unlink(path)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func end(of file: FileHandle) -> String {
        let length = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: length - min(length, UInt64(Self.mostOutput)))
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).joined(separator: " / ")
        return door.shown(lines, longest: Self.mostOutput)
    }
}
