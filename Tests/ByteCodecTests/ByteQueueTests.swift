import ByteCodec
import Testing

@Suite struct ByteQueueTests {
    @Test func keepsOrderAcrossCompaction() {
        var queue = ByteQueue()
        var next: UInt8 = 0
        var expected: UInt8 = 0
        for round in 0..<200 {
            for _ in 0..<(round % 7) {
                queue.append(next)
                next &+= 1
            }
            var room = [UInt8](repeating: 0, count: round % 5)
            var span = room.mutableSpan
            let moved = queue.drain(into: &span)
            for index in 0..<moved {
                #expect(room[index] == expected)
                expected &+= 1
            }
        }
        #expect(queue.count == Int(next &- expected))
    }
}
