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
        let loaded = ProfileLoader.load(try LabProfile.contents(path), fileName: path)
        renderer = DiagnosticRenderer(source: loaded.source, isColoured: LabOutput.isColoured)
        let text = renderer.render(loaded.diagnostics)
        guard let profile = loaded.profile else { throw .findings(text) }
        LabOutput.diagnostics(text)
        self.profile = profile
    }

    /// Where the only upstream of the lab's own profile is, and how it is called.
    func embeddedUpstream() throws(LabFailure) -> (serverName: String, endpoint: Endpoint) {
        guard profile.resolver.upstreams.count == 1, let upstream = profile.resolver.upstreams.first,
            case .tls(let name) = upstream.service, let address = upstream.addresses.first?.value, address.isLoopback
        else { throw .environment("`\(path)` must have one upstream over TLS, on a loopback address") }
        return (name.value.description, Endpoint(address: address, port: upstream.effectivePort))
    }

    mutating func setUpstreamPort(_ port: UInt16) {
        for index in profile.resolver.upstreams.indices {
            let upstream = profile.resolver.upstreams[index]
            profile.resolver.upstreams[index].port = Located(port, upstream.port?.range ?? upstream.name.range)
        }
    }

    /// The lab runs the resolver as whoever started it; without this the daemon would call that degraded.
    mutating func setUserToOwn() {
        let candidates = [Environment["USER"], Environment["LOGNAME"], "root"].compactMap { $0 }
        let own = candidates.first { Accounts.userIdentifier($0) == Environment.userIdentifier }
        profile.resolver.user.value = own ?? profile.resolver.user.value
    }

    /// The bundle's bytes. With a certificate authority, that one stands in for the files that `ca:` keys name.
    func compiled(certificateAuthority: String? = nil) throws(LabFailure) -> [UInt8] {
        LabOutput.progress("compiling `\(path)`")
        let names = profile.resolver.upstreams.compactMap(\.certificateAuthority?.value)
        let files = LabFiles(
            directory: directory, certificateAuthority: certificateAuthority, authorityNames: Set(names))
        let result = PolicyCompiler.compile(profile, files: files)
        let text = renderer.render(result.diagnostics)
        guard let bundle = result.bundle else { throw .findings(text) }
        LabOutput.diagnostics(text)
        return bundle.encoded()
    }

    private var directory: String {
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
