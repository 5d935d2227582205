extension Server {
    static let unbound = Server(
        name: "unbound", role: .peer, program: "unbound", package: "unbound", abilities: [.caches, .forwardsOverTLS],
        setup: { assignment in
            let upstream = assignment.upstream
            let text = """
                server:
                  directory: "\(assignment.directory)"
                  chroot: ""
                  username: ""
                  pidfile: ""
                  logfile: ""
                  use-syslog: no
                  do-daemonize: no
                  interface: 127.0.0.1
                  port: \(assignment.port)
                  num-threads: 1
                  module-config: "iterator"
                  do-not-query-localhost: no
                  msg-cache-size: \(assignment.cacheMiB)m
                  rrset-cache-size: \(assignment.cacheMiB)m
                  num-queries-per-thread: 4096
                  outgoing-range: 4096
                  outgoing-num-tcp: 100
                  so-rcvbuf: 1m
                  so-sndbuf: 1m
                  tls-cert-bundle: "\(upstream.authority)"
                remote-control:
                  control-enable: no
                forward-zone:
                  name: "."
                  forward-tls-upstream: yes
                  forward-addr: 127.0.0.1@\(upstream.securePort)#\(upstream.name)

                """
            let path = "\(assignment.directory)/unbound.conf"
            return Setup(files: [(path, text)], arguments: ["-d", "-c", path])
        })
}
