import Glibc
import TestSupport
import Testing

/// An ordinary user of a made-up machine: the account, and what it may be beside itself, stand in files that only the
/// processes started here see. Its programs are copies, because a home directory may be closed.
final class OrdinaryUser {
    static let canBeMade = getuid() == 0 && Repository.hasTool("setpriv") && Repository.hasTool("unshare")
    static let obstacle: Comment = "root makes users up, with `setpriv` and `unshare`"
    static let identifier = 64_321
    private static let name = "enigm-tester"

    private let scratch = ScratchDirectory()
    /// Whether /etc/subuid and /etc/subgid have a line for the user.
    private let hasSubordinates: Bool

    init(hasSubordinates: Bool) {
        self.hasSubordinates = hasSubordinates
        chmod(scratch.path, 0o755)
        let account = "\(Self.name):x:\(Self.identifier):\(Self.identifier)::/:/bin/sh\n"
        scratch.write(TextFile.text(of: "/etc/passwd") + account, to: "passwd")
        scratch.write(hasSubordinates ? "\(Self.name):3000000:10\n" : "", to: "subordinates")
        scratch.directory("policy-profiles")
        let profile = "policy-profiles/lab.yaml"
        scratch.write(TextFile.bytes(of: "\(Repository.root)/\(profile)"), to: profile)
        scratch.directory("programs")
        for name in ["enigm-lab", "enigm-resolverd", "enigm-policyd", "enigmctl"] {
            scratch.write(TextFile.bytes(of: Repository.program(name)), to: "programs/\(name)", mode: 0o755)
        }
    }

    var lab: String { scratch.path("programs/enigm-lab") }

    /// The words that run others as this user where it has its account.
    func starting(_ words: [String]) -> [String] {
        let mounts =
            ["passwd": "passwd", "subuid": "subordinates", "subgid": "subordinates"].map {
                "mount --bind \(scratch.path($0.value)) /etc/\($0.key)"
            }.joined(separator: " && ")
        return ["unshare", "--mount", "sh", "-c", "\(mounts) && exec \"$@\"", "sh"] + acting(words)
    }

    /// The words that run others as this user.
    func acting(_ words: [String]) -> [String] {
        ["setpriv", "--reuid=\(Self.identifier)", "--regid=\(Self.identifier)", "--clear-groups", "--inh-caps=-all"]
            + words
    }
}
