extension Server {
    /// Everything that can be measured: the references, this project's resolver, and its peers.
    static let all = [
        batch, forwarder, own, unbound, dnsdist, knotResolver, dnsmasq, smartdns, recursor, stubby, resolved,
    ]
    static let peers = all.filter { $0.role == .peer }

    static let batch = Server(
        name: "ref-batch", role: .reference, program: "enigm-reference", package: nil, abilities: [],
        setup: { Setup(arguments: ["batch", "\($0.port)"]) })

    static let forwarder = Server(
        name: "ref-dot", role: .reference, program: "enigm-reference", package: nil, abilities: [.forwardsOverTLS],
        setup: { assignment in
            let upstream = assignment.upstream
            return Setup(
                arguments: [
                    "forward", "\(assignment.port)", "\(upstream.securePort)", upstream.authority, upstream.name,
                ])
        })

    static let own = own(named: "enigm-resolverd", workers: 1)

    static func own(named name: String, workers: Int) -> Server {
        Server(
            name: name, role: .own, program: "enigm-resolverd", package: nil,
            abilities: [.caches, .forwardsOverTLS, .forwardsOverHTTPS], processorCount: workers,
            setup: { ownSetup($0, workers: workers) })
    }

    private static func ownSetup(_ assignment: Assignment, workers: Int) -> Setup {
        let (directory, upstream) = (assignment.directory, assignment.upstream)
        let how =
            assignment.isOverHTTPS
            ? "https: \"https://\(upstream.name):\(upstream.httpsPort)\(Upstream.path)\""
            : "tls: \(upstream.name), port: \(upstream.securePort)"
        let profile = """
            schema: enigm.network/1
            profile: { name: benchmark, version: 1 }
            resolver:
              upstreams:
                upstream:
                  { \(how), addresses: [127.0.0.1], ca: \(upstream.authority), path: direct }
              cache: { entries: \(assignment.cacheEntries) }
            default: { via: direct }

            """
        return Setup(
            files: [("\(directory)/profile.yaml", profile)],
            preparation: [
                "\(assignment.programs)/enigmctl", "profile", "compile", "\(directory)/profile.yaml", "-o",
                "\(directory)/bundle",
            ],
            arguments: [
                "--bundle", "\(directory)/bundle", "--listen", "127.0.0.1:\(assignment.port)", "--runtime-dir",
                "\(directory)/run", "--state-dir", "\(directory)/state",
            ])
    }
}
