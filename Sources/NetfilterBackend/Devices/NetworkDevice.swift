package import NetworkTypes

/// A network device, as the kernel lists it.
package struct NetworkDevice: Hashable, Sendable {
    package let name: String
    package let isLoopback: Bool
    /// The kernel's name for the kind of a device that software makes: `veth`, `bridge`, `wireguard`; nil for
    /// hardware.
    package let kind: String?
    /// The prefixes of its addresses: who is reached by it without a router.
    package let prefixes: [IPPrefix]
    /// Switched on: a device that is not has no routes.
    package let isUp: Bool
    /// By which the kernel knows it; 0 for one that is made up.
    package let index: UInt32
    /// The index of the device that this one lies on, as a VLAN does; 0 where there is none, or none in this namespace.
    package let lowerIndex: UInt32
    /// The index of the device that this one is a part of, as of a bond; 0 where there is none.
    package let masterIndex: UInt32

    package init(
        name: String, isLoopback: Bool = false, kind: String? = nil, prefixes: [IPPrefix] = [], isUp: Bool = true,
        index: UInt32 = 0, lowerIndex: UInt32 = 0, masterIndex: UInt32 = 0
    ) {
        self.name = name
        self.isLoopback = isLoopback
        self.kind = kind
        self.prefixes = prefixes
        self.isUp = isUp
        self.index = index
        self.lowerIndex = lowerIndex
        self.masterIndex = masterIndex
    }

    /// Whether what leaves by this one leaves by `other`, too.
    package func lies(on other: NetworkDevice) -> Bool {
        guard index != 0, other.index != 0, index != other.index else { return false }
        return lowerIndex == other.index || other.masterIndex == index
    }

    /// Whether it leads off this machine by itself: no loopback, no container's end, no tunnel. Bonds, VLANs, modems
    /// and whatever else lies on hardware do.
    package var isPhysical: Bool { !isLoopback && kind.map { !NetworkDevice.virtualKinds.contains($0) } ?? true }

    /// Containers' devices, and tunnels: those are paths where a profile says so, and nothing where it does not.
    private static let virtualKinds: Set<String> = [
        "bridge", "dummy", "erspan", "fou", "geneve", "gre", "gretap", "gtp", "ifb", "ip6erspan", "ip6gre", "ip6gretap",
        "ip6tnl", "ipip", "netkit", "openvswitch", "ovpn", "sit", "tun", "veth", "vti", "vti6", "vxlan", "wireguard",
        "xfrm",
    ]
}
