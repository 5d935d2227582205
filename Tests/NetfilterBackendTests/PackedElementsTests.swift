import KernelTestSupport
import NetfilterBackend
import NetworkTypes
import Ruleset
import Testing

@Suite(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
struct PackedElementsTests {
    /// Enough for several messages.
    @Test(arguments: [(FieldType.ipv4Address, 10_000), (.ipv6Address, 10_000), (.ipv4Address, 1)])
    func aPackedListIsReadBackAsItsElements(type: FieldType, count: Int) throws {
        let values = (0..<count).map { value($0 &* 0x9E37_79B1, type) }
        try expectReadBack(values.map { SetElement($0) }, type, isIntervals: false)
    }

    /// Some follow each other without a gap, one begins at zero and one ends with the highest value.
    @Test(arguments: [(FieldType.ipv4Address, 9_000, true), (.ipv6Address, 9_000, false), (.ipv4Address, 1, false)])
    func packedIntervalsAreReadBack(type: FieldType, count: Int, fromEndToEnd: Bool) throws {
        var intervals = (1...count).map { number in
            let first = number * 16
            return SetElement(value(first, type), through: value(first + (number % 3 == 0 ? 15 : number % 7), type))
        }
        if fromEndToEnd {
            intervals.insert(SetElement(value(0, type), through: value(3, type)), at: 0)
            intervals.append(SetElement(value(0xFFFF_FF00, type), through: value(0xFFFF_FFFF, type)))
        }
        try expectReadBack(intervals, type, isIntervals: true)
    }

    /// The same from a table that holds its elements itself, as rules with a few addresses do.
    @Test func intervalsThatTouchAreReadBack() throws {
        try KernelNamespace.run {
            let elements = [(1, 3), (4, 4), (5, 9), (11, 12)].map {
                SetElement(value($0.0, .ipv4Address), through: value($0.1, .ipv4Address))
            }
            let set = NamedSet("addresses", key: [.ipv4Address], flags: [.interval], elements: elements)
            let rule = ChainRule(.family(.v4), .match(Match(.payload(.ipv4Source), .anyOf(elements))), .verdict(.drop))
            let table = Table(.inet, "enigm_test", sets: [set], chains: [Chain("some", rules: [rule])])
            var batch = NetfilterBatch()
            batch.replace(table)
            let connection = try NetfilterConnection()
            try connection.commit(batch)
            #expect(try connection.readTable(.inet, "enigm_test")?.differences(from: table) == [])
        }
    }

    /// Elements do not end where messages do, and pieces not where either does.
    @Test func piecesHoldWholeElements() {
        var elements = PackedElements(.ipv6Address, isIntervals: true)
        for number in 0..<40_000 {
            elements.append((value(number, .ipv6Address).bytes + value(number, .ipv6Address).bytes)[...])
        }
        #expect(elements.count == 40_000)
        var sizes: [Int] = []
        while let piece = elements.takePiece() { sizes.append(piece.count) }
        #expect(sizes == [PackedElements.maximumPieceBytes, 40_000 * 32 - PackedElements.maximumPieceBytes])
        #expect(elements.count == 0)
    }

    private func value(_ number: Int, _ type: FieldType) -> FieldValue {
        let number = FieldValue(UInt32(truncatingIfNeeded: number)).bytes
        return FieldValue(bytes: Array(repeating: 0x20, count: type.byteCount - 4) + number)
    }

    private func expectReadBack(_ elements: [SetElement], _ type: FieldType, isIntervals: Bool) throws {
        try KernelNamespace.run {
            var packed = PackedElements(type, isIntervals: isIntervals)
            for element in elements {
                packed.append((element.lower.bytes + (isIntervals ? element.upper.bytes : []))[...])
            }
            let set = NamedSet("addresses", key: [type], flags: isIntervals ? [.interval] : [])
            var batch = NetfilterBatch()
            batch.replace(Table(.inet, "enigm_test", sets: [set]), packed: [set.name: packed])
            let connection = try NetfilterConnection()
            try connection.commit(batch)
            let read = try #require(try connection.readTable(.inet, "enigm_test")?.set(set.name))
            #expect(read.elements.sorted() == elements.sorted())
        }
    }
}
