import TestSupport

/// The packets that these tests throw: the corpus where it is, else our own seeds.
enum PacketSource {
    static let packets: [[UInt8]] = {
        guard !PacketCorpus.isPresent else { return PacketCorpus.packets() }
        print("own seeds only: \(PacketCorpus.missing)")
        return PacketSeeds.packets
    }()

    /// `make soak` takes all where `make test` takes some.
    static let isSoaking = Repository.environment("ENIGM_SOAK").map { !$0.isEmpty } ?? false

    /// Evenly spread; all of them when soaking.
    static func sample(_ count: Int, where isWanted: ([UInt8]) -> Bool) -> [[UInt8]] {
        let wanted = packets.filter(isWanted)
        guard !isSoaking, wanted.count > count else { return wanted }
        return (0..<count).map { wanted[$0 * wanted.count / count] }
    }
}

/// An upstream to which every name is good.
extension LabUpstream {
    static func forEveryName(_ options: [String] = [], in scratch: ScratchDirectory) throws -> LabUpstream {
        let zone = """
            $ORIGIN .
            $TTL 60
            @ SOA ns hostmaster 1 7200 900 1209600 60
            * A 198.51.100.30

            """
        return try LabUpstream(["--zone", scratch.write(zone, to: "zone")] + options)
    }
}
