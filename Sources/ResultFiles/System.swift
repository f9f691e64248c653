#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The calls to the system that this module makes, each with its error typed and its interruption retried.
enum System {
    static func makeFolder(_ path: String) throws(ResultError) {
        try check(path, .create) { unsafe mkdir(path, 0o777) }
    }

    /// Makes the folder and those above it; one that is there is fine.
    static func makeFolders(_ path: String) throws(ResultError) {
        do {
            try makeFolderIfMissing(path)
        } catch let error where error.errno == ENOENT {
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw error }
            try makeFolders(String(path[..<slash]))
            try makeFolderIfMissing(path)
        }
    }

    private static func makeFolderIfMissing(_ path: String) throws(ResultError) {
        do {
            try makeFolder(path)
        } catch let error where error.errno == EEXIST {
            return
        }
    }

    /// Opens a file of a result, or makes it. Whoever can write into the folder leads nobody elsewhere: links are not
    /// followed, and what is no file (a pipe, a device) is refused, not waited for.
    static func open(_ path: String, _ flags: Int32, _ operation: ResultError.Operation) throws(ResultError) -> Int32 {
        // The mode counts only with O_CREAT.
        let descriptor = try check(path, operation) {
            systemOpen(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        }
        do throws(ResultError) { try expectFile(descriptor, path, operation) } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func expectFile(
        _ descriptor: Int32, _ path: String, _ operation: ResultError.Operation
    ) throws(ResultError) {
        var status = stat()
        try check(path, operation) { unsafe fstat(descriptor, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ResultError(path: path, operation: operation, detail: "it is no regular file")
        }
        guard status.st_size <= largestFile else {
            throw ResultError(path: path, operation: operation, detail: "it is larger than 1 GiB")
        }
    }

    /// In bytes: a night's log has some tens of megabytes.
    private static let largestFile = 1 << 30

    /// Writes all of it, or throws after writing a part.
    static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(ResultError) {
        var written = 0
        while written < bytes.count {
            written += try check(path, .write) {
                unsafe bytes.withUnsafeBytes { memory in
                    unsafe writeSome(descriptor, UnsafeRawBufferPointer(rebasing: memory[written...]))
                }
            }
        }
    }

    /// Marks the file as one that is being written, until the descriptor is closed or its process is gone. A file system
    /// that knows no locks does without.
    static func lock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_EX | LOCK_NB) }

    /// The same, when whoever has it marked is done.
    static func waitForLock(_ descriptor: Int32) { while flock(descriptor, LOCK_EX) != 0, errno == EINTR {} }

    /// Whether somebody is writing the file.
    static func isLocked(_ path: String) -> Bool {
        guard let descriptor = try? open(path, O_RDONLY, .open) else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    static func truncate(_ descriptor: Int32, to length: Int, path: String) throws(ResultError) {
        try check(path, .truncate) { ftruncate(descriptor, off_t(length)) }
    }

    /// Makes the file as long as this, and syncs.
    static func truncate(_ path: String, to length: Int) throws(ResultError) {
        let descriptor = try open(path, O_WRONLY, .truncate)
        defer { close(descriptor) }
        try truncate(descriptor, to: length, path: path)
        try sync(descriptor, path: path)
    }

    static func sync(_ descriptor: Int32, path: String) throws(ResultError) {
        try check(path, .sync) { fsync(descriptor) }
    }

    /// Makes renames in this folder last through a power cut.
    static func syncFolder(_ path: String) throws(ResultError) {
        let descriptor = try check(path, .sync) { systemOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
        defer { close(descriptor) }
        try sync(descriptor, path: path)
    }

    static func rename(_ old: String, to new: String) throws(ResultError) {
        try check(new, .replace) { systemRename(old, new) }
    }

    /// Removes a file of ours, if it is there.
    static func remove(_ path: String) { unsafe _ = unlink(path) }

    /// A symbolic link at `path` to `target`, put in place of an older one by rename.
    static func replaceLink(_ path: String, to target: String) throws(ResultError) {
        let temporary = "\(path).\(getpid())"
        remove(temporary)
        try check(path, .link) { unsafe symlink(target, temporary) }
        do {
            try rename(temporary, to: path)
        } catch {
            remove(temporary)
            throw error
        }
    }

    /// The whole file; nil where there is none.
    static func read(_ path: String) throws(ResultError) -> [UInt8]? {
        let descriptor: Int32
        do {
            descriptor = try open(path, O_RDONLY, .open)
        } catch let error where error.errno == ENOENT {
            return nil
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try check(path, .read) {
                unsafe part.withUnsafeMutableBytes { unsafe readSome(descriptor, $0) }
            }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: part[..<count])
        }
    }

    /// Runs a call that answers -1 for an error; again where a signal interrupted it.
    @discardableResult
    private static func check<Answer: FixedWidthInteger>(
        _ path: String, _ operation: ResultError.Operation, _ call: () -> Answer
    ) throws(ResultError) -> Answer {
        while true {
            let answer = call()
            if answer >= 0 { return answer }
            if errno != EINTR { throw ResultError(path: path, operation: operation, errno: errno) }
        }
    }
}

// The C functions whose names the methods above hide.

private func systemRename(_ old: String, _ new: String) -> Int32 { unsafe rename(old, new) }

private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    unsafe write(descriptor, bytes.baseAddress, bytes.count)
}

private func readSome(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    unsafe read(descriptor, bytes.baseAddress, bytes.count)
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { unsafe open(path, flags, mode) }
