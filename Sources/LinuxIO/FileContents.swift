internal import CLinux
internal import Glibc

/// Whole files, bounded, and replaced as one.
package enum FileContents {
    /// Why a file could not be read.
    package enum ReadError: Error, Equatable, CustomStringConvertible {
        case system(SystemError)
        case tooLarge(path: String, limitBytes: Int)
        case notARegularFile(path: String)

        package var description: String {
            switch self {
            case .system(let error): error.description
            case .tooLarge(let path, let limit): "`\(path)` is larger than \(limit) bytes"
            case .notARegularFile(let path): "`\(path)` is not a regular file"
            }
        }
    }

    /// The bytes of a regular file of at most `limitBytes`.
    package static func read(_ path: String, limitBytes: Int) throws(ReadError) -> [UInt8] {
        do {
            // The path is a null-terminated copy for the length of the call. Not blocking: a FIFO has no say here.
            let file = Descriptor(
                owning: try check(unsafe enigm_open(path, O_RDONLY | O_NONBLOCK, 0), "open `\(path)`"))
            var status = stat()
            // One struct on the stack.
            try check(unsafe fstat(file.rawValue, &status), "stat `\(path)`")
            guard status.st_mode & S_IFMT == S_IFREG else { throw ReadError.notARegularFile(path: path) }
            guard status.st_size <= limitBytes else { throw ReadError.tooLarge(path: path, limitBytes: limitBytes) }
            return try contents(of: file, expected: Int(status.st_size), path: path, limitBytes: limitBytes)
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as ReadError {
            throw error
        } catch {
            preconditionFailure("no other error is thrown above")
        }
    }

    /// When its bytes were last written, in Unix seconds; nil where that cannot be told.
    package static func modificationTime(of path: String) -> Int64? {
        // The path is a null-terminated copy for the length of the call, the struct is on the stack.
        let result = unsafe enigm_open(path, O_RDONLY | O_NONBLOCK, 0)
        guard result >= 0 else { return nil }
        let file = Descriptor(owning: result)
        var status = stat()
        return unsafe fstat(file.rawValue, &status) == 0 ? Int64(status.st_mtim.tv_sec) : nil
    }

    /// How much of a new file is on the disk when ``replace(_:with:mode:durability:appliesUmask:)`` returns.
    package enum Durability {
        /// Its bytes and its name.
        case full
        /// Its bytes; its name once the caller has synchronised the directory.
        case contents
        /// Nothing: for what does not outlive the machine.
        case none
    }

    /// Puts `bytes` at `path` so that a reader, or a crash, sees the old file or the new one and nothing between.
    /// `mode` is as for chmod, with the process's umask taken from it unless `appliesUmask` is false.
    package static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, durability: Durability = .full,
        appliesUmask: Bool = true
    ) throws(SystemError) {
        let temporary = "\(path).\(String(EntropySource.nextUInt64(), radix: 16)).new"
        do {
            let file = Descriptor(
                owning: try check(
                    unsafe enigm_open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode), "create `\(temporary)`"))
            if !appliesUmask { try check(fchmod(file.rawValue, mode), "chmod `\(temporary)`") }
            try file.writeAll(bytes.span)
            if durability != .none { try check(fsync(file.rawValue), "fsync `\(temporary)`") }
            // Both paths are null-terminated copies for the length of the call.
            try check(unsafe Glibc.rename(temporary, path), "rename to `\(path)`")
        } catch {
            _ = unsafe Glibc.unlink(temporary)
            throw error
        }
        if durability == .full { try Directory.synchronise(parent(of: path)) }
    }

    /// Writes `bytes` into the very file at `path`, made when it is not there: what has been mounted elsewhere stays the
    /// same file. A reader may see the old bytes behind the new ones for a moment.
    package static func overwrite(_ path: String, with bytes: [UInt8], mode: UInt32) throws(SystemError) {
        let file = Descriptor(
            owning: try check(unsafe enigm_open(path, O_WRONLY | O_CREAT | O_NOFOLLOW, mode), "open `\(path)`"))
        try check(fchmod(file.rawValue, mode), "chmod `\(path)`")
        try file.writeAll(bytes.span)
        try check(ftruncate(file.rawValue, off_t(bytes.count)), "truncate `\(path)`")
    }

    /// The path from the root, symbolic links resolved: what another process can be told.
    package static func absolutePath(_ path: String) throws(SystemError) -> String {
        // realpath answers null or memory of its own, freed below.
        guard let resolved = unsafe realpath(path, nil) else { throw SystemError("open `\(path)`") }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    package static func rename(_ path: String, to newPath: String) throws(SystemError) {
        // Both paths are null-terminated copies for the length of the call.
        try check(unsafe Glibc.rename(path, newPath), "rename `\(path)`")
    }

    package static func remove(_ path: String) throws(SystemError) {
        try check(unsafe Glibc.unlink(path), "remove `\(path)`")
    }

    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    package static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

    private static let unknownSizeBytes = 4096

    private static func contents(
        of file: borrowing Descriptor, expected: Int, path: String, limitBytes: Int
    ) throws -> [UInt8] {
        // One byte more than the size tells a file that grows from one that does not. Files of /proc say that they are
        // empty, and a sysctl is told by the first read alone.
        var bytes = [UInt8](repeating: 0, count: expected == 0 ? unknownSizeBytes : expected + 1)
        var filled = 0
        while true {
            var room = bytes.mutableSpan
            var rest = room._mutatingExtracting(filled..<room.count)
            switch file.read(into: &rest) {
            case .moved(let count): filled += count
            case .failed(let error): throw error
            case .end, .wouldBlock:
                bytes.removeSubrange(filled...)
                return bytes
            }
            guard filled <= limitBytes else { throw ReadError.tooLarge(path: path, limitBytes: limitBytes) }
            if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: min(filled, limitBytes) + 1)) }
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
