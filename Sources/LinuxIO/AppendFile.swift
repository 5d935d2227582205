internal import CLinux
internal import Glibc

/// A file that only grows, written through to the disk.
package struct AppendFile: ~Copyable {
    /// For a process that is to write there.
    package let descriptor: Descriptor
    private let path: String

    /// Opens or creates it; `mode` as for chmod, before umask.
    package init(_ path: String, mode: UInt32) throws(SystemError) {
        // The path is a null-terminated copy for the length of the call.
        descriptor = Descriptor(
            owning: try check(
                unsafe enigm_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode), "open `\(path)`"))
        self.path = path
    }

    package func append(_ bytes: Span<UInt8>) throws(SystemError) { try descriptor.writeAll(bytes) }

    /// Returns when everything appended so far is on the disk.
    package func synchronise() throws(SystemError) { try check(fsync(descriptor.rawValue), "fsync `\(path)`") }
}
