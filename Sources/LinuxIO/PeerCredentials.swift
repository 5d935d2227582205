internal import CLinux
internal import Glibc

/// Who connected to a UNIX socket, attested by the kernel (SO_PEERCRED, SO_PEERGROUPS).
package struct PeerCredentials: Equatable, Sendable {
    /// More supplementary groups than this are not looked at.
    private static let maximumGroups = 1024

    package let process: Int32
    package let user: UInt32
    package let group: UInt32
    package let supplementaryGroups: [UInt32]

    package init(process: Int32, user: UInt32, group: UInt32, supplementaryGroups: [UInt32]) {
        self.process = process
        self.user = user
        self.group = group
        self.supplementaryGroups = supplementaryGroups
    }

    init(of socket: borrowing Descriptor) throws(SystemError) {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
        // Three numbers on the stack.
        try check(
            unsafe enigm_peer_credentials(socket.rawValue, &process, &user, &group), "getsockopt SO_PEERCRED")
        var groups = [UInt32](repeating: 0, count: PeerCredentials.maximumGroups)
        // The kernel writes at most that many; older kernels and other failures mean none.
        let count = unsafe enigm_peer_groups(socket.rawValue, &groups, CInt(groups.count))
        self.init(
            process: process, user: user, group: group, supplementaryGroups: Array(groups.prefix(max(0, Int(count)))))
    }

    package func isMember(of wanted: UInt32) -> Bool {
        group == wanted || supplementaryGroups.contains(wanted)
    }
}
