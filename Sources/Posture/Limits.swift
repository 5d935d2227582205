/// What a posture does not say, in words for the person who relies on it.
enum Limits {
    /// True of every posture.
    private static let standing = [
        "posture is a signal, not a guarantee: it tells what was seen at the times given, not what happened between",
        "the kernel, and whoever is root, are believed: a machine that is taken over can show anything",
        "packet sockets (CAP_NET_RAW), AF_XDP and drivers that pass the kernel by are below the rules looked at here",
        "other network namespaces of this machine, such as those of containers, are not looked at",
        "what an upstream does with a question is not seen; answers are not validated with DNSSEC",
        "name resolution inside allowed traffic, such as a program's own over HTTPS, looks like any other traffic",
    ]

    static func lines(_ observations: Observations) -> [String] { standing + circumstances(observations) }

    /// True of this one.
    private static func circumstances(_ observations: Observations) -> [String] {
        var lines: [String] = []
        switch observations.kernel {
        case .read, .tableAbsent: break
        case .notPermitted:
            lines.append(
                "the kernel's rules were not read by this program (CAP_NET_ADMIN is missing): what `enigm-policyd` "
                    + "read counts")
        case .otherNamespace:
            lines.append(
                "`enigm-policyd` works in another network namespace than this program: what it read counts")
        case .failed(let reason): lines.append("the kernel's rules were not read by this program: \(reason)")
        }
        if case .answered(let resolver) = observations.resolver, resolver.upstreams.allSatisfy({ $0.tls == nil }) {
            lines.append(
                "which TLS version an upstream speaks is not told; the resolver takes 1.2 and above, authenticated")
        }
        return lines
    }
}
