import Bundle
import ByteCodec
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverRuntime
import TLSEngine

/// The lab's server on a thread, over TLS or over HTTPS, and what a resolver has to know to trust it.
struct TestUpstream {
    static let serverName = "dns.lab.example"
    static let authority = CertificateAuthority()

    let server: UpstreamServerThread
    let settings: UpstreamSettings

    /// `address`: loopback; `port` 0 for any; `path`: nil for DNS over TLS;
    /// `script`: how it behaves.
    init(
        named name: String = "lab", address: IPAddress = .v4(IPv4Address(127, 0, 0, 1)), port: UInt16 = 0,
        identity: ServerIdentity? = nil, script: String = "", path: String? = nil
    ) throws {
        try self.init(named: name, address: address, port: port, identity: identity, script: Script(script), path: path)
    }

    init(
        named name: String = "lab", address: IPAddress = .v4(IPv4Address(127, 0, 0, 1)), port: UInt16 = 0,
        identity: ServerIdentity? = nil, script: Script, path: String? = nil
    ) throws {
        let identity = identity ?? TestUpstream.authority.issue(LeafTemplate(name: TestUpstream.serverName))
        server = try UpstreamServerThread(
            listeningOn: Endpoint(address: address, port: port),
            tls: TLSServerConfiguration(identity: identity, applicationProtocols: [path == nil ? "dot" : "h2"]),
            script: script)
        settings = UpstreamSettings(
            name: name, serverName: TestUpstream.serverName, service: path.map { .https(path: $0) } ?? .tls,
            addresses: [address], port: server.endpoint.port,
            certificateAuthority: TestBundle.authoritySection)
    }
}

/// Bundles for upstreams of the lab.
enum TestBundle {
    static let authoritySection = "ca/lab.pem"
    static let suffixSection = "public-suffixes"

    static func bytes(
        _ upstreams: [UpstreamSettings], version: UInt64 = 1,
        listeners: [Endpoint] = [Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 5300)], user: String? = nil,
        cacheEntries: Int? = nil, views: [ViewSettings]? = nil, suffixes: PublicSuffixTable? = nil
    ) -> [UInt8] {
        var settings = ResolverSettings(
            listeners: listeners, user: user, upstreams: upstreams, views: views, selection: .ordered, rebinding: .allow
        )
        if let cacheEntries { settings.cache.entries = cacheEntries }
        if suffixes != nil { (settings.selection, settings.publicSuffixes) = (.sharded, suffixSection) }
        var writer = BundleWriter(
            BundleManifest(
                profile: ProfileIdentity(name: "test", version: version), defaultVerdict: .block, resolver: settings))
        writer.addSection(named: authoritySection, Array(TestUpstream.authority.certificate.pem.utf8))
        if let suffixes { writer.addSection(named: suffixSection, suffixes.bytes) }
        return writer.encoded()
    }

    static func adoption(_ upstreams: [UpstreamSettings]) throws -> BundleAdoption {
        try BundleAdoption(Bundle.read(bytes(upstreams)))
    }
}
