internal import LinuxIO
internal import NetworkTypes

/// Two network namespaces joined by a cable: the device, where the policy holds, and the outside, where every address
/// answers. The lab's open descriptors and what runs there are all that keeps them: they cannot outlive it.
struct LabGround {
    let device: NamespaceHandle
    let outside: NamespaceHandle
    let identities: LabIdentities
    /// Where captured queries end: the hidden port of the lab's profile.
    let capturing: [Endpoint]

    /// Addresses for documentation (RFC 5737, RFC 3849): nobody else's.
    static let upstream = Endpoint(address: .v4(IPv4Address(198, 51, 100, 53)), port: 853)
    private static let hiddenPort: UInt16 = 5300

    /// Makes it, in a user namespace when the caller's rights do not reach, or says in one line what is missing.
    init(_ programs: LabPrograms, resolverUser name: String) throws(LabFailure) {
        guard let ip = Tool.path(of: "ip") else { throw .environment("there is no `ip`: run `make deps`") }
        guard FileContents.exists(programs.policy) else { throw .environment("there is no `\(programs.policy)`") }
        guard let user = Accounts.userIdentifier(name), let group = Accounts.primaryGroup(ofUser: user) else {
            throw .environment("this machine has no user `\(name)` for the resolver")
        }
        (device, identities) = try LabGround.first(for: (user, group))
        outside = try LabGround.network()
        try LabGround.configure(LabGround.four, by: ip, device, outside)
        let hasIPv6 = (try? LabGround.configure(LabGround.six, by: ip, device, outside)) != nil
        let loopback: [IPAddress] = [.v4(IPv4Address(127, 0, 0, 1))] + (hasIPv6 ? [.v6(.loopback)] : [])
        capturing = loopback.map { Endpoint(address: $0, port: LabGround.hiddenPort) }
    }

    /// The first namespace shows whether the caller may make any, or has to become root of a user namespace before.
    private static func first(
        for resolver: (user: UInt32, group: UInt32)
    ) throws(LabFailure) -> (NamespaceHandle, LabIdentities) {
        if let device = try? network() { return (device, LabIdentities(here: resolver)) }
        let identities = try LabIdentities(inOwnNamespaceWith: resolver)
        return (try network(), identities)
    }

    private static func network() throws(LabFailure) -> NamespaceHandle {
        do throws(SystemError) { return try .newNetwork() } catch { throw .environment("\(error)") }
    }

    private typealias Configuration = (device: String, outside: String)

    private static let four: Configuration = (
        """
        link set lo up
        link add lab0 type veth peer name lab1 netns /proc/self/fd/3
        address add 198.51.100.2/30 dev lab0
        link set lab0 up
        route add default via 198.51.100.1

        """,
        """
        link set lo up
        address add 198.51.100.1/30 dev lab1
        link set lab1 up
        route add local default dev lo table main

        """
    )

    private static let six: Configuration = (
        """
        address add 2001:db8:1::2/64 dev lab0 nodad
        route add ::/0 via 2001:db8:1::1

        """,
        """
        address add 2001:db8:1::1/64 dev lab1 nodad
        route add local ::/0 dev lo table main

        """
    )

    /// Outside, every address is local: nothing that the policy lets out gets lost for want of somebody to answer.
    private static func configure(
        _ configuration: Configuration, by ip: String, _ device: NamespaceHandle, _ outside: NamespaceHandle
    ) throws(LabFailure) {
        try configure(configuration.device, by: ip, in: device, other: outside)
        try configure(configuration.outside, by: ip, in: outside, other: device)
    }

    private static func configure(
        _ batch: String, by ip: String, in namespace: NamespaceHandle, other: NamespaceHandle
    ) throws(LabFailure) {
        var request = ChildProcess.Request(ip, ["-batch", "-"])
        request.networkNamespace = namespace
        request.additionalDescriptors = [other.descriptor]
        let outcome: Tool.Outcome
        do throws(SystemError) {
            outcome = try Tool.run(request, input: batch)
        } catch {
            throw .environment("\(error)")
        }
        guard outcome.isSuccess else { throw .environment("`ip` fails: \(outcome.lines.first ?? "no message")") }
    }
}
