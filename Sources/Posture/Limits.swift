/// What a posture does not say, in words for the person who relies on it.
enum Limits {
    /// True of every posture.
    private static let standing = [
        "posture is a signal, not a guarantee: it tells what was seen at the times given, not what happened between",
        "the kernel, and whoever is root, are believed: a machine that is taken over can show anything",
        "AF_XDP and drivers that pass the kernel by are below the rules looked at here",
        "other network namespaces of this machine, such as those of containers, are not looked at",
        "what an upstream does with a question is not seen; answers are not validated with DNSSEC",
        "name resolution inside allowed traffic, such as a program's own over HTTPS, looks like any other traffic",
    ]

    static func lines(_ observations: Observations) -> [String] { standing + circumstances(observations) }

    /// True of this one.
    private static func circumstances(_ observations: Observations) -> [String] {
        var lines = [packetSockets(observations.policy.answer)]
        if let obstacle = obstacle(observations.kernel) {
            let instead = observations.policy.answer == nil ? "" : "; what `enigm-policyd` read counts"
            lines.append("the kernel's rules were not read by this program: \(obstacle)\(instead)")
        }
        if case .answered(let resolver) = observations.resolver, resolver.upstreams.allSatisfy({ $0.tls == nil }) {
            lines.append(
                "which TLS version an upstream speaks is not told; the resolver takes 1.2 and above, authenticated")
        }
        return lines
    }

    private static func packetSockets(_ policy: PolicyObservation?) -> String {
        guard let devices = policy?.checkedDevices, !devices.isEmpty else {
            return "packet sockets (CAP_NET_RAW) write to devices below the rules looked at here"
        }
        return "packet sockets (CAP_NET_RAW) are kept from \(devices.map { "`\($0)`" }.joined(separator: ", ")) alone, "
            + "frames of ARP, EAPOL and DHCP apart"
    }

    private static func obstacle(_ kernel: KernelObservation) -> String? {
        switch kernel {
        case .read, .tableAbsent: nil
        case .notPermitted: "CAP_NET_ADMIN is missing"
        case .otherNamespace: "`enigm-policyd` works in another network namespace"
        case .failed(let reason): reason
        }
    }
}
