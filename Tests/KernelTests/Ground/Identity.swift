import Glibc

/// Who opens a socket. What netfilter looks at is the credential of the open file, the file-system user and group of
/// the thread that made it, so that one thread can be many senders.
struct Identity: Hashable, Sendable {
    var user: String
    var group = "staff"

    static let root = Identity(user: "root", group: "root")
    static let alice = Identity(user: "alice")
    static let bob = Identity(user: "bob")
    static let eve = Identity(user: "eve")
    static let messaging = Identity(user: "messaging")
    static let resolver = Identity(user: "enigm-resolver")
    static let proxy = Identity(user: "enigm-proxy")
    static let tor = Identity(user: "tor", group: "tor")
    static let webWorker = Identity(user: "eve", group: "web")

    /// Nobody of this machine has these numbers.
    static let users: [String: UInt32] = [
        "root": 0, "alice": 62_001, "bob": 62_002, "eve": 62_003, "messaging": 62_004, "_apt": 62_005,
        "enigm-resolver": 62_053, "stub": 62_054, "enigm-proxy": 62_055, "tor": 62_056,
        "debian-tor": 62_057, "nobody": 62_058, "sandbox": 62_059,
    ]
    static let groups: [String: UInt32] = ["root": 0, "staff": 63_000, "web": 63_001, "tor": 63_002]

    static func knows(user: String) -> Bool { users[user] != nil }

    static func knows(group: String) -> Bool { groups[group] != nil }

    var userNumber: UInt32 { Identity.number(user, Identity.users) }
    var groupNumber: UInt32 { Identity.number(group, Identity.groups) }

    private static func number(_ name: String, _ numbers: [String: UInt32]) -> UInt32 {
        guard let number = numbers[name] else { preconditionFailure("the ground knows no `\(name)`") }
        return number
    }

    /// Runs `body` as this user and group.
    func perform<Result>(_ body: () -> Result) -> Result {
        _ = Identity.setGroup(groupNumber)
        _ = Identity.setUser(userNumber)
        defer {
            _ = Identity.setUser(0)
            _ = Identity.setGroup(0)
        }
        return body()
    }

    private typealias Change = @convention(c) (UInt32) -> Int32
    // Swift's Glibc module does not show sys/fsuid.h; both calls change this thread alone.
    private static let setUser = unsafeBitCast(dlsym(nil, "setfsuid"), to: Change.self)
    private static let setGroup = unsafeBitCast(dlsym(nil, "setfsgid"), to: Change.self)
}
