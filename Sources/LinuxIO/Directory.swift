internal import CLinux
internal import Glibc

/// Directories that programs here need.
package enum Directory {
    /// Makes sure that `path` is a directory, creating it and its parents with `mode` (as for chmod, before umask).
    package static func create(_ path: String, mode: UInt32) throws(SystemError) {
        if isDirectory(path) { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try create(String(path[..<slash]), mode: 0o755)
        }
        // The path is a null-terminated copy for the length of the call.
        if unsafe Glibc.mkdir(path, mode) != 0, errno != EEXIST || !isDirectory(path) {
            throw SystemError(call: "create directory `\(path)`", errno: errno == EEXIST ? ENOTDIR : errno)
        }
    }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        // One struct on the stack.
        return unsafe fstatat(AT_FDCWD, path, &status, 0) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Sets the permissions, as chmod does.
    package static func setMode(_ path: String, _ mode: UInt32) throws(SystemError) {
        // The path is a null-terminated copy for the length of the call.
        try check(unsafe Glibc.chmod(path, mode), "change the mode of `\(path)`")
    }

    /// Gives it to another group.
    package static func setGroup(_ path: String, _ group: UInt32) throws(SystemError) {
        // The path is a null-terminated copy for the length of the call; a user of all ones stays as it is.
        try check(unsafe Glibc.chown(path, .max, group), "change the group of `\(path)`")
    }

    /// The owner of a directory, or of whatever has this name; nil without one. Links are not followed.
    package static func owner(of path: String) -> UInt32? {
        var status = stat()
        // One struct on the stack.
        return unsafe lstat(path, &status) == 0 ? status.st_uid : nil
    }

    /// Where temporary files are: TMPDIR, or /tmp.
    package static var temporary: String { Environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp" }

    /// Whether this process may create files in it.
    package static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK | X_OK) == 0 }

    /// Returns when the names in it are on the disk as they are now.
    package static func synchronise(_ path: String) throws(SystemError) {
        // The path is a null-terminated copy for the length of the call.
        let directory = Descriptor(
            owning: try check(unsafe enigm_open(path, O_RDONLY | O_DIRECTORY, 0), "open `\(path)`"))
        try check(fsync(directory.rawValue), "fsync `\(path)`")
    }

    /// A fresh directory of this user's only, under TMPDIR or /tmp.
    package static func createTemporary(prefix: String) throws(SystemError) -> String {
        let path = "\(temporary)/\(prefix)-\(String(EntropySource.nextUInt64(), radix: 16))"
        try check(unsafe Glibc.mkdir(path, 0o700), "create directory `\(path)`")
        return path
    }

    /// Removes a directory and what is in it; symbolic links are removed, not followed.
    package static func removeTree(_ path: String) throws(SystemError) {
        for name in entries(path) {
            let child = "\(path)/\(name)"
            var status = stat()
            // One struct on the stack.
            if unsafe lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                try removeTree(child)
            } else {
                try FileContents.remove(child)
            }
        }
        try check(unsafe Glibc.rmdir(path), "remove `\(path)`")
    }

    /// The names in a directory, without `.` and `..`; none when it cannot be read.
    package static func entries(_ path: String) -> [String] {
        // The stream is closed below and used by nobody else.
        guard let stream = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            // d_name is null-terminated, and valid until the next readdir.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
