/// A minimal profile with one upstream on the loopback address.
struct UpstreamProfile {
    var serverName = "dns.test"
    var port: UInt16
    var authority: String
    var version = 1
    /// Of DNS over HTTPS; nil for DNS over TLS.
    var path: String?

    private var service: String {
        path.map { "https: \"https://\(serverName)\($0){?dns}\"" } ?? "tls: \(serverName)"
    }

    var text: String {
        """
        schema: enigm.network/1
        profile:
          name: integration
          version: \(version)
        resolver:
          upstreams:
            test:
              \(service)
              addresses: [127.0.0.1]
              port: \(port)
              ca: \(authority)
              path: direct
        default: { via: direct }

        """
    }
}
