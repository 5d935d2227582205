/// Finds what somebody meant who wrote something else.
enum Spelling {
    /// Longer words are names of the author's own making; comparing them helps nobody and takes time.
    static let maximumLength = 64
    /// Of more candidates only the first are looked at.
    static let maximumCandidates = 512

    /// The nearest candidate, when it is near enough: one slip for every three letters.
    static func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
        let written = Array(word.lowercased().utf8)
        guard (2...maximumLength).contains(written.count) else { return nil }
        let limit = max(1, written.count / 3)
        var best: (distance: Int, word: String)?
        for candidate in candidates.prefix(maximumCandidates) {
            let letters = Array(candidate.lowercased().utf8)
            guard letters.count <= maximumLength, abs(letters.count - written.count) <= limit else { continue }
            let distance = distance(written, letters)
            if distance <= limit, distance < best?.distance ?? Int.max { best = (distance, candidate) }
        }
        return best?.word
    }

    /// How many letters are to be added, removed, changed or swapped with their neighbour (optimal string alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let change = last[j] + (left[i] == right[j] ? 0 : 1)
                var cost = min(change, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
