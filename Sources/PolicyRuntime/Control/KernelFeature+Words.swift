internal import NetfilterBackend

extension KernelFeature {
    /// What it means for the policy that this kernel does not have it.
    var absence: String {
        switch self {
        case .owner:
            "this kernel cannot keep other programs from the table (no owner and persist flags); changes are seen and "
                + "undone"
        case .egress: "this kernel has no egress hook: nothing can be checked where packets leave a device"
        case .cgroup:
            "this kernel cannot tell the cgroup of a socket: another program on the resolver's port could get captured "
                + "UDP questions while the resolver is down"
        }
    }
}
