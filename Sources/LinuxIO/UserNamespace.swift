internal import CLinux
internal import Glibc

/// The user namespace that this process is in. In one of its own, an ordinary user has every right over what is made
/// there (user_namespaces(7)).
package enum UserNamespace {
    private static let (users, groups) = ("/proc/self/uid_map", "/proc/self/gid_map")
    /// At most 340 lines of three numbers.
    private static let maximumMapBytes = 16 << 10

    /// Moves this process, which must have one thread, into a fresh one. Nobody is known there before it has maps.
    package static func leave() throws(SystemError) {
        try check(enigm_unshare_user(), "make a user namespace")
    }

    /// What has no map yet gets one with `user` and `group` alone, as root and root's group.
    package static func completeMaps(user: UInt32, group: UInt32) throws(SystemError) {
        if ranges(users).isEmpty { try write("0 \(user) 1", to: users) }
        guard ranges(groups).isEmpty else { return }
        // The kernel's condition for writing it without a right outside.
        try write("deny", to: "/proc/self/setgroups")
        try write("0 \(group) 1", to: groups)
    }

    package static func knows(user: UInt32) -> Bool { ranges(users).contains { $0.contains(user) } }
    package static func knows(group: UInt32) -> Bool { ranges(groups).contains { $0.contains(group) } }

    /// The identities of a map, as they are called inside.
    private static func ranges(_ path: String) -> [ClosedRange<UInt32>] {
        guard let bytes = try? FileContents.read(path, limitBytes: maximumMapBytes) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let numbers = line.split(separator: " ").compactMap { UInt32($0) }
            guard numbers.count == 3, numbers[2] > 0 else { return nil }
            return numbers[0]...(numbers[0] &+ (numbers[2] - 1))
        }
    }

    private static func write(_ text: String, to path: String) throws(SystemError) {
        // The path is a null-terminated copy for the length of the call.
        let file = Descriptor(owning: try check(unsafe enigm_open(path, O_WRONLY, 0), "open `\(path)`"))
        try file.writeAll(Array(text.utf8).span)
    }
}
