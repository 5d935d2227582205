import KernelTestSupport
import NetfilterBackend
import Ruleset
import Testing

@Suite(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
struct PackedElementsTests {
    /// Enough for several messages.
    @Test(arguments: [(FieldType.ipv4Address, 10_000), (.ipv6Address, 10_000), (.ipv4Address, 1)])
    func aPackedListIsReadBackAsItsElements(type: FieldType, count: Int) throws {
        try KernelNamespace.run {
            let values = (0..<count).map { number in
                FieldValue(
                    bytes: Array(repeating: 0x20, count: type.byteCount - 4)
                        + FieldValue(UInt32(number) &* 0x9E37_79B1).bytes)
            }
            let set = NamedSet("addresses", key: [type], size: UInt32(count))
            var batch = NetfilterBatch()
            batch.replace(
                Table(.inet, "enigm_test", sets: [set]),
                packed: ["addresses": PackedElements(type, values.flatMap(\.bytes))])
            let connection = try NetfilterConnection()
            try connection.commit(batch)
            let read = try #require(try connection.readTable(.inet, "enigm_test")?.set("addresses"))
            #expect(read.elements.map { $0.lower[0] }.sorted() == values.sorted())
        }
    }
}
