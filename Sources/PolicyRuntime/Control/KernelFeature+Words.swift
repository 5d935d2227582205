internal import NetfilterBackend

extension KernelFeature {
    /// That this kernel does not have it.
    var absence: Finding { Finding(loss, at: "kernel, feature `\(rawValue)`", remedy: "run \(origin)") }

    /// The kernels that do.
    private var origin: String {
        switch self {
        case .owner: "Linux 6.9 or later"
        case .egress: "Linux 5.16 or later"
        case .route: "one that is built with CONFIG_IP_ROUTE_CLASSID"
        case .cgroup: "Linux 5.13 or later"
        }
    }

    /// What it means for the policy.
    private var loss: String {
        switch self {
        case .owner:
            "this kernel cannot keep other programs from the table (no owner and persist flags): changes are seen and "
                + "undone"
        case .egress:
            "this kernel has no egress hook: what programs write to a device themselves (CAP_NET_RAW) is not checked"
        case .route:
            "this kernel does not tell frames from packets that have a route: who finds out the stamp can write to a "
                + "device"
        case .cgroup:
            "this kernel cannot tell the cgroup of a socket: another program on the resolver's port could get captured "
                + "UDP questions while the resolver is down"
        }
    }
}
