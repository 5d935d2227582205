internal import NetworkTypes
internal import ProfileModel

extension Refinement {
    mutating func checkPaths() {
        for path in child.paths {
            guard let old = parent.paths.first(where: { $0.name.value == path.name.value }) else {
                checkNew(path)
                continue
            }
            if !old.isOpen { check(old, path) }
        }
    }

    private mutating func check(_ old: Path, _ new: Path) {
        let (name, place) = (new.name, old.name.range)
        keepClosed(old.isOpen, new.isOpen, name, parent: place)
        switch (old.route, new.route) {
        case (.direct(let old), .direct(let new)):
            lose(PathGrammar.interfaces, old, new, of: place, isUnlimited: true)
        case (.redirect(let old), .redirect(let new)):
            if Set(old.listeners.map(\.value)) != Set(new.listeners.map(\.value)) {
                redefined(
                    "redirect", of: name.value, at: new.listeners.first?.range ?? name.range,
                    parent: old.listeners.first?.range ?? place)
            }
            keep(PathGrammar.socks, old.socks, new.socks, of: name, parent: place)
            keep(PathGrammar.connect, old.connect, new.connect, of: name, parent: place)
        case (.tunnel(let old), .tunnel(let new)):
            check(old, new, name, place)
        default:
            redefined("redirect", of: name.value, at: name.range, parent: place)
        }
        keep(PathGrammar.owner, old.owner, new.owner, of: name, parent: place)
        let direct = Located(Path.direct, place)
        keep(PathGrammar.next, old.next ?? direct, new.next ?? direct, of: name, parent: place)
    }

    private mutating func check(
        _ old: Path.Tunnel, _ new: Path.Tunnel, _ name: Located<String>, _ place: SourceRange
    ) {
        keep(PathGrammar.interface, old.interface, new.interface, of: name, parent: place)
        keep(PathGrammar.kind, old.kind, new.kind, of: name, parent: place)
        keep(PathGrammar.listenPort, old.listenPort, new.listenPort, of: name, parent: place)
        lose(PathGrammar.endpoints, old.endpoints, new.endpoints, of: place)
        narrow(PathGrammar.ipv6, old.ipv6, new.ipv6) { $0 == $1 || $1 == .block }
    }

    /// The owner of a path leaves by its `next`: a new path is a way out for that one.
    private mutating func checkNew(_ path: Path) {
        guard path.owner != nil, !parent.defaultOutcome.isOpen else { return }
        let next = path.next?.value ?? Path.direct
        guard strictness.rank(next) > strictness.rank(parent.defaultOutcome.action) else { return }
        complain(
            .wider, "the owner of the new path `\(path.name.value)` would leave by `\(next)`",
            at: path.next?.range ?? path.name.range, parent: parent.defaultOutcome.range,
            help: "give it a `next` that is as strict as the default, or mark the default as `open`")
    }
}
