internal import CLinux

/// Users and groups of this machine by name.
package enum Accounts {
    /// Nil when there is no such user.
    package static func userIdentifier(_ name: String) -> UInt32? {
        var identifier: UInt32 = 0
        // The seam writes one number.
        return unsafe enigm_user_id(name, &identifier) == 0 ? identifier : nil
    }

    /// Nil when there is no such group.
    package static func groupIdentifier(_ name: String) -> UInt32? {
        var identifier: UInt32 = 0
        // The seam writes one number.
        return unsafe enigm_group_id(name, &identifier) == 0 ? identifier : nil
    }
}
