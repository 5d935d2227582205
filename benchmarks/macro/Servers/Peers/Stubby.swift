extension Server {
    /// It forwards and remembers nothing.
    static let stubby = Server(
        name: "stubby", role: .peer, program: "stubby", package: "stubby", abilities: [.forwardsOverTLS],
        setup: { assignment in
            let upstream = assignment.upstream
            let text = """
                resolution_type: GETDNS_RESOLUTION_STUB
                dns_transport_list: [GETDNS_TRANSPORT_TLS]
                tls_authentication: GETDNS_AUTHENTICATION_REQUIRED
                tls_ca_file: "\(upstream.authority)"
                tls_query_padding_blocksize: 128
                edns_client_subnet_private: 1
                idle_timeout: 10000
                round_robin_upstreams: 0
                listen_addresses: [127.0.0.1@\(assignment.port)]
                upstream_recursive_servers:
                  - address_data: 127.0.0.1
                    tls_port: \(upstream.securePort)
                    tls_auth_name: "\(upstream.name)"

                """
            let path = "\(assignment.directory)/stubby.yml"
            return Setup(files: [(path, text)], arguments: ["-C", path])
        })
}
