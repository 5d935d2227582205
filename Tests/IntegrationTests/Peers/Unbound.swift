import TestSupport
import Testing

/// Debian's unbound: a DNS-over-TLS server of `TestZone`, and a plain port to ask it directly. It asks nobody.
final class Unbound {
    let plainPort = FreePort.next()
    let tlsPort = FreePort.next()
    private let identity: TestAuthority.Identity
    private let scratch = ScratchDirectory()
    private var process: ChildProcess?

    static let isInstalled = Repository.hasTool("unbound") && Repository.hasTool("openssl")
    static let missing: Comment = "no `unbound` or `openssl`: run `make deps`"

    init(identity: TestAuthority.Identity) throws {
        self.identity = identity
        scratch.write(configuration(certificate: identity.certificate, key: identity.key), to: "unbound.conf")
        scratch.write(TestZone.records.map { "local-data: '\($0)'\n" }.joined(), to: "records.conf")
        try start()
    }

    func start() throws {
        let process = ChildProcess("/usr/sbin/unbound", ["-d", "-c", scratch.path("unbound.conf")])
        self.process = process
        try #require(DNSClient(port: plainPort).isAnswered(), "unbound does not answer: \(process.standardError)")
    }

    /// As a crash would end it.
    func kill() {
        process?.signal(9)
        _ = process?.wait()
        process = nil
    }

    /// How many queries arrived in TLS since it was started.
    func encryptedQueryCount() throws -> Int {
        let result = CommandResult.run(
            "/usr/sbin/unbound-control", ["-c", scratch.path("unbound.conf"), "stats_noreset"])
        let line = try #require(
            result.outputLines.first { $0.hasPrefix("num.query.tls=") }, "no statistics: \(result.errors)")
        return try #require(Int(line.drop { $0 != "=" }.dropFirst()))
    }

    private func configuration(certificate: String, key: String) -> String {
        """
        server:
          directory: "\(scratch.path)"
          chroot: ""
          username: ""
          pidfile: ""
          use-syslog: no
          logfile: ""
          verbosity: 1
          num-threads: 1
          module-config: "iterator"
          extended-statistics: yes
          interface: 127.0.0.1@\(plainPort)
          interface: 127.0.0.1@\(tlsPort)
          tls-port: \(tlsPort)
          tls-service-pem: "\(certificate)"
          tls-service-key: "\(key)"
          local-zone: "." static
          local-zone: "\(TestZone.origin)" static
          include: "\(scratch.path("records.conf"))"
        remote-control:
          control-enable: yes
          control-use-cert: no
          control-interface: \(scratch.path("control"))

        """
    }
}
