internal import LinuxIO

/// Where the lab finds what belongs to it: the programs beside its own, and its profile in the package around them.
struct LabPrograms {
    let resolver: String
    let policy: String
    /// As the person who reads it should type them.
    let control: String
    let lab: String
    /// Where it is, for the lab itself.
    var controlPath: String { "\(directory)/enigmctl" }
    private let directory: String

    static func located() throws(LabFailure) -> LabPrograms {
        guard let own = Environment.executablePath, let slash = own.lastIndex(of: "/") else {
            throw .environment("/proc is not mounted: the programs of the lab cannot be found")
        }
        let programs = LabPrograms(directory: String(own[..<slash]))
        guard FileContents.exists(programs.resolver) else {
            throw .environment("there is no `\(programs.resolver)`; run `make build`")
        }
        return programs
    }

    private init(directory: String) {
        self.directory = directory
        resolver = "\(directory)/enigm-resolverd"
        policy = "\(directory)/enigm-policyd"
        control = LabPrograms.typed(directory) + "enigmctl"
        lab = LabPrograms.typed(directory) + "enigm-lab"
    }

    private static let labProfileName = "policy-profiles/lab.yaml"
    private static let installedDirectory = "/usr/share/enigm-network"

    /// The lab's own profile: in the nearest directory above the programs that has one, else where it is installed.
    func labProfile() throws(LabFailure) -> String {
        var candidate = directory
        while let slash = candidate.lastIndex(of: "/") {
            let path = "\(candidate)/\(LabPrograms.labProfileName)"
            if FileContents.exists(path) { return path }
            candidate = String(candidate[..<slash])
        }
        let installed = "\(LabPrograms.installedDirectory)/\(LabPrograms.labProfileName)"
        guard FileContents.exists(installed) else {
            throw .environment(
                "no `\(LabPrograms.labProfileName)` above `\(directory)`; give a profile with --profile")
        }
        return installed
    }

    /// The directory as the lab was called, with a slash: short when it was short.
    private static func typed(_ directory: String) -> String {
        let name = CommandLine.arguments.first ?? ""
        guard let slash = name.lastIndex(of: "/") else { return "\(directory)/" }
        return String(name[...slash])
    }
}
