/// A minimal profile with one upstream on the loopback address.
struct UpstreamProfile {
    var serverName = "dns.test"
    var port: UInt16
    var authority: String
    var version = 1
    /// Of DNS over HTTPS; nil for DNS over TLS.
    var path: String?
    /// The key and the value of the path that it is asked by; nil for `direct`.
    var proxy: String?

    private var paths: String { proxy.map { "paths: { out: { \($0), owner: { user: nobody } } }\n" } ?? "" }

    private var service: String {
        path.map { "https: \"https://\(serverName)\($0){?dns}\"" } ?? "tls: \(serverName)"
    }

    var text: String {
        """
        schema: enigm.network/1
        \(paths)\
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
              path: \(proxy == nil ? "direct" : "out")
        default: { via: direct }

        """
    }
}
