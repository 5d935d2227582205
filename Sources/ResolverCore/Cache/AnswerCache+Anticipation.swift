// A lookup waits three times for memory: for a bucket, an entry and its bytes. The waits of one lookup follow each other;
// those of several at the same step do not, when nothing else stands between them.

extension AnswerCache {
    /// Brings what the lookups of these questions will read near. `places` is room for a number each.
    func anticipate(_ questions: [UInt32], _ places: inout [UInt32]) {
        for number in questions.indices { places[number] = index.first(of: questions[number]) }
        for number in questions.indices where places[number] != CacheEntry.none {
            places[number] = entries[Int(places[number])].run.first
        }
        for number in questions.indices where places[number] != CacheEntry.none {
            places[number] = arena.link(of: places[number])
        }
        for number in questions.indices where places[number] != CacheEntry.none {
            places[number] = arena.link(of: places[number])
        }
    }
}
