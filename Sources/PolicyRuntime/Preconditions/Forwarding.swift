internal import NetfilterBackend
internal import NetworkTypes

/// Whether the kernel forwards what containers send. The enforcer says what is missing and changes none of it: these are
/// settings of the whole machine.
struct Forwarding: Equatable {
    /// net.ipv4.conf.DEVICE.forwarding.
    let forwards4: Bool
    /// net.ipv6.conf.all.forwarding; nil where the device has no address of IPv6 that could be forwarded.
    let forwards6: Bool?
    let filter: ReversePathFilter

    init(forwards4: Bool, forwards6: Bool?, filter: ReversePathFilter) {
        self.forwards4 = forwards4
        self.forwards6 = forwards6
        self.filter = filter
    }

    /// Of what arrives by a device; nil where it is just gone.
    init?(from device: NetworkDevice) {
        guard let forwards4 = KernelSetting.number("ipv4/conf/\(device.name)/forwarding"),
            let filter = ReversePathFilter(ofDevice: device.name)
        else { return nil }
        let hasIPv6 = device.prefixes.contains { $0.address.family == .v6 && !$0.address.isLinkLocal }
        self.init(
            forwards4: forwards4 != 0,
            forwards6: hasIPv6 ? KernelSetting.number("ipv6/conf/all/forwarding").map { $0 != 0 } : nil, filter: filter)
    }

    /// `byTunnels`: whether any path is a tunnel, into which marks lead.
    func findings(_ device: String, byTunnels: Bool) -> [Finding] {
        var findings: [Finding] = []
        if !forwards4 {
            findings.append(
                Finding(
                    "the kernel forwards nothing that comes by `\(device)`", at: "net.ipv4.conf.\(device).forwarding",
                    remedy: "set net.ipv4.ip_forward=1"))
        }
        if forwards6 == false {
            findings.append(
                Finding(
                    "the kernel forwards no IPv6 that comes by `\(device)`", at: "net.ipv6.conf.all.forwarding",
                    remedy: "set net.ipv6.conf.all.forwarding=1"))
        }
        // Asked by the mark of a path, the way back to the sender is the tunnel.
        if byTunnels, filter.isStrict, filter.asksByMark {
            findings.append(
                Finding(
                    "rp_filter is strict: the kernel drops what goes from `\(device)` into a tunnel",
                    at: ReversePathFilter.place(device), remedy: "set rp_filter=2 for it"))
        }
        return findings
    }

    /// That answers to containers are lost that come by a tunnel: they have no mark, by which they would go back.
    static func finding(answersBy tunnel: String) -> Finding? {
        guard let filter = ReversePathFilter(ofDevice: tunnel), filter.isStrict else { return nil }
        return Finding(
            "rp_filter is strict: the kernel drops answers to containers that come by `\(tunnel)`",
            at: ReversePathFilter.place(tunnel), remedy: "set rp_filter=2 for it")
    }
}

extension IPAddress {
    fileprivate var isLinkLocal: Bool { family == .v6 && AddressClassification(self) == .linkLocal }
}
