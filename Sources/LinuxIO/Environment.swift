internal import Glibc

/// The environment variables that this program was started with.
package enum Environment {
    package static subscript(name: String) -> String? {
        // getenv answers null or a string that nothing here changes.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// For this program, before it has threads, and for those that it starts.
    package static func set(_ name: String, to value: String) {
        // Both are null-terminated copies for the length of the call.
        _ = unsafe setenv(name, value, 1)
    }

    /// All of them, as `NAME=value`.
    package static var all: [String] {
        var result: [String] = []
        // environ is a null-terminated array of strings, and nothing here changes it.
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            unsafe result.append(String(cString: entry))
            unsafe next += 1
        }
        return result
    }

    /// The file that this program was started from, symbolic links resolved; nil when the kernel does not tell.
    package static var executablePath: String? {
        // realpath answers null or memory of its own, freed below.
        guard let path = unsafe realpath("/proc/self/exe", nil) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// This process.
    package static var processIdentifier: Int32 { getpid() }
    /// The effective user of this process.
    package static var userIdentifier: UInt32 { geteuid() }
    package static var groupIdentifier: UInt32 { getegid() }
}
