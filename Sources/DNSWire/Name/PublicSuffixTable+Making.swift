internal import ByteCodec

extension PublicSuffixTable {
    /// The table of a list. Nil when a suffix has more labels than ``maximumLabels``, or there are too many.
    package init?(_ rules: [OwnedName: Rule]) {
        let rules = rules.sorted { left, right in left.key.wire.lexicographicallyPrecedes(right.key.wire) }
        let depth = rules.map { PublicSuffixTable.labelStarts(of: $0.key).count }.max() ?? 1
        guard (1...PublicSuffixTable.maximumLabels).contains(depth) else { return nil }
        // At least a third of the slots are free.
        var power = 1
        while 1 << power < rules.count + rules.count / 2 { power += 1 }
        guard power <= PublicSuffixTable.maximumSlotPower else { return nil }
        for seed in UInt32(0)..<PublicSuffixTable.maximumSeeds {
            guard let slots = PublicSuffixTable.slots(rules, power: power, seed: seed) else { continue }
            var bytes = PublicSuffixTable.magic
            bytes.appendBigEndian(seed)
            bytes.appendBigEndian(UInt16(depth))
            bytes.appendBigEndian(UInt16(power))
            for slot in slots { bytes.appendBigEndian(slot) }
            self.init(bytes)
            return
        }
        return nil
    }

    /// Ten thousand suffixes cannot be told apart with one seed in twenty thousand.
    private static let maximumSeeds: UInt32 = 16

    /// Nil when two of them cannot be told apart.
    private static func slots(
        _ rules: [(key: OwnedName, value: Rule)], power: Int, seed: UInt32
    ) -> [UInt32]? {
        var slots = [UInt32](repeating: 0, count: 1 << power)
        for (suffix, rule) in rules {
            let hash = hash(of: suffix, seed)
            var slot = hash.slot & (slots.count - 1)
            while slots[slot] != 0 {
                guard slots[slot] & ~SuffixHash.ruleMask != hash.fingerprint else { return nil }
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = hash.fingerprint | rule.rawValue
        }
        return slots
    }

    private static func hash(of suffix: OwnedName, _ seed: UInt32) -> SuffixHash {
        var hash = SuffixHash(seed)
        var end = suffix.wire.count - 1
        for start in labelStarts(of: suffix).reversed() {
            hash.add(suffix.wire.span, start..<end)
            end = start
        }
        return hash
    }

    private static func labelStarts(of name: OwnedName) -> [Int] {
        var starts: [Int] = []
        var offset = 0
        while name.wire[offset] != 0 {
            starts.append(offset)
            offset += Int(name.wire[offset]) + 1
        }
        return starts
    }
}
