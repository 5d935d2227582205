internal import CLinux

/// Users and groups of this machine by name.
package enum Accounts {
    /// Nil when there is no such user.
    package static func userIdentifier(_ name: String) -> UInt32? {
        var identifier: UInt32 = 0
        // The seam writes one number.
        return unsafe enigm_user_id(name, &identifier) == 0 ? identifier : nil
    }

    /// Nil when this machine's own list has no such user. For daemons whose users are always there: asking every name
    /// service costs a library, and maybe a network.
    package static func localUserIdentifier(_ name: String) -> UInt32? {
        var identifier: UInt32 = 0
        // The seam writes one number.
        return unsafe enigm_local_user_id(name, &identifier) == 0 ? identifier : nil
    }

    /// Nil when there is no such group.
    package static func groupIdentifier(_ name: String) -> UInt32? {
        var identifier: UInt32 = 0
        // The seam writes one number.
        return unsafe enigm_group_id(name, &identifier) == 0 ? identifier : nil
    }

    /// Nil when this machine has no name for the user.
    package static func userName(_ identifier: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: maximumNameBytes)
        // The seam writes a null-terminated name of at most so many bytes.
        guard unsafe enigm_user_name(identifier, &name, name.count) == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The group of a user's entry; nil when there is no such user.
    package static func primaryGroup(ofUser identifier: UInt32) -> UInt32? {
        var group: UInt32 = 0
        // The seam writes one number.
        return unsafe enigm_primary_group(identifier, &group) == 0 ? group : nil
    }

    /// Linux itself takes 32, directories of a network may have longer ones.
    private static let maximumNameBytes = 256
}
