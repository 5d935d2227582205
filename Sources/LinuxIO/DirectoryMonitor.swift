internal import Glibc

/// Tells when names come to directories or leave them (inotify(7)).
package struct DirectoryMonitor: ~Copyable {
    package let descriptor: Descriptor

    /// Of inotify(7): created, deleted, moved from and to, the directory itself deleted; directories only.
    private static let events: UInt32 = 0x100 | 0x200 | 0x40 | 0x80 | 0x400 | 0x0100_0000
    private static let bufferBytes = 4096

    package init() throws(SystemError) {
        // IN_CLOEXEC and IN_NONBLOCK are the flags of open(2).
        descriptor = Descriptor(owning: try check(inotify_init1(O_CLOEXEC | O_NONBLOCK), "inotify_init1"))
    }

    /// Watches a directory, from now on; once more is the same. One that is not there is not watched: watch its parent.
    package func watch(_ path: String) {
        // The path is a null-terminated copy for the length of the call.
        _ = unsafe inotify_add_watch(descriptor.rawValue, path, DirectoryMonitor.events)
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
