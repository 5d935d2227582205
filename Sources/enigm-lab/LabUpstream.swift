internal import LabPeers
internal import LinuxIO
internal import NetworkTypes

/// The embedded upstream: what the lab's profile says about it, made true.
struct LabUpstream: Sendable {
    /// Where it is, and under which name.
    struct Site: Sendable {
        let serverName: String
        let endpoint: Endpoint
    }

    let server: UpstreamServerThread
    /// The certificate to trust, PEM.
    let authority: String
    let serverName: String

    init(serving site: Site) throws(LabFailure) {
        let authority = CertificateAuthority()
        let identity = authority.issue(LeafTemplate(name: site.serverName, addresses: [site.endpoint.address]))
        do throws(SystemError) {
            server = try UpstreamServerThread(
                listeningOn: site.endpoint, tls: TLSServerConfiguration(identity: identity))
        } catch {
            throw LabUpstream.explained(error, at: site.endpoint)
        }
        self.authority = authority.certificate.pem
        serverName = site.serverName
    }

    func reportCounters() {
        let counters = server.counters
        LabOutput.progress(
            "upstream: \(counters.connections) connections, \(counters.resumed) resumed, \(counters.queries) queries")
    }

    private static func explained(_ error: SystemError, at endpoint: Endpoint) -> LabFailure {
        guard error.isAddressInUse else { return .environment("cannot listen on `\(endpoint)`: \(error.reason)") }
        return .environment("`\(endpoint)` is taken; stop what listens there, or choose another --upstream-port")
    }
}
