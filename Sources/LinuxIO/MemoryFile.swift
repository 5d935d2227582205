internal import CLinux
internal import Glibc

/// A file without a name, in memory (memfd_create(2)): gone with its last descriptor, and with the machine. It is written
/// once, from its beginning to its end, then sealed, and from then on the same for whoever holds it.
package struct MemoryFile: ~Copyable, Sendable {
    package let descriptor: Descriptor
    /// Bytes so far.
    package private(set) var count: Int

    /// An empty one. `name` is for people who look at /proc.
    package init(name: String) throws(SystemError) {
        // The name is a null-terminated copy for the length of the call.
        descriptor = Descriptor(owning: try check(unsafe enigm_memory_file(name), "memfd_create"))
        count = 0
    }

    /// One that another process has sealed; nil when it is something else: what can still change is not taken.
    package init?(sealed descriptor: consuming Descriptor) {
        var status = stat()
        // One struct on the stack.
        guard enigm_is_sealed(descriptor.rawValue) == 1, unsafe fstat(descriptor.rawValue, &status) == 0 else {
            return nil
        }
        self.descriptor = descriptor
        count = Int(status.st_size)
    }

    package mutating func append(_ bytes: Span<UInt8>) throws(SystemError) {
        try descriptor.writeAll(bytes)
        count += bytes.count
    }

    package func seal() throws(SystemError) { try check(enigm_seal(descriptor.rawValue), "seal a file in memory") }

    /// Copies what stands at `offset`, at most as much as fits; answers how many bytes that was. Threads may read together.
    package func read(at offset: Int, into bytes: inout MutableSpan<UInt8>) -> Int {
        // The kernel writes at most `count` bytes to a buffer that lives through the call; files in memory are read whole.
        unsafe bytes.withUnsafeMutableBufferPointer {
            max(0, unsafe pread(descriptor.rawValue, $0.baseAddress, $0.count, offset))
        }
    }
}
