package import LinuxIO
package import NetfilterBackend
package import ServiceHost

/// What `enigm-policyd` is told on its command line.
package struct PolicyOptions: Equatable, Sendable {
    package var common: DaemonOptions
    /// Puts the table in force and ends; it stays.
    package var endsAfterApply = false
    /// Keeps other programs from the table, where the kernel can.
    package var wantsOwnership = true
    /// Where the resolver's sockets are made; all equally deep, none when nobody is to be looked for.
    package var resolverCgroups: [ControlGroup] = []
    /// Where the machine's `/etc`, `/run` and `/usr/lib` are; empty for where they always are.
    package var root = ""
    /// For tests of what happens on a kernel that lacks them.
    package var hiddenFeatures: Set<KernelFeature> = []

    package enum Request: Equatable, Sendable {
        case run(PolicyOptions)
        case help
        case version
        /// One line that says what is wrong with the command line.
        case wrongUsage(String)
    }

    /// `arguments` without the program's name.
    package static func read(_ arguments: [String], environment: (String) -> String?) -> Request {
        var endsAfterApply = false
        var wantsOwnership = true
        var resolverCgroups: [ControlGroup] = []
        var root = ""
        let request = DaemonOptions.read(arguments, environment: environment) { option, reader throws(WrongUsage) in
            switch option {
            case "--boot": endsAfterApply = try reader.flag(option)
            case "--open-table": wantsOwnership = try !reader.flag(option)
            case "--resolver-cgroup":
                resolverCgroups.append(try cgroup(try reader.value(of: option), besides: resolverCgroups))
            case "--root": root = try directory(try reader.value(of: option))
            default: return false
            }
            return true
        }
        switch request {
        case .run(let common):
            return .run(
                PolicyOptions(
                    common: common, endsAfterApply: endsAfterApply, wantsOwnership: wantsOwnership,
                    resolverCgroups: resolverCgroups, root: root,
                    hiddenFeatures: hiddenFeatures(environment("ENIGM_WITHOUT_KERNEL_FEATURES"))))
        case .help: return .help
        case .version: return .version
        case .wrongUsage(let message): return .wrongUsage(message)
        }
    }

    /// Without slashes at its end: the machine's own is empty.
    private static func directory(_ path: String) throws(WrongUsage) -> String {
        guard path.hasPrefix("/") else { throw WrongUsage("`--root` takes an absolute path") }
        return path.lastIndex { $0 != "/" }.map { String(path[...$0]) } ?? ""
    }

    private static func cgroup(_ path: String, besides others: [ControlGroup]) throws(WrongUsage) -> ControlGroup {
        guard let group = ControlGroup(path) else {
            throw WrongUsage("`--resolver-cgroup` takes a path below the root, such as `system.slice/x.service`")
        }
        guard others.allSatisfy({ $0.level == group.level }) else {
            throw WrongUsage("all of `--resolver-cgroup` have to lie equally deep")
        }
        return group
    }

    /// ``owner,cgroup``; words that are no feature hide nothing.
    private static func hiddenFeatures(_ text: String?) -> Set<KernelFeature> {
        Set((text ?? "").split(separator: ",").compactMap { KernelFeature(rawValue: String($0)) })
    }
}
