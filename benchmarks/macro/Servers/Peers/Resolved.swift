extension Server {
    /// It reads and writes below /run/systemd, where the machine's own may live: it gets a copy of that place to itself.
    static let resolved = Server(
        name: "systemd-resolved", role: .peer, program: "systemd-resolved", package: "systemd-resolved",
        abilities: [.caches, .forwardsOverTLS],
        setup: { assignment in
            let (directory, upstream) = (assignment.directory, assignment.upstream)
            let text = """
                [Resolve]
                DNS=127.0.0.1:\(upstream.securePort)#\(upstream.name)
                FallbackDNS=
                Domains=~.
                DNSSEC=no
                DNSOverTLS=yes
                LLMNR=no
                MulticastDNS=no
                Cache=yes
                CacheFromLocalhost=yes
                ReadEtcHosts=no
                DNSStubListener=no
                DNSStubListenerExtra=127.0.0.1:\(assignment.port)

                """
            // As a user of its own from the start, or it would outlive this program when that is killed.
            let script = """
                set -e; user=systemd-resolve
                mkdir -p /run/systemd; mount -t tmpfs bench /run/systemd
                mkdir /run/systemd/resolve /run/systemd/resolved.conf.d
                chown $user /run/systemd/resolve; cp "$1" /run/systemd/resolved.conf.d/
                cp "$2" /run/systemd/authority.pem; chmod -R a+rX /run/systemd
                exec setpriv --reuid $user --regid $user --clear-groups --pdeathsig KILL "$3"
                """
            return Setup(
                files: [("\(directory)/bench.conf", text)],
                launcher: [
                    "unshare", "--mount", "sh", "-c", script, "sh", "\(directory)/bench.conf", upstream.authority,
                ],
                arguments: [], environment: [("SSL_CERT_FILE", "/run/systemd/authority.pem")])
        })
}
