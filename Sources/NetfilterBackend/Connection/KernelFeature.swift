internal import Ruleset

/// What a kernel may lack of what a policy is best enforced with. Asked of the kernel itself, never concluded from its
/// version.
package enum KernelFeature: String, CaseIterable, Hashable, Sendable {
    /// A table that only its owner may change, and that outlives the owner (Linux 6.9).
    case owner
    /// A chain where packets leave a device (Linux 5.16).
    case egress
    /// Rules there that know whether a packet has a route (CONFIG_IP_ROUTE_CLASSID).
    case route
    /// Rules that know the cgroup of a packet's socket (Linux 5.13).
    case cgroup
}

extension NetfilterConnection {
    /// The features of this kernel, each found by a change that it checks and forgets. It is made to refuse the changes
    /// for those in `hidden`: what happens without them can be tested on a kernel that has them.
    package func features(hiding hidden: Set<KernelFeature> = []) throws(NetfilterFailure) -> Set<KernelFeature> {
        var features: Set<KernelFeature> = []
        for feature in KernelFeature.allCases where try takes(feature.trial(isHidden: hidden.contains(feature))) {
            features.insert(feature)
        }
        return features
    }

    private func takes(_ table: Table) throws(NetfilterFailure) -> Bool {
        var batch = NetfilterBatch()
        batch.replace(table)
        do {
            try check(batch)
            return true
        } catch .refused {
            return false
        }
    }
}

extension KernelFeature {
    /// No kernel knows it: a table with it is refused as any table with an unknown flag is.
    private static let unknownFlag = TableFlags(rawValue: 0x8000)

    /// A table that only a kernel with the feature takes.
    fileprivate func trial(isHidden: Bool) -> Table {
        var table: Table
        switch self {
        case .owner:
            table = Table(.inet, KernelFeature.trialName, flags: [.owner, .persist])
        case .egress: table = KernelFeature.trialOfEgress([])
        case .route: table = KernelFeature.trialOfEgress([ChainRule(.hasRoute, .accept)])
        case .cgroup:
            let match = Match(.socketCgroup(level: 1), .equal(FieldValue(UInt64(1))))
            let hook = ChainHook(.filter, .input, priority: 0, policy: .accept)
            let rules = [ChainRule([.match(match), .accept])]
            table = Table(
                .inet, KernelFeature.trialName, chains: [Chain("cgroup_trial", hook: hook, rules: rules)])
        }
        if isHidden { table.flags.insert(KernelFeature.unknownFlag) }
        return table
    }

    private static func trialOfEgress(_ rules: [ChainRule]) -> Table {
        let hook = ChainHook(.filter, .egress, priority: 0, policy: .accept, device: "lo")
        return Table(.netdev, trialName, chains: [Chain("egress_trial", hook: hook, rules: rules)])
    }

    private static let trialName = "enigm_probe"
}
