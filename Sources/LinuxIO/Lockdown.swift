internal import CLinux

/// Gives up, for good, what a process that parses the network must not have.
package enum Lockdown {
    /// Drops every capability (root's too), forbids gaining any by exec, and keeps memory out of core files and away
    /// from other processes. Call it after binding. Applies to the calling thread and those it starts later.
    package static func apply() throws(SystemError) {
        try dropCapabilities()
        try check(enigm_no_new_privileges(), "set no-new-privileges")
        try check(enigm_forbid_dumps(), "forbid core dumps")
    }

    /// Every capability, of the calling thread and those it starts later.
    static func dropCapabilities() throws(SystemError) {
        try check(enigm_drop_capabilities(), "drop capabilities")
    }

    /// The capabilities that the calling thread can use, one bit each.
    package static func effectiveCapabilities() throws(SystemError) -> UInt64 {
        var set: UInt64 = 0
        // One number on the stack.
        try check(unsafe enigm_effective_capabilities(&set), "capget")
        return set
    }
}
