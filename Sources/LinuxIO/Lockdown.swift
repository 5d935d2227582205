internal import CLinux

/// Gives up, for good, what a process that parses the network must not have.
package enum Lockdown {
    /// Drops every capability (root's too), forbids gaining any by exec, and keeps memory out of core files and away
    /// from other processes. Call it after binding. Applies to the calling thread and those it starts later.
    package static func apply() throws(SystemError) { try apply(keeping: []) }

    /// The same, keeping what the process has of `kept`.
    package static func apply(keeping kept: [Capability]) throws(SystemError) {
        try dropCapabilities(except: kept)
        try check(enigm_no_new_privileges(), "set no-new-privileges")
        try check(enigm_forbid_dumps(), "forbid core dumps")
    }

    /// Every capability but `kept`, of the calling thread and those it starts later.
    static func dropCapabilities(except kept: [Capability] = []) throws(SystemError) {
        try check(enigm_keep_capabilities(kept.reduce(0) { $0 | 1 << $1.rawValue }), "drop capabilities")
    }

    /// The capabilities that the calling thread can use, one bit each.
    package static func effectiveCapabilities() throws(SystemError) -> UInt64 {
        var set: UInt64 = 0
        // One number on the stack.
        try check(unsafe enigm_effective_capabilities(&set), "capget")
        return set
    }
}

/// What a program here may keep (capabilities(7)), by the kernel's number.
package enum Capability: UInt64, Sendable {
    case networkAdministration = 12
}
