internal import LinuxIO

/// Names of the lab's namespaces in the file system, for people and for `enigm-lab enter`: symbolic links to the
/// descriptors of the lab, so that a name can be left over, and a namespace cannot.
enum LabNames {
    /// In the lab's directory.
    static let process = "process"
    static let device = "device"
    static let outside = "outside"
    static let user = "user"

    /// Where `ip netns` looks for names.
    private static let shared = "/run/netns"
    private static let prefix = "enigm-lab-"

    /// The names for `ip netns`; none for users who may not give any.
    static func sharedNames() -> [String] {
        guard Environment.userIdentifier == 0, (try? Directory.create(shared, mode: 0o755)) != nil,
            Directory.isWritable(shared)
        else { return [] }
        return [device, outside].map { "\(prefix)\(Environment.processIdentifier)-\($0)" }
    }

    static func path(ofShared name: String) -> String { "\(shared)/\(name)" }

    /// Names a ground, by the links of its lab's directory and by those that everybody sees.
    static func give(
        to ground: LabGround, in directory: borrowing LabDirectory, shared names: [String]
    ) throws(LabFailure) {
        do throws(SystemError) {
            try directory.link(device, to: ground.device.path)
            try directory.link(outside, to: ground.outside.path)
            if ground.identities.isOwnNamespace {
                try directory.link(user, to: "/proc/\(Environment.processIdentifier)/ns/user")
            }
            for (name, namespace) in zip(names, [ground.device, ground.outside]) {
                try SymbolicLink.create(path(ofShared: name), to: namespace.path)
            }
        } catch {
            throw .environment("\(error)")
        }
    }

    /// Removes what labs of this user have left that were killed with their caretakers.
    static func sweep() {
        for path in LabDirectory.scratch(of: nil) where SymbolicLink.isDangling("\(path)/\(process)") {
            // What cannot be removed harms nobody.
            try? Directory.removeTree(path)
        }
        for name in Directory.entries(shared) where name.hasPrefix(prefix) {
            if SymbolicLink.isDangling("\(shared)/\(name)") { try? FileContents.remove("\(shared)/\(name)") }
        }
    }
}
