// A lookup waits for memory four times: for a bucket, its entry, perhaps that of another question before it, and the
// bytes. The waits of one lookup follow each other; those of several at the same step do not, when nothing else stands
// between them.

extension AnswerCache {
    /// Most chains end here: there are as many buckets as entries.
    private static let anticipatedSteps = 2

    /// Brings what the lookups of these questions will read near. `places` is room for a number each; what they are
    /// afterwards means nothing.
    func anticipate(_ questions: [UInt32], _ places: inout [UInt32]) {
        for number in questions.indices { places[number] = index.first(of: questions[number]) }
        for _ in 0..<AnswerCache.anticipatedSteps {
            for number in questions.indices where places[number] != CacheEntry.none {
                let entry = entries[Int(places[number])]
                places[number] = entry.hash == questions[number] ? places[number] : entry.nextInBucket
            }
        }
        for number in questions.indices where places[number] != CacheEntry.none {
            let entry = entries[Int(places[number])]
            places[number] = entry.uses > CacheEntry.maximumUses ? CacheEntry.none : entry.run.first
        }
        for number in questions.indices where places[number] != CacheEntry.none {
            places[number] = arena.touch(places[number])
        }
    }
}
