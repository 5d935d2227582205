extension Server {
    /// It has no TLS, and asks its upstream in plain text.
    static let dnsmasq = Server(
        name: "dnsmasq", role: .peer, program: "dnsmasq", package: "dnsmasq-base", abilities: [.caches],
        setup: { assignment in
            let text = """
                port=\(assignment.port)
                listen-address=127.0.0.1
                bind-interfaces
                no-resolv
                no-hosts
                no-poll
                user=root
                pid-file=
                log-facility=-
                server=127.0.0.1#\(assignment.upstream.plainPort)
                cache-size=\(assignment.cacheEntries)
                cache-rr=HTTPS
                dns-forward-max=4096

                """
            let path = "\(assignment.directory)/dnsmasq.conf"
            return Setup(files: [(path, text)], arguments: ["--keep-in-foreground", "--conf-file=\(path)"])
        })
}
