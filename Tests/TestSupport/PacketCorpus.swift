/// The collected packets that other projects' parsers once stumbled over, if they lie beside the package.
package enum PacketCorpus {
    private static let archive = Repository.corpora.map { "\($0)/dns-packets.tar.xz" }

    package static let isPresent =
        archive.map(TextFile.exists) ?? false && Repository.hasTool("tar") && Repository.hasTool("xz")

    /// Why a test without it is skipped.
    package static let missing = "no dns-packets.tar.xz, or no tar and xz: name its directory in ENIGM_CORPORA"

    /// Every packet, unpacked into a scratch directory for as long as it is read.
    package static func packets() -> [[UInt8]] {
        guard let archive else { return [] }
        let scratch = ScratchDirectory()
        _ = CommandResult.run("tar", ["-xJf", archive, "-C", scratch.path])
        let directory = scratch.path("packet")
        return TextFile.names(in: directory).map { TextFile.bytes(of: "\(directory)/\($0)") }
    }
}
