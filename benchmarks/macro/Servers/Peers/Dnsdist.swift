extension Server {
    static let dnsdist = Server(
        name: "dnsdist", role: .peer, program: "dnsdist", package: "dnsdist",
        abilities: [.caches, .forwardsOverTLS, .forwardsOverHTTPS],
        setup: { assignment in
            let upstream = assignment.upstream
            // maxInFlight is what makes it send more than one query at a time on a connection; over HTTP/2 it always does.
            let (port, how) =
                assignment.isOverHTTPS
                ? (upstream.httpsPort, "dohPath = \"\(Upstream.path)\"") : (upstream.securePort, "maxInFlight = 1000")
            let text = """
                setSecurityPollSuffix("")
                setLocal("127.0.0.1:\(assignment.port)")
                setMaxTCPClientThreads(1)
                setMaxUDPOutstanding(65535)
                newServer({
                  address = "127.0.0.1:\(port)", tls = "openssl", subjectName = "\(upstream.name)",
                  validateCertificates = true, caStore = "\(upstream.authority)", \(how)
                })
                getPool(""):setCache(newPacketCache(\(assignment.cacheEntries), { maxTTL = 86400 }))

                """
            let path = "\(assignment.directory)/dnsdist.conf"
            return Setup(files: [(path, text)], arguments: ["--supervised", "--disable-syslog", "-C", path])
        })
}
