/// A minimal profile with one DNS-over-TLS upstream on the loopback address.
struct UpstreamProfile {
    var serverName = "dns.test"
    var port: UInt16
    var authority: String
    var version = 1

    var text: String {
        """
        schema: enigm.network/1
        profile:
          name: integration
          version: \(version)
        resolver:
          upstreams:
            test:
              tls: \(serverName)
              addresses: [127.0.0.1]
              port: \(port)
              ca: \(authority)
              path: direct
        default: { via: direct }

        """
    }
}
