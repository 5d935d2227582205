internal import Glibc

/// Names for other names.
package enum SymbolicLink {
    /// The kernel's limit of a path (PATH_MAX).
    private static let maximumBytes = 4_096

    /// Puts a link at `path`, where nothing may be yet.
    package static func create(_ path: String, to target: String) throws(SystemError) {
        // Both are null-terminated copies for the length of the call.
        try check(unsafe Glibc.symlink(target, path), "create `\(path)`")
    }

    /// What a link holds; nil when it is none.
    package static func target(of path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: maximumBytes)
        // The kernel writes at most so many bytes, and no null byte.
        let count = unsafe readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// Whether `path` is a link whose target is gone.
    package static func isDangling(_ path: String) -> Bool { target(of: path) != nil && !FileContents.exists(path) }
}
