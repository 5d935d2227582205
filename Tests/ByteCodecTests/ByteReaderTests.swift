import ByteCodec
import Testing

@Suite struct ByteReaderTests {
    @Test func readsBigEndianAndStopsAtTheEnd() throws {
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
        var reader = ByteReader(bytes.span)
        #expect(try reader.readUInt8() == 0x01)
        #expect(try reader.readUInt16() == 0x0203)
        #expect(try reader.readUInt32() == 0x0405_0607)
        #expect(try reader.readUInt64() == 0x0809_0A0B_0C0D_0E0F)
        var failure: WireError?
        do { _ = try reader.readUInt16() } catch { failure = error }
        #expect(failure == .truncated(offset: 15))
        #expect(reader.offset == 15 && reader.remaining == 1)
    }

    @Test func refusesNegativeAndHugeCounts() {
        let bytes: [UInt8] = [1, 2]
        for count in [-1, 3, Int.max, Int.min] {
            var reader = ByteReader(bytes.span)
            var failed = false
            do { try reader.skip(count) } catch { failed = true }
            #expect(failed, "skipping \(count) of two bytes")
        }
    }
}
