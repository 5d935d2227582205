extension Server {
    static let smartdns = Server(
        name: "smartdns", role: .peer, program: "smartdns", package: "smartdns",
        abilities: [.caches, .forwardsOverTLS],
        setup: { assignment in
            let (directory, upstream) = (assignment.directory, assignment.upstream)
            let text = """
                bind 127.0.0.1:\(assignment.port)
                server-tls 127.0.0.1:\(upstream.securePort) -host-name \(upstream.name) -tls-host-verify \(upstream.name)
                ca-file \(upstream.authority)
                cache-size \(assignment.cacheEntries)
                cache-persist no
                prefetch-domain no
                serve-expired no
                speed-check-mode none
                dualstack-ip-selection no
                log-level error
                log-file \(directory)/smartdns.log

                """
            return Setup(
                files: [("\(directory)/smartdns.conf", text)],
                arguments: ["-f", "-c", "\(directory)/smartdns.conf", "-p", "\(directory)/smartdns.pid"])
        })
}
