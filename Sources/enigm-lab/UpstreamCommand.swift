internal import ArgumentParser
internal import DNSWire
internal import LabPeers
internal import LinuxIO
internal import NetworkTypes

/// An upstream alone, with faults on demand: for trying a resolver of one's own against it.
struct UpstreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upstream",
        abstract: "Serve the zone lab.example over TLS or HTTPS until stopped, with faults on demand.",
        discussion: """
            Prints one line when it is up. On SIGUSR1, and when it stops, it prints on standard error what it has seen. \
            There is no plain DNS.
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "addr:port"))
    var listen = EndpointArgument(Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 8853))

    @Flag(help: "Serve DNS over HTTPS (HTTP/2, POST to /dns-query) instead of DNS over TLS.")
    var https = false

    @Option(help: ArgumentHelp("The host name in the certificate.", valueName: "host"))
    var name = "dns.lab.example"

    @Option(
        help: ArgumentHelp(
            "The certificate: \(CertificateKind.allValueStrings.joined(separator: ", ")).", valueName: "kind"))
    var certificateKind = CertificateKind.valid

    @Option(help: ArgumentHelp("Write the authority's certificate (PEM) there.", valueName: "file"))
    var writeCa: String?

    @Flag(help: "Issue no session tickets, so that nothing resumes.")
    var noTickets = false

    @Flag(help: "Speak TLS 1.2 only.")
    var tls12 = false

    @Option(help: ArgumentHelp("Serve this zone instead (docs/lab.md has the format).", valueName: "file"))
    var zone: String?

    @OptionGroup(title: "Foreign messages") var foreign: ForeignMessageOptions

    @OptionGroup(title: "Faults") var faults: BehaviourOptions

    /// A zone is held in memory several times over.
    private static let maximumZoneBytes = 64 << 20

    func run() throws {
        let signals = try LabSignals()
        let authority = CertificateAuthority()
        let identity = certificateKind.identity(
            name: name, addresses: [listen.endpoint.address], authority: authority)
        let tls = TLSServerConfiguration(
            identity: identity, applicationProtocols: [https ? "h2" : "dot"],
            maximumVersion: tls12 ? .tls12 : .tls13, issuesTickets: !noTickets)
        var behaviour = faults.behaviour
        behaviour.foreign = try foreign.read()
        let server = try start(tls, try readZone(), behaviour)
        if let writeCa { try write(authority.certificate.pem, to: writeCa) }
        LabOutput.result([
            "DNS over \(https ? "HTTPS" : "TLS") on \(server.endpoint) as \(name), certificate \(certificateKind.rawValue)"
        ])
        while try signals.wait() == .user1 { report(server.counters) }
        server.stop()
        report(server.counters)
    }

    private func start(
        _ tls: TLSServerConfiguration, _ zone: Zone, _ behaviour: Behaviour
    ) throws(LabFailure) -> DoTServerThread {
        do throws(SystemError) {
            return try DoTServerThread(listeningOn: listen.endpoint, tls: tls, zone: zone, behaviour: behaviour)
        } catch {
            throw .environment("\(error); choose another address with --listen")
        }
    }

    private func readZone() throws(LabFailure) -> Zone {
        guard let zone else { return LabZone.zone }
        do {
            let bytes = try FileContents.read(zone, limitBytes: UpstreamCommand.maximumZoneBytes)
            return try Zone(text: String(decoding: bytes, as: UTF8.self))
        } catch let error as ZoneTextError {
            throw .findings("enigm-lab: `\(zone)`, \(error)\n")
        } catch {
            throw .environment("\(error)")
        }
    }

    private func write(_ pem: String, to path: String) throws(LabFailure) {
        do throws(SystemError) { try FileContents.replace(path, with: Array(pem.utf8)) } catch {
            throw .environment("cannot write `\(path)`: \(error.reason)")
        }
    }

    private func report(_ counters: DoTServerCounters) {
        LabOutput.progress(
            "\(counters.connections) connections, \(counters.handshakes) handshakes (\(counters.resumed) resumed, "
                + "\(counters.failedHandshakes) failed), \(counters.queries) queries, \(counters.answers) answers")
    }
}
