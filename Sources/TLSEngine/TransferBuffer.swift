/// A first-in-first-out buffer that libssl's pointers read from and write to directly. Storage is kept and reused.
struct TransferBuffer: ~Copyable {
    private var storage: [UInt8] = []
    private var head = 0

    var count: Int { storage.count - head }

    /// The bytes not yet consumed, oldest first.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { storage.span.extracting(head..<storage.count) }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        compact()
        unsafe storage.append(contentsOf: bytes)
    }

    /// Offers `capacity` bytes of free room to `fill`, which answers how many of them it wrote.
    mutating func append(capacity: Int, _ fill: (UnsafeMutableRawPointer, Int) -> Int) {
        compact()
        storage.append(addingCapacity: capacity) { output in
            // Unsafe: the room is `buffer.count` bytes long and only the bytes that `fill` counts become elements.
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                guard let start = buffer.baseAddress else { return }
                initialized = unsafe fill(UnsafeMutableRawPointer(start), buffer.count)
            }
        }
    }

    /// Drops the oldest `amount` bytes.
    mutating func consume(_ amount: Int) {
        precondition(amount >= 0 && amount <= count, "more bytes consumed than there are")
        head += amount
        guard head == storage.count else { return }
        storage.removeAll(keepingCapacity: true)
        head = 0
    }

    /// Moves as many bytes as fit into `destination` and answers how many.
    mutating func drain(into destination: inout MutableSpan<UInt8>) -> Int {
        let amount = min(count, destination.count)
        // Unsafe: both are at least `amount` bytes long, and a borrowed and an exclusive span never overlap.
        unsafe destination.withUnsafeMutableBytes { target in
            unsafe span.withUnsafeBytes { source in
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<amount]))
            }
        }
        consume(amount)
        return amount
    }

    /// Moves the rest to the front once more is dead than alive: amortised constant per byte.
    private mutating func compact() {
        guard head > 0, head >= count else { return }
        storage.removeSubrange(0..<head)
        head = 0
    }
}
