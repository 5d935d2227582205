import ByteCodec
import Testing

@testable import enigm_macrobench

/// What generators ask for.
@Suite struct QueriesTests {
    @Test func inventedNamesDiffer() {
        let count = 100_000
        let names = Set((0..<count).map(InventedName.name))
        #expect(names.count == count)
        #expect(names.allSatisfy { $0.split(separator: ".").allSatisfy { (1...63).contains($0.utf8.count) } })
    }

    @Test func aQuestionIsAMessage() {
        #expect(
            Question("ab.c", .aaaa).message
                == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 97, 98, 1, 99, 0, 0, 28, 0, 1])
    }

    /// By Zipf's law the first of 10,000 names is asked for by 1 query of 9.8.
    @Test func popularNamesFollowTheLaw() {
        let names = PopularNames()
        let first = Question(InventedName.name(0)).message.dropFirst(12).dropLast(4)
        let asked = messages(names.queries).count { $0.dropFirst(12).starts(with: first) }
        let share = Double(asked) / Double(names.queries.count)
        #expect((0.09...0.115).contains(share), "\(share)")
        #expect((10_000...PopularNames.nameCount * 3).contains(names.distinct.count))
        #expect(Set(messages(names.distinct)) == Set(messages(names.queries)))
    }

    @Test func freshNamesNeverRepeat() {
        var source = FreshNames(run: 1)
        var other = FreshNames(run: 2)
        let messages = (0..<2_000).map { _ in next(&source) } + (0..<2_000).map { _ in next(&other) }
        #expect(Set(messages).count == messages.count)
        #expect(messages[10].dropFirst(13).prefix(12).elementsEqual(Array("n00000000011".utf8)))
    }

    @Test func aListEndsOrRepeats() {
        let list = QueryList.names(0..<3)
        #expect(messages(list).count == 3)
        var repeating = list.rewound(repeating: true)
        #expect((0..<7).map { _ in next(&repeating) }.allSatisfy { !$0.isEmpty })
    }

    private func messages(_ list: QueryList) -> [[UInt8]] {
        var source = list.rewound(repeating: false)
        var result: [[UInt8]] = []
        while case let message = next(&source), !message.isEmpty { result.append(message) }
        return result
    }

    private func next(_ source: inout some QuerySource) -> [UInt8] {
        var room = [UInt8](repeating: 0, count: Question.maximumBytes)
        var span = room.mutableSpan
        let count = source.next(into: &span)
        return Array(room.prefix(count))
    }
}
