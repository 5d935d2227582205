internal import LinuxIO

/// Who there is on the lab's ground. The rules tell the resolver from everybody else by its user, so there should be two.
struct LabIdentities {
    /// Whom the resolver runs as, other than the lab itself; nil where there is nobody else.
    let resolver: (user: UInt32, group: UInt32)?
    /// Why there is nobody else.
    private(set) var obstacle = "this user namespace knows nobody else"
    /// Whether the lab is in a user namespace of its own.
    var isOwnNamespace = false

    /// Those that are there already.
    init(here resolver: (user: UInt32, group: UInt32)) {
        let isKnown =
            UserNamespace.knows(user: resolver.user) && UserNamespace.knows(group: resolver.group)
            && resolver.user != Environment.userIdentifier
        self.resolver = isKnown ? resolver : nil
    }

    /// Moves the lab into a user namespace of its own, as root of it, with one more identity where the administrator
    /// gives this user one.
    init(inOwnNamespaceWith resolver: (user: UInt32, group: UInt32)) throws(LabFailure) {
        let (user, group) = (Environment.userIdentifier, Environment.groupIdentifier)
        let (second, obstacle) = LabIdentities.second(for: user)
        do throws(SystemError) {
            // It has to stay outside, where the second identity is; it waits until there is a namespace to map it to.
            let pipe = try Pipe()
            var mapping = second.map { LabIdentities.mapping((user, group), resolver, $0) }
            mapping?.input = .descriptor(pipe.readEnd.rawValue)
            var mapper = try mapping.map { (request) throws(SystemError) in try ChildProcess(request) }
            try UserNamespace.leave()
            _ = pipe.takeWriteEnd()
            _ = mapper?.wait()
            try UserNamespace.completeMaps(user: user, group: group)
        } catch {
            throw .environment("\(error)")
        }
        self.init(here: resolver)
        self.obstacle = obstacle ?? "`newuidmap` refuses"
        isOwnNamespace = true
    }

    private typealias Pair = (user: UInt32, group: UInt32)

    private static func second(for user: UInt32) -> (Pair?, obstacle: String?) {
        guard Tool.path(of: "newuidmap") != nil, Tool.path(of: "newgidmap") != nil else {
            return (nil, "there is no `newuidmap`: install uidmap")
        }
        let name = Accounts.userName(user) ?? "\(user)"
        guard let second = SubordinateIdentities.first(in: SubordinateIdentities.users, for: user) else {
            return (nil, "\(SubordinateIdentities.users) has no line for `\(name)`")
        }
        guard let group = SubordinateIdentities.first(in: SubordinateIdentities.groups, for: user) else {
            return (nil, "\(SubordinateIdentities.groups) has no line for `\(name)`")
        }
        return ((second, group), nil)
    }

    /// The lab is root of its namespace; the resolver is called there as everywhere.
    private static func mapping(_ own: Pair, _ resolver: Pair, _ second: Pair) -> ChildProcess.Request {
        let process = Environment.processIdentifier
        let users = "0 \(own.user) 1 \(resolver.user) \(second.user) 1"
        let groups = "0 \(own.group) 1 \(resolver.group) \(second.group) 1"
        let script = "read -r line; newuidmap \(process) \(users); newgidmap \(process) \(groups)"
        var request = ChildProcess.Request("/bin/sh", ["-c", script])
        request.output = .null
        request.error = .null
        request.hasOwnSession = true
        request.diesWithParent = true
        return request
    }
}
