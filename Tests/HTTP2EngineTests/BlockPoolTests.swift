import Testing

@testable import HTTP2Engine

@Suite struct BlockPoolTests {
    private let pool = BlockPool()

    @Test func `what is given back is given again`() throws {
        let first = try #require(pool.allocate(100))
        pool.release(first)
        #expect(pool.keptBytes == 128)
        #expect(pool.allocate(128) == first)
        #expect(pool.keptBytes == 0 && pool.madeCount == 1)
        let other = try #require(pool.allocate(129))
        #expect(other != first && pool.madeCount == 2)
        pool.release(first)
        pool.release(other)
        #expect(pool.keptBytes == 128 + 256)
    }

    @Test(arguments: [0, 1, 32, 33, 64, 65, 4_096, 4_097, 100_000])
    func `a block has as many bytes as were asked for, aligned`(byteCount: Int) throws {
        let bytes = try #require(pool.allocate(byteCount))
        #expect(UInt(bitPattern: bytes) % 16 == 0)
        bytes.initializeMemory(as: UInt8.self, repeating: 0xA5, count: byteCount)
        let copy = try #require(pool.resize(bytes, to: byteCount + 5_000))
        #expect((0..<byteCount).allSatisfy { copy.load(fromByteOffset: $0, as: UInt8.self) == 0xA5 })
        pool.release(copy)
    }

    @Test func `what was used is zeroed for those who ask for it`() throws {
        let bytes = try #require(pool.allocate(64))
        bytes.initializeMemory(as: UInt8.self, repeating: 0xFF, count: 64)
        pool.release(bytes)
        let zeroed = try #require(pool.allocateZeroed(8, 8))
        #expect(zeroed == bytes)
        #expect((0..<64).allSatisfy { zeroed.load(fromByteOffset: $0, as: UInt8.self) == 0 })
        #expect(pool.allocateZeroed(.max, 2) == nil)
        pool.release(zeroed)
    }

    @Test func `what is kept is bounded`() {
        let blocks = (0..<1_000).map { _ in pool.allocate(4_096) }
        for block in blocks { pool.release(block) }
        #expect(pool.keptBytes == BlockPool.maximumKeptBytes)
        let large = pool.allocate(8_192)
        pool.release(large)
        #expect(pool.keptBytes == BlockPool.maximumKeptBytes)
        pool.release(nil)
    }
}
