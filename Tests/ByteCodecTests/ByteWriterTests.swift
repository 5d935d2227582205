import ByteCodec
import Testing

@Suite struct ByteWriterTests {
    @Test func writesBigEndianAndRefusesToPassTheEnd() throws {
        var storage = [UInt8](repeating: 0xEE, count: 8)
        var count = 0
        var failure: WireError?
        do {
            var writer = ByteWriter(storage.mutableSpan)
            try writer.write(UInt8(1))
            try writer.write(UInt32(0x0203_0405))
            try writer.write(UInt16(0x0607))
            do { try writer.write(UInt16(0x0809)) } catch { failure = error }
            writer.patch(0xAABB, at: 0)
            count = writer.count
        }
        #expect(failure == .overflow(offset: 7))
        #expect(count == 7)
        #expect(storage == [0xAA, 0xBB, 3, 4, 5, 6, 7, 0xEE])
    }
}
