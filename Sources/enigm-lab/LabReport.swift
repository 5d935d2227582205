internal import LabPeers
internal import NetworkTypes

/// What is up and what to try.
struct LabReport {
    /// The device, as far as there is something to tell of it.
    struct Device {
        /// For `ip netns`; nil where it has no name.
        let name: String?
        /// The table of its posture.
        let posture: [String]
        /// Whether the resolver is in it, where captured queries find it.
        let hasResolver: Bool
        /// Whether other programs can change the table of the policy.
        let isTableOpen: Bool
    }

    let profile: LabProfile?
    let upstream: LabUpstream?
    let listeners: [Endpoint]
    let directory: String
    /// Whether the directory can be found by the resolver's port.
    let isNamedByPort: Bool
    let programs: LabPrograms
    /// Nil when nothing is enforced.
    let device: Device?

    var lines: [String] {
        state + (device.map { ["", "Posture of the device:"] + indented($0.posture) } ?? [])
            + ["", "Try in a second terminal:"] + indented(attempts)
    }

    private func indented(_ lines: [String]) -> [String] { lines.map { "  \($0)" } }

    private var state: [String] {
        [
            "Up until Ctrl-C:",
            "  resolver   \(listeners.map(\.description).joined(separator: " and ")), UDP and TCP",
            "  upstream   \(upstreamText)",
            "  profile    \(profile?.path ?? "none")\(device == nil ? ", not enforced" : "")",
            "  device     \(deviceText)",
            "  directory  \(directory)",
        ]
    }

    private var upstreamText: String {
        guard let upstream else { return profile?.upstreamSummary ?? "none" }
        return "DNS over TLS on \(upstream.server.endpoint) as \(upstream.serverName), throw-away authority"
    }

    private var deviceText: String {
        guard let device else { return "none: the resolver alone" }
        guard let name = device.name else { return "a network namespace without a name" }
        return "network namespace \(name)"
    }

    /// Without the comment behind `#`, each is a command for a shell.
    private var attempts: [String] {
        let dig = "dig @127.0.0.1 -p \(listeners[0].port)"
        if let device { return ["\(dig) www.lab.example"] + enforced(device) }
        let statistics = "\(programs.control) --runtime-dir \(directory) resolver stats"
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

    private func enforced(_ device: Device) -> [String] {
        let destination = "/dev/tcp/\(LabGround.destination)"
        let repair =
            device.isTableOpen ? "put back at once: see `audit show`" : "refused; with `up --open-table`, put back"
        let captured =
            device.hasResolver ? "the stub answers, nothing leaves" : "refused: no stub is here, nothing leaves"
        return [
            "# a blocked connection",
            "\(enter) bash -c 'cat <\(destination)/\(LabGround.allowedPort)'   # allowed: the outside greets",
            "\(enter) bash -c 'cat <\(destination)/\(LabGround.blockedPort)'   # rule no-telnet: refused at once",
            "# a captured query",
            "\(enter) dig @8.8.8.8 www.lab.example   # \(captured)",
            "# a rule deleted by hand",
            "\(enter) nft flush chain inet enigm d_block   # \(repair)",
            "\(enter) \(programs.control) audit show",
            "\(enter) \(programs.control) posture show",
        ]
    }

    private var enter: String {
        if !isNamedByPort { return "\(programs.lab) enter --runtime-dir \(directory) --" }
        let port = listeners[0].port
        return "\(programs.lab) enter \(port == LabDirectory.defaultPort ? "" : "--resolver-port \(port) ")--"
    }
}
