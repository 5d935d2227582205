/// What may be on a physical wire at all, as a bundle carries it: the rules of one device's chain, where packets and
/// frames leave it. Which devices there are, and the stamp, are left open.
package struct WireTemplate: Hashable, Sendable {
    /// Devices whose wire is checked beside the physical ones: those that a profile names for `direct`.
    package var namedDevices: [String]
    /// For a frame that may go: a stamp is written, and it is accepted. What meets none of them is dropped.
    package var rules: [ChainRule]

    package init(namedDevices: [String] = [], rules: [ChainRule] = []) {
        self.namedDevices = namedDevices
        self.rules = rules
    }

    /// The table for these devices, which is there without any, too. `knowsRoutes`: whether the kernel tells at this
    /// place if a packet has a route.
    package func table(_ name: String, on devices: [WireDevice], stamp: PacketStamp, knowsRoutes: Bool) -> Table {
        Table(
            .netdev, name,
            chains: devices.map { device in
                Chain(
                    WireTemplate.chainName(device.name),
                    hook: ChainHook(.filter, .egress, priority: 0, policy: .drop, device: device.name),
                    rules: rules.map { rule in
                        var rule = device.liesOnAnother ? rule : rule.takingStampsOff
                        if device.carriesOthers || !knowsRoutes { rule.statements.removeAll { $0 == .hasRoute } }
                        return rule.stamped(stamp)
                    })
            })
    }

    /// Of a device's chain.
    package static func chainName(_ device: String) -> String { "wire_\(device)" }

    /// Rules of one device; there is a handful.
    package static let maximumRules = 64
    /// So many devices can a profile narrow `direct` to.
    package static let maximumNamedDevices = 256
    /// IFNAMSIZ less the NUL.
    package static let maximumDeviceNameBytes = 15
}

/// A device whose wire is checked.
package struct WireDevice: Hashable, Sendable {
    package var name: String
    /// A VLAN, a bond: what leaves by it leaves by another device behind it, whose wire is checked again. So a frame
    /// that may go has a stamp from here on, and else has none any more.
    package var liesOnAnother: Bool
    /// Such a device lies on this one. Whether they have a route is no longer known of packets that come from there.
    package var carriesOthers: Bool

    package init(_ name: String, liesOnAnother: Bool = false, carriesOthers: Bool = false) {
        self.name = name
        self.liesOnAnother = liesOnAnother
        self.carriesOthers = carriesOthers
    }
}

extension Statement {
    /// Holds for packets that were routed: not for frames that a program wrote itself, whatever they are marked with.
    package static let hasRoute: Statement = .match(
        Match(.meta(.rtclassid), .notEqual(FieldValue(UInt32.max))))

    package static func etherType(_ number: UInt16) -> Statement {
        .match(Match(.payload(.etherType), .equal(FieldValue(number))))
    }
}
