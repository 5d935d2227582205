extension Server {
    static let smartdns = Server(
        name: "smartdns", role: .peer, program: "smartdns", package: "smartdns",
        abilities: [.caches, .forwardsOverTLS, .forwardsOverHTTPS],
        setup: { assignment in
            let (directory, upstream) = (assignment.directory, assignment.upstream)
            let verified = "-host-name \(upstream.name) -tls-host-verify \(upstream.name)"
            let server =
                assignment.isOverHTTPS
                ? "server-https https://127.0.0.1:\(upstream.httpsPort)\(Upstream.path) \(verified) -http-host \(upstream.name)"
                : "server-tls 127.0.0.1:\(upstream.securePort) \(verified)"
            let text = """
                bind 127.0.0.1:\(assignment.port)
                \(server)
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
