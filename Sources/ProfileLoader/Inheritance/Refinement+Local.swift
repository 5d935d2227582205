internal import NetworkTypes
internal import ProfileModel

extension Refinement {
    mutating func checkLocal() {
        checkPortal()
        let (old, new) = (parent.local, child.local)
        guard !old.isOpen else { return }
        keepClosed(old.isOpen, new.isOpen, Located("local", new.range), parent: old.range)
        narrow(LocalGrammar.dhcp, old.dhcp, new.dhcp) { $0 || !$1 }
        narrow(LocalGrammar.icmpv6, old.icmpv6, new.icmpv6) { $0 == $1 || $1 == .essential }
        narrow(LocalGrammar.lan, old.lan, new.lan) { $0 == $1 || $1 == .none }
        lose(LocalGrammar.inbound, old.inbound, new.inbound, of: old.range, isCovered: PortCoverage(old.inbound).covers)
        if Set(old.translators) != Set(new.translators) {
            let place = old.nat64.first?.range ?? old.range
            redefined(LocalGrammar.nat64.name, of: "local", at: new.nat64.first?.range ?? new.range, parent: place)
        }
        guard let new = new.time else { return }
        check(old.time, new)
    }

    private mutating func check(_ old: LocalTraffic.TimeService?, _ new: LocalTraffic.TimeService) {
        guard let old else {
            redefined("time", of: "local", at: new.from.range, parent: parent.local.range)
            return
        }
        keep(TimeGrammar.from, old.from, new.from, of: Located("time", new.from.range), parent: old.from.range)
        lose(TimeGrammar.servers, old.servers, new.servers, of: old.from.range)
        let strictness = strictness
        narrow(TimeGrammar.via, old.via, new.via) { strictness.rank($1) <= strictness.rank($0) }
    }

    /// A portal lets its subject out directly: as new as any rule that does.
    private mutating func checkPortal() {
        guard let new = child.portal else { return }
        guard let old = parent.portal else {
            guard !parent.defaultOutcome.isOpen else { return }
            complain(
                .wider, "a portal lets `\(new.subject.value)` leave by the link itself", at: new.subject.range,
                parent: parent.defaultOutcome.range,
                help: "a child may have one where the default of the profile that is extended is `open`")
            return
        }
        guard !old.isOpen else { return }
        let owner = Located("portal", new.range)
        keepClosed(old.isOpen, new.isOpen, owner, parent: old.range)
        keep(PortalGrammar.subject, old.subject, new.subject, of: owner, parent: old.range)
        lose(PortalGrammar.ports, old.ports, new.ports, of: old.range, isCovered: PortCoverage(old.ports).covers)
        narrow(PortalGrammar.minutes, old.minutes, new.minutes, >=)
    }
}
