internal import LinuxIO
internal import Ruleset

/// The control groups of one manager's units: units lie in slices, slices in slices. Other directories belong to
/// whoever a group was given to, who may call what he makes in it as he likes: nothing is looked for there.
struct UnitTree {
    /// Slices of one manager that are looked into; systems have dozens.
    static let maximumSlices = 1024

    /// Directories below the hierarchy's root, the manager's own first.
    let slices: [[String]]
    private let root: String

    /// `base`: the manager's control group, empty for the system's. `visit` is told of each directory before it is read.
    init(root: String, base: [String], visit: (String) -> Void) {
        self.root = root
        var slices = [base]
        var next = 0
        while next < slices.count, slices.count < UnitTree.maximumSlices {
            let directory = UnitTree.path(root, slices[next])
            visit(directory)
            slices += Directory.entries(directory).sorted().filter { $0.hasSuffix(".slice") }.map {
                slices[next] + [$0]
            }
            next += 1
        }
        self.slices = slices
    }

    /// Where a unit's processes are; several when slices hold one of that name each, which systemd never does.
    func places(ofUnit name: String) -> [ControlGroup] {
        slices.compactMap { ControlGroup(($0 + [name]).joined(separator: "/")) }
            .filter { $0.identifier(below: root) != nil }
    }

    func place(ofSlice name: String) -> ControlGroup? {
        guard let base = slices.first else { return nil }
        return ControlGroup((base + Symbol.path(ofSlice: name)).joined(separator: "/"))
    }

    private static func path(_ root: String, _ names: [String]) -> String {
        ([root] + names).joined(separator: "/")
    }
}
