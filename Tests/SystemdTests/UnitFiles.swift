import TestSupport

/// The files of `systemd/` as `systemd/install` writes them, beside programs that do nothing: `systemd-analyze` wants
/// ExecStart's file to be there.
final class UnitFiles {
    private let directory = ScratchDirectory()
    let installation: CommandResult

    init() {
        let programs = directory.directory("bin")
        for daemon in UnitFiles.daemons {
            TextFile.write(Array("#!/bin/sh\n".utf8), to: "\(programs)/\(daemon)", mode: 0o755)
        }
        installation = CommandResult.run(
            "\(Repository.root)/systemd/install", [programs], environment: ["DESTDIR": directory.path])
    }

    static let daemons = ["enigm-resolverd", "enigm-policyd"]
    static let units = ["enigm-policyd.service", "enigm-resolverd.service", "enigm-resolverd.socket"]

    var unitDirectory: String { directory.path("usr/lib/systemd/system") }
    var sysusers: String { directory.path("usr/lib/sysusers.d/enigm.conf") }
    var tmpfiles: String { directory.path("usr/lib/tmpfiles.d/enigm.conf") }

    func path(_ unit: String) -> String { "\(unitDirectory)/\(unit)" }

    /// The values of a setting in a unit, in order.
    func values(of key: String, in unit: String) -> [String] {
        TextFile.text(of: path(unit)).split(separator: "\n").compactMap { line in
            line.hasPrefix("\(key)=") ? String(line.dropFirst(key.count + 1)) : nil
        }
    }

    /// The lines of a table that are no comments, as words.
    static func table(_ path: String) -> [[String]] {
        TextFile.text(of: path).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: " ").map(String.init)
        }
    }
}
