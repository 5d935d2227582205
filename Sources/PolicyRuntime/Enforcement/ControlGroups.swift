internal import LinuxIO
internal import Ruleset

/// The control groups that a table asks for: those of units and slices, and those that the resolver's sockets are made in.
struct ControlGroups: ~Copyable {
    /// Of the resolver's unit, and of the socket unit that makes its sockets; they lie equally deep.
    private let resolver: [ControlGroup]
    /// Nil where the hierarchy is not mounted.
    private let root: String?
    private let monitor: DirectoryMonitor

    init(resolver: [ControlGroup]) throws(SystemError) {
        self.resolver = resolver
        root = ControlGroup.root
        monitor = try DirectoryMonitor()
        watchResolver()
    }

    /// Readable when a control group may have come or gone.
    var descriptor: Int32 { monitor.descriptor.rawValue }

    var isMounted: Bool { root != nil }

    /// Whether anybody has told which are the resolver's.
    var knowsResolver: Bool { !resolver.isEmpty }

    /// Where those of these symbols are now, from now on watched. Of the resolver's, those that do not exist are left
    /// out, and then nobody may have its port. None when they cannot be asked for.
    func places(of symbols: Set<Symbol>) -> [Symbol: ControlGroupPlaces] {
        guard let root else { return [:] }
        var trees: [String?: UnitTree] = [:]
        var places: [Symbol: ControlGroupPlaces] = [:]
        for symbol in symbols {
            switch symbol {
            case .unit(let name, let user):
                places[symbol] = usual(symbol, tree(of: user, root, &trees)?.places(ofUnit: name) ?? [], root)
            case .slice(let name, let user):
                let place = tree(of: user, root, &trees)?.place(ofSlice: name)
                places[symbol] = usual(symbol, place.map { [$0] } ?? [], root)
            case .resolverCgroups:
                places[symbol] = resolver.first.map { first in
                    ControlGroupPlaces(
                        levels: [first.level], identifiers: resolver.compactMap { $0.identifier(below: root) })
                }
            case .user, .group, .physicalDevices, .checkedDevices, .device, .downPath, .neighbours,
                .announcedTranslators:
                break
            }
        }
        return places
    }

    /// Whether one may have come or gone since the last time.
    func hasNews() -> Bool {
        guard monitor.hasNews() else { return false }
        // A parent may have come, too.
        watchResolver()
        return true
    }

    /// The usual level stays asked for while nothing is there: a unit that starts then changes a set alone.
    private func usual(_ symbol: Symbol, _ found: [ControlGroup], _ root: String) -> ControlGroupPlaces {
        let present = found.compactMap { group in group.identifier(below: root).map { (group.level, $0) } }
        return ControlGroupPlaces(
            levels: Set(present.map(\.0)).union(symbol.usualLevel.map { [$0] } ?? []), identifiers: present.map(\.1))
    }

    /// The system manager's, or that of a user's own manager; nil for a user whom this machine does not know.
    private func tree(of user: String?, _ root: String, _ trees: inout [String?: UnitTree]) -> UnitTree? {
        if let tree = trees[user] { return tree }
        var base: [String] = []
        if let user {
            guard let number = Accounts.userIdentifier(user) else { return nil }
            base = ["user.slice", "user-\(number).slice", "user@\(number).service"]
            for index in base.indices { monitor.watch(([root] + base[..<index]).joined(separator: "/")) }
        }
        let tree = UnitTree(root: root, base: base) { monitor.watch($0) }
        trees[user] = tree
        return tree
    }

    private func watchResolver() {
        guard let root else { return }
        for path in Set(resolver.flatMap { $0.ancestors(below: root) }) { monitor.watch(path) }
    }
}
