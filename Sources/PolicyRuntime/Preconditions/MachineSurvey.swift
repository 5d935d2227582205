internal import Bundle
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import ServiceHost

/// Reads what stands around the tables on this machine, and hears when its files change. What nobody tells of, sockets
/// and settings of the kernel, is read again every ``periodSeconds``.
struct MachineSurvey: ~Copyable {
    static let periodSeconds: UInt64 = 5
    /// Changes come in numbers: they are looked at together, that long after the first.
    static let delayMilliseconds: UInt64 = 100
    /// So much longer than a look takes it is until the next: a machine with very many rules is not kept busy.
    static let restFactor: UInt64 = 10

    /// Stands before every path; empty for the machine itself.
    private let root: String
    private let monitor: DirectoryMonitor
    private let sockets: SocketListing

    init(root: String) throws(PolicyFailure) {
        let monitor = try MachineSurvey.monitor()
        let sockets = try MachineSurvey.sockets()
        self.root = root
        self.monitor = monitor
        self.sockets = sockets
    }

    private static func monitor() throws(PolicyFailure) -> DirectoryMonitor {
        do { return try DirectoryMonitor(hearsWrites: true) } catch { throw .host(.system(error)) }
    }

    private static func sockets() throws(PolicyFailure) -> SocketListing {
        do { return try SocketListing() } catch { throw PolicyFailure(error) }
    }

    /// Readable when a file may have changed.
    var descriptor: Int32 { monitor.descriptor.rawValue }

    func hasNews() -> Bool { monitor.hasNews() }

    /// Of everything here that a policy depends on. `foreign`: the tables of other programs.
    func findings(for policy: Policy, _ foreign: [ForeignTable]) -> [Finding] {
        watch()
        let containers = !policy.settings.containerDevices.isEmpty
        return LoopbackExposure.ofKernel.findings + (containers ? BridgeFilter.findings(BridgeFilter.ofKernel) : [])
            + ForeignInterference(tables: foreign).findings(containers: containers) + legacyTables.findings
            + nameFindings(for: policy)
    }

    // MARK: - Names

    /// Programs know no other port than 53: where the profile's resolver has none of that, nobody is told to ask it, and
    /// the files that say whom to ask are not about it.
    private func nameFindings(for policy: Policy) -> [Finding] {
        let manifest = policy.loaded.bundle.manifest
        let listeners = manifest.resolver.listeners.filter { $0.port == PortHolders.port }.map(\.address)
        guard !listeners.isEmpty else { return [] }
        let restricts = manifest.resolver.views.contains { $0.names != nil }
        let resolv = ResolverFile(
            contents: SystemFile.read(ResolverFile.path, below: root),
            linkTarget: SystemFile.linkTarget(ResolverFile.path, below: root))
        return resolv.findings(listeners: listeners) + switchFindings(restricts: restricts)
            + nameCacheDaemon.findings(restricts: restricts)
            + (networkManager?.findings(isLink: resolv.linkTarget != nil) ?? [])
            + portFindings(listeners, user: manifest.resolver.user)
    }

    private func switchFindings(restricts: Bool) -> [Finding] {
        guard let text = SystemFile.read(NameServiceSwitch.path, below: root).text else { return [] }
        return NameServiceSwitch(text).findings(
            asksResolved: isListening(MachineSurvey.resolvedSocket), restricts: restricts)
    }

    private var nameCacheDaemon: NameCacheDaemon {
        NameCacheDaemon(
            isListening: isListening(NameCacheDaemon.socket),
            text: SystemFile.read(NameCacheDaemon.configuration, below: root).text)
    }

    /// Nil where it has not run since the machine was started.
    private var networkManager: NetworkManagerSettings? {
        guard Directory.isDirectory(root + MachineSurvey.managerState) else { return nil }
        return NetworkManagerSettings(
            managerFiles.compactMap { path in
                SystemFile.read(path, below: root).text.map { (path, $0) }
            })
    }

    /// NetworkManager.conf(5): those of packages and of this boot come before the main file, a file hides those of its name
    /// in directories before its own.
    private var managerFiles: [String] {
        let names = MachineSurvey.managerDirectories.map { directory in
            Directory.entries(root + directory).filter { $0.hasSuffix(".conf") }.sorted()
        }
        let paths = names.indices.map { index in
            names[index].filter { name in !names[(index + 1)...].contains { $0.contains(name) } }.map {
                "\(MachineSurvey.managerDirectories[index])/\($0)"
            }
        }
        return paths[0] + paths[1] + [NetworkManagerSettings.path] + paths[2]
    }

    /// Root may have made the sockets, or systemd for the resolver.
    private func portFindings(_ listeners: [IPAddress], user: String?) -> [Finding] {
        let users = Set([0] + [user.flatMap { Accounts.localUserIdentifier($0) }].compactMap { $0 })
        // What the kernel does not tell is not known: no finding is made of it.
        let holders = PortHolders(sockets: (try? sockets.listeners(atPort: PortHolders.port)) ?? [])
        return holders.findings(listeners: listeners, users: users) { Accounts.userName($0) }
    }

    private var legacyTables: LegacyTables {
        LegacyTables(
            names: ["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"].map { path in
                switch SystemFile.read(path, below: "") {
                case .text(let text): text
                // No table of the kind was ever asked for.
                case .missing: ""
                case .unreadable: nil
                }
            }, modules: SystemFile.read("/proc/modules", below: "").text)
    }

    /// Whether somebody is at home behind a socket.
    private func isListening(_ path: String) -> Bool {
        guard FileContents.exists(root + path) else { return false }
        do {
            _ = try StreamSocket(connectingTo: root + path)
            return true
        } catch {
            return !error.isConnectionRefused && !error.isNotFound
        }
    }

    /// By which nss-resolve asks it.
    private static let resolvedSocket = "/run/systemd/resolve/io.systemd.Resolve"
    private static let managerState = "/run/NetworkManager"
    private static let managerDirectories = ["/usr/lib", "/run", "/etc"].map { "\($0)/NetworkManager/conf.d" }
    /// Where files of interest, or the directories that they are in, come and go.
    private static let directories =
        ["/etc", "/etc/NetworkManager", managerState] + managerDirectories

    /// Directories that have come are watched from now on, those that are watched stay so.
    private func watch() {
        let target = SystemFile.place(of: ResolverFile.path, below: root)
        for directory in MachineSurvey.directories.map({ root + $0 }) + [SystemFile.directory(of: target)] {
            monitor.watch(directory)
        }
    }
}
