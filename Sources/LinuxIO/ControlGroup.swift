internal import Glibc

/// A control group of the unified hierarchy (cgroups(7)), by its path below the root: `system.slice/x.service`.
package struct ControlGroup: Hashable, Sendable {
    /// Of `/proc/self/mountinfo`: a line a mount.
    private static let maximumMountBytes = 1 << 20

    /// The names from the root's child down.
    package let names: [String]

    /// Nil for the root, and for what is no path in the hierarchy.
    package init?(_ path: String) {
        names = path.split(separator: "/").map(String.init)
        guard !names.isEmpty, names.allSatisfy({ $0 != "." && $0 != ".." && !$0.contains(where: \.isWhitespace) })
        else {
            return nil
        }
    }

    /// How far below the root it lies; 1 for the root's children.
    package var level: UInt32 { UInt32(names.count) }

    package var path: String { names.joined(separator: "/") }

    /// Where the hierarchy is mounted; nil when it is not.
    package static var root: String? {
        guard let bytes = try? FileContents.read("/proc/self/mountinfo", limitBytes: maximumMountBytes) else {
            return nil
        }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            // proc_pid_mountinfo(5): the mount's root and place are the fourth and fifth field, its kind comes behind
            // ` - `.
            let fields = line.split(separator: " ")
            guard let separator = fields.firstIndex(of: "-"), fields.count > separator + 1, separator > 5 else {
                continue
            }
            if fields[separator + 1] == "cgroup2", fields[3] == "/" { return String(fields[4]) }
        }
        return nil
    }

    /// What the kernel knows it by, until it is removed; another one made under its name has another. Nil when there
    /// is none.
    package func identifier(below root: String) -> UInt64? {
        var status = stat()
        // One struct on the stack; the path is a null-terminated copy for the length of the call.
        guard unsafe fstatat(AT_FDCWD, "\(root)/\(path)", &status, 0) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return nil
        }
        return UInt64(status.st_ino)
    }

    /// The directories in which it comes and goes, from the root down to its parent.
    package func ancestors(below root: String) -> [String] {
        names.indices.map { ([root] + names.prefix($0)).joined(separator: "/") }
    }
}
