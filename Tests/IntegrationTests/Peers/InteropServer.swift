import TestSupport
import Testing

/// A DNS server of Debian's with ``InteropZone``, over TLS, over HTTPS, and on a plain port to see that it is up. Those
/// that hold no zone ask a server that does.
final class InteropServer {
    enum Product: String, CaseIterable {
        case unbound, bind9, dnsdist, knot

        var program: String {
            switch self {
            case .unbound: "/usr/sbin/unbound"
            case .bind9: "/usr/sbin/named"
            case .dnsdist: "/usr/bin/dnsdist"
            case .knot: "/usr/sbin/kresd"
            }
        }
    }

    static let areInstalled =
        ["unbound", "named", "dnsdist", "kresd", "openssl"].allSatisfy { Repository.hasTool($0) }
    static let missing: Comment = "no `unbound`, `named`, `dnsdist`, `kresd` or `openssl`: run `make deps`"
    static let path = "/dns-query"

    let plainPort = FreePort.next()
    let tlsPort = FreePort.next()
    let httpsPort = FreePort.next()
    private let identity: TestAuthority.Identity
    private let scratch = ScratchDirectory()
    private let process: ChildProcess

    /// `backendPort`: the plain port of a server with the zone.
    init(_ product: Product, identity: TestAuthority.Identity, backendPort: UInt16 = 0) throws {
        self.identity = identity
        scratch.write(InteropZone.text, to: "zone")
        let ports = (plainPort, tlsPort, httpsPort)
        let text =
            switch product {
            case .unbound: InteropServer.unbound(scratch, identity, ports)
            case .bind9: InteropServer.bind9(scratch, identity, ports)
            case .dnsdist: InteropServer.dnsdist(identity, ports, backendPort)
            case .knot: InteropServer.knot(identity, ports, backendPort)
            }
        let configuration = scratch.write(text, to: "configuration")
        let arguments =
            switch product {
            case .unbound: ["-d", "-c", configuration]
            case .bind9: ["-g", "-c", configuration]
            case .dnsdist: ["--supervised", "--disable-syslog", "-C", configuration]
            case .knot: ["-n", "-c", configuration, scratch.path]
            }
        process = ChildProcess(product.program, arguments)
        let isUp = DNSClient(port: plainPort).isAnswered()
        try #require(isUp, "\(product) does not answer: \(process.standardError)")
    }

    private typealias Ports = (plain: UInt16, tls: UInt16, https: UInt16)

    private static func unbound(
        _ scratch: ScratchDirectory, _ identity: TestAuthority.Identity, _ ports: Ports
    ) -> String {
        """
        server:
          directory: "\(scratch.path)"
          chroot: ""
          username: ""
          pidfile: ""
          use-syslog: no
          logfile: ""
          num-threads: 1
          module-config: "iterator"
          interface: 127.0.0.1@\(ports.plain)
          interface: 127.0.0.1@\(ports.tls)
          interface: 127.0.0.1@\(ports.https)
          tls-port: \(ports.tls)
          https-port: \(ports.https)
          tls-service-pem: "\(identity.certificate)"
          tls-service-key: "\(identity.key)"
          local-zone: "example." nodefault
        auth-zone:
          name: "\(InteropZone.origin)"
          zonefile: "\(scratch.path("zone"))"
          for-downstream: yes
          for-upstream: no
        remote-control:
          control-enable: no

        """
    }

    private static func bind9(
        _ scratch: ScratchDirectory, _ identity: TestAuthority.Identity, _ ports: Ports
    ) -> String {
        """
        options {
          directory "\(scratch.path)";
          pid-file none;
          session-keyfile none;
          listen-on port \(ports.plain) { 127.0.0.1; };
          listen-on port \(ports.tls) tls own { 127.0.0.1; };
          listen-on port \(ports.https) tls own http own { 127.0.0.1; };
          listen-on-v6 { none; };
          recursion no;
          minimal-responses yes;
          max-records-per-type 0;
        };
        tls own { cert-file "\(identity.certificate)"; key-file "\(identity.key)"; };
        http own { endpoints { "\(path)"; }; };
        controls { };
        zone "\(InteropZone.origin)" { type master; file "\(scratch.path("zone"))"; };

        """
    }

    private static func dnsdist(_ identity: TestAuthority.Identity, _ ports: Ports, _ backendPort: UInt16) -> String {
        """
        setSecurityPollSuffix("")
        setLocal("127.0.0.1:\(ports.plain)")
        newServer({address="127.0.0.1:\(backendPort)", tcpOnly=true}):setUp()
        addTLSLocal("127.0.0.1:\(ports.tls)", "\(identity.certificate)", "\(identity.key)")
        addDOHLocal("127.0.0.1:\(ports.https)", "\(identity.certificate)", "\(identity.key)", "\(path)")

        """
    }

    private static func knot(_ identity: TestAuthority.Identity, _ ports: Ports, _ backendPort: UInt16) -> String {
        """
        net.tls("\(identity.certificate)", "\(identity.key)")
        net.listen("127.0.0.1", \(ports.plain), { kind = "dns" })
        net.listen("127.0.0.1", \(ports.tls), { kind = "tls" })
        net.listen("127.0.0.1", \(ports.https), { kind = "doh2" })
        cache.size = 10 * MB
        trust_anchors.remove(".")
        policy.add(policy.all(policy.STUB("127.0.0.1@\(backendPort)")))

        """
    }
}
