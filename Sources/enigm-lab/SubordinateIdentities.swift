internal import LinuxIO

/// What the administrator lets a user be beside itself: the first number of a line in /etc/subuid or /etc/subgid
/// (subuid(5)).
enum SubordinateIdentities {
    static let users = "/etc/subuid"
    static let groups = "/etc/subgid"
    /// A line for each of some ten thousand users.
    private static let maximumBytes = 1 << 20

    /// Nil when there is no line for `user`, by name or by number.
    static func first(in path: String, for user: UInt32) -> UInt32? {
        guard let bytes = try? FileContents.read(path, limitBytes: maximumBytes) else { return nil }
        let names = [Accounts.userName(user), "\(user)"].compactMap { $0 }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 3, names.contains(String(fields[0])), let first = UInt32(fields[1]),
                let count = UInt32(fields[2]), count > 0
            else { continue }
            return first
        }
        return nil
    }
}
