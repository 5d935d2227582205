internal import Glibc

/// Fixed room for bytes on their way, zeroed by the kernel and without cost until it is written to.
@safe
package struct ScratchBuffer: ~Copyable {
    package let count: Int
    /// Owned: `count` initialised bytes, freed in deinit, never replaced.
    private let bytes: UnsafeMutablePointer<UInt8>

    package init(count: Int) {
        precondition(count > 0, "an empty buffer holds nothing")
        // calloc's memory is initialised and free's; untouched pages stay the kernel's.
        guard let memory = unsafe calloc(count, 1) else { preconditionFailure("out of memory") }
        self.count = count
        unsafe bytes = memory.bindMemory(to: UInt8.self, capacity: count)
    }

    deinit { unsafe free(bytes) }

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
