import ByteCodec
import LinuxIO
import Testing

@Suite struct ScratchBufferTests {
    @Test func startsZeroedAndKeepsWhatIsWritten() {
        var buffer = ScratchBuffer(count: 70_000)
        let isZeroed = buffer.span.indices.allSatisfy { buffer.span[$0] == 0 }
        #expect(isZeroed)
        var room = buffer.mutableSpan
        room.copy([1, 2, 3].span, to: 69_997)
        let tail = Array(buffer.span.extracting(69_996..<70_000))
        #expect(tail == [0, 1, 2, 3])
    }
}
