/// A first-in-first-out queue of bytes: what an engine has ready for the layer below, or half a frame from it.
/// Storage is kept and reused, so that a steady flow allocates nothing.
package struct ByteQueue: Sendable {
    private var storage: [UInt8] = []
    private var head = 0

    package init() {}

    package var count: Int { storage.count - head }

    package var isEmpty: Bool { count == 0 }

    /// The queued bytes, oldest first.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { storage.span.extracting(head..<storage.count) }
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        compact()
        storage.append(bytes)
    }

    package mutating func append(_ byte: UInt8) {
        compact()
        storage.append(byte)
    }

    package mutating func appendBigEndian(_ value: UInt16) {
        compact()
        storage.appendBigEndian(value)
    }

    /// Drops the oldest `amount` bytes.
    package mutating func consume(_ amount: Int) {
        precondition(amount >= 0 && amount <= count, "more bytes consumed than are queued")
        head += amount
        if head == storage.count {
            storage.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    /// Moves as many bytes as fit into `destination` and answers how many.
    package mutating func drain(into destination: inout MutableSpan<UInt8>) -> Int {
        let amount = min(count, destination.count)
        destination.copy(span.extracting(0..<amount), to: 0)
        consume(amount)
        return amount
    }

    package mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        head = 0
    }

    /// Moves the queue to the front once more is dead than alive: amortised constant per byte.
    private mutating func compact() {
        guard head > 0, head >= count else { return }
        storage.removeSubrange(0..<head)
        head = 0
    }
}
