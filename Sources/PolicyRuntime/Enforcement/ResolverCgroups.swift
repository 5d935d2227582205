internal import LinuxIO

/// The cgroups that the resolver's sockets are made in: those of its unit, and of the socket unit that makes them.
struct ResolverCgroups: ~Copyable {
    private let groups: [ControlGroup]
    /// Nil where the hierarchy is not mounted.
    private let root: String?
    private let monitor: DirectoryMonitor

    /// `groups` lie equally deep.
    init(_ groups: [ControlGroup]) throws(SystemError) {
        self.groups = groups
        root = ControlGroup.root
        monitor = try DirectoryMonitor()
        watch()
    }

    /// Readable when a cgroup may have come or gone.
    var descriptor: Int32 { monitor.descriptor.rawValue }

    var isMounted: Bool { root != nil }

    /// Nobody has told which they are.
    var isEmpty: Bool { groups.isEmpty }

    /// Where they are now; those that do not exist are left out, and then nobody may have the resolver's port. Nil when
    /// they cannot be asked for.
    var present: (level: UInt32, identifiers: [UInt64])? {
        guard let root, let level = groups.first?.level else { return nil }
        return (level, groups.compactMap { $0.identifier(below: root) })
    }

    /// Whether one may have come or gone since the last time.
    func hasNews() -> Bool {
        guard monitor.hasNews() else { return false }
        // A parent may have come, too.
        watch()
        return true
    }

    private func watch() {
        guard let root else { return }
        for path in Set(groups.flatMap { $0.ancestors(below: root) }) { monitor.watch(path) }
    }
}
