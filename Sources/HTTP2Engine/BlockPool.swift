internal import CNghttp2

/// The memory of one libnghttp2 session: each stream and frame is made and freed again, and what one gives back the next
/// one gets, so that a steady flow of requests allocates nothing.
///
/// A block has a head of ``headBytes`` with its class, and behind it as many bytes as its class says. Free blocks of a
/// class are a list that runs through the blocks themselves.
///
/// Safe: owns every free block, given back in `deinit`; those that are in use are libnghttp2's, whose session is deleted
/// before. One thread has both.
@safe final class BlockPool {
    /// What is kept free at most: the streams of a full session, and what their frames need.
    static let maximumKeptBytes = 512 << 10
    /// A stream has about 200 bytes, a frame about as many, a buffer for header fields up to a few thousand: powers of
    /// two from the least to the largest are kept, and what is larger is not.
    static let smallestBytes = 32
    static let classCount = 8
    /// Keeps the bytes behind it aligned as malloc's are.
    private static let headBytes = 16
    /// The class of a block that is not kept.
    private static let unpooled = classCount

    private struct Head {
        var kind: Int
        /// How many bytes the caller may use.
        var capacity: Int
    }

    private let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private(set) var keptBytes = 0
    /// How often a block was made, for tests.
    private(set) var madeCount = 0

    init() {
        unsafe free = .allocate(capacity: BlockPool.classCount)
        unsafe free.initialize(repeating: nil, count: BlockPool.classCount)
    }

    deinit {
        for kind in 0..<BlockPool.classCount {
            while let block = unsafe popFree(kind) { unsafe block.deallocate() }
        }
        unsafe free.deallocate()
    }

    /// The functions that libnghttp2 calls. Unsafe because the pool has to outlive the session that is made with them.
    @unsafe var functions: nghttp2_mem {
        unsafe nghttp2_mem(
            mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
            malloc: { size, pool in unsafe BlockPool.from(pool)._withUnsafeGuaranteedRef { unsafe $0.allocate(size) } },
            free: { bytes, pool in unsafe BlockPool.from(pool)._withUnsafeGuaranteedRef { unsafe $0.release(bytes) } },
            calloc: { count, size, pool in
                unsafe BlockPool.from(pool)._withUnsafeGuaranteedRef { unsafe $0.allocateZeroed(count, size) }
            },
            realloc: { bytes, size, pool in
                unsafe BlockPool.from(pool)._withUnsafeGuaranteedRef { unsafe $0.resize(bytes, to: size) }
            })
    }

    // Unsafe, all below: pointers that come in are those of earlier answers, not yet released, or nil, as libnghttp2
    // does it with malloc's; what is behind a block's head is as long as the head says.

    private static func from(_ pool: UnsafeMutableRawPointer?) -> Unmanaged<BlockPool> {
        guard let pool = unsafe pool else { preconditionFailure("a session has its pool") }
        return unsafe Unmanaged<BlockPool>.fromOpaque(pool)
    }

    @unsafe func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let kind = BlockPool.kind(of: byteCount)
        if kind < BlockPool.unpooled, let block = unsafe popFree(kind) {
            return unsafe block + BlockPool.headBytes
        }
        let capacity = kind < BlockPool.unpooled ? BlockPool.smallestBytes << kind : byteCount
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: BlockPool.headBytes + capacity, alignment: BlockPool.headBytes)
        unsafe block.storeBytes(of: Head(kind: kind, capacity: capacity), as: Head.self)
        madeCount += 1
        return unsafe block + BlockPool.headBytes
    }

    @unsafe func release(_ bytes: UnsafeMutableRawPointer?) {
        guard let bytes = unsafe bytes else { return }
        let block = unsafe bytes - BlockPool.headBytes
        let head = unsafe block.load(as: Head.self)
        guard head.kind < BlockPool.unpooled, keptBytes + head.capacity <= BlockPool.maximumKeptBytes else {
            return unsafe block.deallocate()
        }
        unsafe bytes.storeBytes(of: free[head.kind], as: UnsafeMutableRawPointer?.self)
        unsafe free[head.kind] = block
        keptBytes += head.capacity
    }

    @unsafe func allocateZeroed(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer? {
        let (byteCount, isTooMany) = count.multipliedReportingOverflow(by: size)
        guard !isTooMany, let bytes = unsafe allocate(byteCount) else { return nil }
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        return unsafe bytes
    }

    @unsafe func resize(_ bytes: UnsafeMutableRawPointer?, to byteCount: Int) -> UnsafeMutableRawPointer? {
        guard let bytes = unsafe bytes else { return unsafe allocate(byteCount) }
        let capacity = unsafe (bytes - BlockPool.headBytes).load(as: Head.self).capacity
        guard byteCount > capacity else { return unsafe bytes }
        guard let larger = unsafe allocate(byteCount) else { return nil }
        unsafe larger.copyMemory(from: bytes, byteCount: capacity)
        unsafe release(bytes)
        return unsafe larger
    }

    /// Takes a free block of that class: the address of its head.
    private func popFree(_ kind: Int) -> UnsafeMutableRawPointer? {
        guard let block = unsafe free[kind] else { return nil }
        unsafe free[kind] = (block + BlockPool.headBytes).load(as: UnsafeMutableRawPointer?.self)
        keptBytes -= BlockPool.smallestBytes << kind
        return unsafe block
    }

    /// The class whose blocks have room for so many bytes.
    private static func kind(of byteCount: Int) -> Int {
        guard byteCount > smallestBytes else { return 0 }
        guard byteCount <= smallestBytes << (classCount - 1) else { return unpooled }
        return Int.bitWidth - (byteCount - 1).leadingZeroBitCount - smallestBytes.trailingZeroBitCount
    }
}
