extension Server {
    /// It speaks TLS to port 853 only, does not verify whom it speaks to, and is so slow at it that filling its cache that
    /// way would take hours: that it does in plain text.
    static let recursor = Server(
        name: "pdns-recursor", role: .peer, program: "pdns_recursor", package: "pdns-recursor",
        abilities: [.caches, .forwardsOverTLS], needsStandardPort: true,
        setup: { assignment in
            let upstream = assignment.isAboutCache ? "127.0.0.1:\(assignment.upstream.plainPort)" : "127.0.0.1:853"
            let text = """
                local-address=127.0.0.1
                local-port=\(assignment.port)
                threads=1
                pdns-distributes-queries=no
                socket-dir=\(assignment.directory)
                forward-zones-recurse=.=\(upstream)
                dot-to-port-853=yes
                dont-query=
                dnssec=off
                security-poll-suffix=
                quiet=yes
                loglevel=3
                disable-syslog=yes
                write-pid=no
                max-cache-entries=\(max(1_000_000, assignment.cacheEntries))
                max-packetcache-entries=\(max(500_000, assignment.cacheEntries))

                """
            return Setup(
                files: [("\(assignment.directory)/recursor.conf", text)],
                arguments: ["--config-dir=\(assignment.directory)", "--daemon=no"])
        })
}
