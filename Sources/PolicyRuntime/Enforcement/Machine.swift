internal import LinuxIO
package import NetfilterBackend
package import NetworkTypes
package import Ruleset

/// What this machine knows and a bundle does not: who its users are, and which devices it has.
package struct Machine {
    package var devices: [NetworkDevice]
    /// The devices of the profile's paths and containers: never part of `direct`.
    package let takenDevices: Set<String>
    /// Where control groups are; without those of which nobody can or will tell.
    package var controlGroups: [Symbol: ControlGroupPlaces]
    /// The prefixes under which the networks of physical devices say that they translate IPv4.
    package let translators: [IPPrefix]
    /// Nil where the kernel cannot check what leaves a device.
    package let wires: WireCheck?

    package init(
        devices: [NetworkDevice], takenDevices: Set<String>,
        controlGroups: [Symbol: ControlGroupPlaces] = [:], translators: [IPPrefix] = [], wires: WireCheck? = nil
    ) {
        self.translators = translators
        self.devices = devices
        self.takenDevices = takenDevices
        self.controlGroups = controlGroups
        self.wires = wires
    }

    /// What is checked where packets leave a device.
    package struct WireCheck: Equatable, Sendable {
        /// Beside the physical devices.
        package let namedDevices: Set<String>
        /// Whether the kernel tells there if a packet has a route.
        package let knowsRoutes: Bool

        package init(_ template: WireTemplate, knowsRoutes: Bool) {
            namedDevices = Set(template.namedDevices)
            self.knowsRoutes = knowsRoutes
        }
    }

    /// The values that a symbol stands for here; none when the machine does not know it.
    package func resolve(_ symbol: Symbol) -> [FieldValue] {
        switch symbol {
        case .user(let name): Accounts.userIdentifier(name).map { [FieldValue($0)] } ?? []
        case .group(let name): Accounts.groupIdentifier(name).map { [FieldValue($0)] } ?? []
        case .physicalDevices: physicalDevices.map { FieldValue(interfaceName: $0) }
        case .checkedDevices: checkedDevices.map { FieldValue(interfaceName: $0.name) }
        // Once its wire is checked, and not before.
        case .device(let name) where wires?.namedDevices.contains(name) ?? false:
            checkedDevices.contains { $0.name == name } ? [FieldValue(interfaceName: name)] : []
        // A device may come later under its name.
        case .device(let name): [FieldValue(interfaceName: name)]
        case .neighbours, .announcedTranslators: []
        case .downPath(let path, let device): upDevices.contains(device) ? [] : [FieldValue(path.bits)]
        case .resolverCgroups, .unit, .slice: (controlGroups[symbol]?.identifiers ?? []).map { FieldValue($0) }
        }
    }

    package var physicalDevices: [String] { physical.map(\.name) }

    /// The prefixes of their links.
    package var neighbours: [IPPrefix] { NeighbourPrefixes.among(physical.flatMap(\.prefixes)) }

    private var physical: [NetworkDevice] { devices.filter { $0.isPhysical && !takenDevices.contains($0.name) } }

    /// Those whose wire is checked.
    package var checkedDevices: [WireDevice] {
        let checked = checkedAlone
        return checked.map { device in
            WireDevice(
                device.name,
                liesOnAnother: checked.contains { device.lies(on: $0) },
                carriesOthers: checked.contains { $0.lies(on: device) })
        }
    }

    /// By which the kernel knows them: one that was made anew under its name has another.
    var checkedIndices: [UInt32] { checkedAlone.map(\.index) }

    private var checkedAlone: [NetworkDevice] {
        guard let wires else { return [] }
        return devices.filter {
            !takenDevices.contains($0.name) && !$0.isLoopback
                && ($0.isPhysical || wires.namedDevices.contains($0.name))
        }
    }

    /// Those that packets can leave by now.
    package var upDevices: Set<String> { Set(devices.filter(\.isUp).map(\.name)) }

    /// Names of the template that this machine does not know.
    package func unknownNames(in template: RulesetTemplate) -> [Finding] {
        let symbols = Set(template.symbolicSets.flatMap(\.symbols))
        return symbols.compactMap { symbol in
            switch symbol {
            case .user(let name) where Accounts.userIdentifier(name) == nil:
                Machine.unknown("user", name)
            case .group(let name) where Accounts.groupIdentifier(name) == nil:
                Machine.unknown("group", name)
            default: nil
            }
        }.sorted { $0.line < $1.line }
    }

    private static func unknown(_ kind: String, _ name: String) -> Finding {
        Finding(
            "the profile names it, and this machine has no such \(kind): nothing matches it", at: "\(kind) `\(name)`",
            remedy: "make it, or take it out of the profile")
    }
}
