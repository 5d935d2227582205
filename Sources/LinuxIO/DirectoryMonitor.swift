internal import Glibc

/// Tells when names come to directories or leave them, and when files in them are written (inotify(7)).
package struct DirectoryMonitor: ~Copyable {
    package let descriptor: Descriptor

    /// Of inotify(7): created, deleted, moved from and to, the directory itself deleted; directories only.
    private static let names: UInt32 = 0x100 | 0x200 | 0x40 | 0x80 | 0x400 | 0x0100_0000
    /// Closed after writing, and given another mode or owner.
    private static let writes: UInt32 = 0x8 | 0x4
    private static let bufferBytes = 4096

    private let events: UInt32

    /// `hearsWrites`: of files, too, not of names alone.
    package init(hearsWrites: Bool = false) throws(SystemError) {
        events = DirectoryMonitor.names | (hearsWrites ? DirectoryMonitor.writes : 0)
        // IN_CLOEXEC and IN_NONBLOCK are the flags of open(2).
        descriptor = Descriptor(owning: try check(inotify_init1(O_CLOEXEC | O_NONBLOCK), "inotify_init1"))
    }

    /// Watches a directory, from now on; once more is the same. One that is not there is not watched: watch its parent.
    package func watch(_ path: String) {
        // The path is a null-terminated copy for the length of the call.
        _ = unsafe inotify_add_watch(descriptor.rawValue, path, events)
    }

    /// Whether anything happened since the last time; what it was is to be looked at.
    package func hasNews() -> Bool {
        var buffer = ScratchBuffer(count: DirectoryMonitor.bufferBytes)
        var isNews = false
        while true {
            var room = buffer.mutableSpan
            guard case .moved = descriptor.read(into: &room) else { return isNews }
            isNews = true
        }
    }
}
