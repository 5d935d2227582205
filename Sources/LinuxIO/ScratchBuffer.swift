internal import Glibc

/// Fixed room for bytes on their way, zeroed by the kernel and without cost until it is written to.
@safe
package struct ScratchBuffer: ~Copyable {
    package let count: Int
    /// Owned: `count` initialised bytes, unmapped in deinit, never replaced.
    private let bytes: UnsafeMutablePointer<UInt8>

    package init(count: Int) {
        precondition(count > 0, "an empty buffer holds nothing")
        // Fresh pages are initialised, and stay the kernel's until they are written to; calloc would clear, and so
        // touch, what it has of its own. Given back in deinit.
        let memory = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { preconditionFailure("out of memory") }
        self.count = count
        unsafe bytes = memory.bindMemory(to: UInt8.self, capacity: count)
    }

    deinit { _ = unsafe munmap(bytes, count) }

    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            // The bytes live as long as self, and change only through a mutable borrow of it.
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: bytes, count: count))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    package var mutableSpan: MutableSpan<UInt8> {
        @_lifetime(&self)
        mutating get {
            // The bytes live as long as self, and nobody else borrows it meanwhile.
            let span = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(start: bytes, count: count))
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }
}
