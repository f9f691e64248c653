/// What a process of this machine may come to, from /proc and its control group. What cannot be read is nil.
public struct ProcessLimits: Sendable, Equatable {
    /// Bytes: of its control group, else of the machine.
    public var memory: UInt64?
    public var descriptors: UInt64?
    /// Bytes: of a JVM's heap.
    public var heap: UInt64?

    public init(_ pid: Int32) {
        memory = [Self.machineMemory, Self.groupMemory(pid)].compactMap { $0 }.min()
        descriptors = Self.descriptors(pid)
        heap = JavaArguments(pid)?.maximumHeap(memory: memory)
    }

    private static var machineMemory: UInt64? {
        let line = ProcFile.text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 * 1024 }
    }

    /// The least of its group and those above it.
    private static func groupMemory(_ pid: Int32) -> UInt64? {
        let line = ProcFile.text("/proc/\(pid)/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::/") }
        guard var path = line.map({ String($0.dropFirst(3)) }) else { return nil }
        var limits: [UInt64] = []
        while let slash = path.lastIndex(of: "/") {
            let text = ProcFile.text("/sys/fs/cgroup\(path)/memory.max")
            if let limit = text.flatMap({ UInt64($0.filter { $0 != "\n" }) }) { limits.append(limit) }
            path = String(path[..<slash])
        }
        return limits.min()
    }

    private static func descriptors(_ pid: Int32) -> UInt64? {
        let line = ProcFile.text("/proc/\(pid)/limits")?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        return line?.split(separator: " ").dropFirst(3).first.flatMap { UInt64($0) }
    }
}

/// How a JVM was started.
struct JavaArguments {
    let arguments: [Substring]

    init(arguments: [Substring]) { self.arguments = arguments }

    /// nil of a process that is none.
    init?(_ pid: Int32) {
        let program = ProcFile.link("/proc/\(pid)/exe")?.split(separator: "/").last
        guard program == "java", let line = ProcFile.text("/proc/\(pid)/cmdline") else { return nil }
        arguments = line.split(separator: "\0")
    }

    /// As the last of the options says, else a quarter of the memory: the JVM's own default.
    func maximumHeap(memory: UInt64?) -> UInt64? {
        let options = arguments.compactMap { argument in
            ["-Xmx", "-XX:MaxHeapSize="].first(where: argument.hasPrefix).map { argument.dropFirst($0.count) }
        }
        return options.last.flatMap(Self.size) ?? memory.map { $0 / 4 }
    }

    /// `512m`
    private static func size(_ text: Substring) -> UInt64? {
        let shifts: [Character: UInt64] = ["k": 10, "m": 20, "g": 30, "t": 40]
        guard let last = text.lowercased().last else { return nil }
        guard let shift = shifts[last] else { return UInt64(text) }
        return UInt64(text.dropLast()).map { $0 << shift }
    }
}
