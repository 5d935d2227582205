import TestSupport
import Testing

/// Captured and crafted DNS packets of several servers' test suites.
enum PacketCorpus {
    private static let archive = Repository.corpora.map { "\($0)/dns-packets.tar.xz" }

    static let isPresent = archive.map(TextFile.exists) ?? false
    static let missing: Comment = "no dns-packets.tar.xz: name its directory in ENIGM_CORPORA"

    static func packets() throws -> [[UInt8]] {
        let scratch = ScratchDirectory()
        let tar = CommandResult.run("tar", ["--extract", "--file", try #require(archive), "--directory", scratch.path])
        try #require(tar.status == .exited(0), "\(tar.errors)")
        return packets(under: scratch.path)
    }

    private static func packets(under directory: String) -> [[UInt8]] {
        TextFile.names(in: directory).flatMap { name in
            let path = "\(directory)/\(name)"
            return TextFile.isDirectory(path) ? packets(under: path) : [TextFile.bytes(of: path)]
        }
    }
}
