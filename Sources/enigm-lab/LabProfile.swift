internal import Bundle
internal import LinuxIO
internal import NetworkTypes
internal import PolicyCompiler
internal import ProfileLoader
internal import ProfileModel

/// The profile that the lab runs: read, checked, and compiled for the resolver.
struct LabProfile {
    let path: String
    private var profile: Profile
    private let renderer: DiagnosticRenderer

    /// The language's own limit; a larger file is a diagnostic, which the loader gives.
    private static let maximumBytes = 2 << 20

    init(_ path: String) throws(LabFailure) {
        self.path = path
        let files = LabFiles(directory: LabProfile.directory(of: path), certificateAuthority: nil, authorityNames: [])
        let loaded = ProfileLoader.load(try LabProfile.contents(path), fileName: path, files: files)
        renderer = DiagnosticRenderer(sources: loaded.sources, isColoured: LabOutput.isColoured)
        let text = renderer.render(loaded.diagnostics)
        guard let profile = loaded.profile else { throw .findings(text) }
        LabOutput.diagnostics(text)
        self.profile = profile
    }

    /// Where the only upstream of the lab's own profile is, and how it is called.
    func embeddedUpstream() throws(LabFailure) -> LabUpstream.Site {
        guard profile.resolver.upstreams.count == 1, let upstream = profile.resolver.upstreams.first,
            case .tls(let name) = upstream.service, let address = upstream.addresses.first?.value,
            address.isLoopback || address == LabGround.upstream.address
        else { throw .environment("`\(path)` must have one upstream over TLS, on a loopback address") }
        let endpoint = Endpoint(address: address, port: upstream.effectivePort)
        return LabUpstream.Site(serverName: name.value.description, endpoint: endpoint)
    }

    mutating func setUpstreamPort(_ port: UInt16) {
        for index in profile.resolver.upstreams.indices {
            let upstream = profile.resolver.upstreams[index]
            profile.resolver.upstreams[index].port = Located(port, upstream.port?.range ?? upstream.name.range)
        }
    }

    /// Where there is an outside, the upstream is there.
    mutating func setUpstream(_ endpoint: Endpoint) {
        for index in profile.resolver.upstreams.indices {
            let range = profile.resolver.upstreams[index].name.range
            profile.resolver.upstreams[index].addresses = [Located(endpoint.address, range)]
        }
        setUpstreamPort(endpoint.port)
    }

    /// The user that the resolver is meant to run as.
    var resolverUser: String { profile.resolver.user.value }

    /// For a resolver that runs as the lab itself; without this the daemon would call that degraded.
    mutating func setUserToOwn() {
        profile.resolver.user.value = Accounts.userName(Environment.userIdentifier) ?? profile.resolver.user.value
    }

    /// The bundle's bytes. With a certificate authority, that one stands in for the files that `ca:` keys name.
    func compiled(certificateAuthority: String? = nil) throws(LabFailure) -> [UInt8] {
        LabOutput.progress("compiling `\(path)`")
        let names = profile.resolver.upstreams.compactMap(\.certificateAuthority?.value)
        let files = LabFiles(
            directory: LabProfile.directory(of: path), certificateAuthority: certificateAuthority,
            authorityNames: Set(names))
        let result = PolicyCompiler.compile(profile, files: files)
        let text = renderer.render(result.diagnostics)
        guard let bundle = result.bundle else { throw .findings(text) }
        LabOutput.diagnostics(text)
        return bundle.encoded()
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The upstreams in one line.
    var upstreamSummary: String {
        profile.resolver.upstreams.map { "\($0.name.value) (\($0.serverName.value))" }.joined(separator: ", ")
    }

    private static func contents(_ path: String) throws(LabFailure) -> [UInt8] {
        do throws(FileContents.ReadError) {
            return try FileContents.read(path, limitBytes: maximumBytes)
        } catch {
            throw .environment("\(error)")
        }
    }
}
