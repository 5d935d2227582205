internal import LabPeers
internal import NetworkTypes

/// What is up and what to try: at most 15 lines.
struct LabReport {
    let profile: LabProfile?
    let upstream: LabUpstream?
    let listeners: [Endpoint]
    let directory: String
    let control: String

    var lines: [String] { state + ["", "Try in a second terminal:"] + attempts.map { "  \($0)" } }

    private var state: [String] {
        [
            "Up until Ctrl-C:",
            "  resolver   \(listeners.map(\.description).joined(separator: " and ")), UDP and TCP",
            "  upstream   \(upstreamText)",
            "  profile    \(profile?.path ?? "none")",
            "  directory  \(directory)",
        ]
    }

    private var upstreamText: String {
        guard let upstream else { return profile?.upstreamSummary ?? "none" }
        return "DNS over TLS on \(upstream.server.endpoint) as \(upstream.serverName), throw-away authority"
    }

    private var attempts: [String] {
        let dig = "dig @127.0.0.1 -p \(listeners[0].port)"
        let statistics = "\(control) --runtime-dir \(directory) resolver stats"
        guard upstream != nil else { return ["\(dig) example.org A", "\(dig) +tcp example.org AAAA", statistics] }
        return [
            "\(dig) www.lab.example A",
            "\(dig) +tcp alias1.lab.example AAAA   # a chain of aliases",
            "\(dig) www.lab.example HTTPS",
            "\(dig) nowhere.lab.example            # a name that does not exist",
            "\(dig) big.lab.example TXT            # over 4 kB: truncated, then by TCP",
            "\(dig) any.name.wild.lab.example A    # a wildcard",
            statistics,
        ]
    }
}
