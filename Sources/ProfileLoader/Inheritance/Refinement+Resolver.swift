internal import NetworkTypes
internal import ProfileModel

extension Refinement {
    mutating func checkResolver() {
        let (old, new) = (parent.resolver, child.resolver)
        for upstream in new.upstreams {
            guard let known = old.upstream(named: upstream.name.value), !known.isOpen else { continue }
            check(known, upstream)
        }
        guard !old.isOpen else { return }
        let owner = Located("resolver", new.range)
        keepClosed(old.isOpen, new.isOpen, owner, parent: old.range)
        keep(ResolverGrammar.user, old.user, new.user, of: owner, parent: old.range)
        let listeners = Set(old.listen.map(\.value))
        lose(ResolverGrammar.listen, old.listen, new.listen, of: old.range) {
            $0.address.isLoopback || listeners.contains($0)
        }
        narrow(ResolverGrammar.rebinding, old.rebinding, new.rebinding) { $0 == $1 || $1 == .block }
        checkAdditions(old, new)
        checkPrivacy(old.privacy, new.privacy)
        checkFilters(old, new)
        checkViews(old, new)
        checkGate(old.gate, new.gate)
    }

    private mutating func check(_ old: Upstream, _ new: Upstream) {
        let (name, place) = (new.name, old.name.range)
        keepClosed(old.isOpen, new.isOpen, name, parent: place)
        switch (old.service, new.service) {
        case (.tls(let old), .tls(let new)): keep(UpstreamGrammar.tls, old, new, of: name, parent: place)
        case (.https(let old), .https(let new)): keep(UpstreamGrammar.https, old, new, of: name, parent: place)
        case (_, .tls(let new)): redefined("tls", of: name.value, at: new.range, parent: place)
        case (_, .https(let new)): redefined("https", of: name.value, at: new.range, parent: place)
        }
        lose(UpstreamGrammar.addresses, old.addresses, new.addresses, of: place)
        if old.effectivePort != new.effectivePort {
            redefined("port", of: name.value, at: new.port?.range ?? name.range, parent: old.port?.range ?? place)
        }
        lose(UpstreamGrammar.pins, old.pins, new.pins, of: place, isUnlimited: true)
        keep(UpstreamGrammar.authority, old.certificateAuthority, new.certificateAuthority, of: name, parent: place)
        if Set(old.zones.map(\.value)) != Set(new.zones.map(\.value)) {
            redefined("zones", of: name.value, at: new.zones.first?.range ?? name.range, parent: place)
        }
        checkPath(old, new)
    }

    /// An upstream without one takes the default's.
    private mutating func checkPath(_ old: Upstream, _ new: Upstream) {
        let before = old.path.map(Outcome.Action.via) ?? parent.defaultOutcome.action
        let after = new.path.map(Outcome.Action.via) ?? child.defaultOutcome.action
        guard !strictness.isWithin(after, before) else { return }
        widened(UpstreamGrammar.path, at: new.path?.range ?? new.name.range, parent: old.path?.range ?? old.name.range)
    }

    private mutating func checkAdditions(_ old: ResolverProfile, _ new: ResolverProfile) {
        for upstream in new.upstreams where old.upstream(named: upstream.name.value) == nil {
            refuseNew("the upstream `\(upstream.name.value)`", at: upstream.name.range)
        }
        for host in new.hosts {
            guard let known = old.hosts.first(where: { $0.name.value == host.name.value }) else {
                refuseNew("the host `\(host.name.value)`", at: host.name.range)
                continue
            }
            if Set(known.addresses.map(\.value)) != Set(host.addresses.map(\.value)) {
                redefined("addresses", of: "\(host.name.value)", at: host.name.range, parent: known.name.range)
            }
        }
    }

    private mutating func refuseNew(_ what: String, at range: SourceRange) {
        complain(
            .notOpen, "\(what) is new, and the `resolver` of the profile that is extended is not open", at: range,
            parent: parent.resolver.range, help: "mark that `resolver` with `open: true`, or leave this out")
    }

    private mutating func checkPrivacy(_ old: PrivacySettings, _ new: PrivacySettings) {
        narrow(PrivacyGrammar.padding, old.padding, new.padding) { $0 <= $1 }
        narrow(PrivacyGrammar.clientSubnet, old.clientSubnet, new.clientSubnet) { $0 == $1 || $1 == .strip }
        narrow(PrivacyGrammar.cover, old.cover, new.cover) { $1 || !$0 }
    }

    private mutating func checkFilters(_ old: ResolverProfile, _ new: ResolverProfile) {
        for filter in new.filters {
            guard let known = old.filters.first(where: { $0.name.value == filter.name.value }) else { continue }
            gain(FilterGrammar.lists, known.lists, filter.lists, of: filter.name.range)
            lose(
                FilterGrammar.except, known.except, filter.except, of: known.name.range,
                isCovered: NameCoverage(known.except).covers)
        }
    }

    private mutating func checkViews(_ old: ResolverProfile, _ new: ResolverProfile) {
        guard let standard = old.view(named: View.defaultName) else { return }
        for view in new.views {
            let known = old.view(named: view.name.value)
            let model = known ?? standard
            // Those that are new have been refused already.
            let asked = view.upstreams.filter { old.upstream(named: $0.value) != nil }
            lose(ViewGrammar.upstreams, model.upstreams, asked, of: model.name.range)
            gain(ViewGrammar.filters, model.filters, view.filters, of: view.name.range)
            guard let known else { continue }
            keep(ViewGrammar.port, known.port, view.port, of: view.name, parent: known.name.range)
            narrow(ViewGrammar.resolve, known.resolve, view.resolve) { $0 == $1 || $1 == .rules }
        }
    }

    private mutating func checkGate(_ old: GateSettings, _ new: GateSettings) {
        narrow(GateGrammar.minimumTTL, old.minimumTTL, new.minimumTTL, >=)
        narrow(GateGrammar.grace, old.grace, new.grace, >=)
        narrow(GateGrammar.maximumAddresses, old.maximumAddresses, new.maximumAddresses, >=)
    }
}
