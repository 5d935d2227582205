internal import NetworkTypes
internal import ProfileModel

/// The stage that looks for addresses that each network gives to machines of its own: a rule that sends there directly
/// holds on every network, whoever has the address there.
enum CheckNetworks {
    static func diagnostics(for profile: Profile) -> [Diagnostic] {
        profile.rules.compactMap { rule in
            guard case .via(let path) = rule.outcome.action, path.value == Path.direct,
                let address = rule.destinations.addresses.first(where: { $0.value.isOfEachNetwork })
            else { return nil }
            return Diagnostic(
                .addressOfEachNetwork, severity: .warning,
                "the rule `\(rule.name.value)` sends to \(address.value.shortest) on every network that uses it: the machine there "
                    + "may be a stranger's",
                at: address.range, help: "allow only what is safe with any machine, or what proves who it is")
        }
    }
}

extension IPPrefix {
    /// Without the length where it is one address.
    fileprivate var shortest: String { length == address.family.bitWidth ? "\(address)" : "\(self)" }

    /// Loopback is on no network, and a prefix that is more than that has public addresses, too.
    fileprivate var isOfEachNetwork: Bool {
        switch AddressClassification(address) {
        case .privateUse: length >= (address.family == .v4 ? 8 : 96)
        case .sharedSpace: length >= 10
        case .linkLocal: length >= 10
        case .uniqueLocal: length >= 7
        case .global, .unspecified, .loopback, .documentation, .multicast, .broadcast: false
        }
    }
}
