internal import Cryptography
internal import LinuxIO
internal import Synchronization

/// The file for the next process, while the workers write to it one after the other.
final class HandoverWriter: Sendable {
    private let file: Mutex<MemoryFile>

    init(_ terms: HandoverTerms) throws(SystemError) {
        var file = try MemoryFile(name: CacheHandover.name)
        try file.append((HandoverFormat.magic + terms.bytes).span)
        self.file = Mutex(file)
    }

    /// Adds a block; false when there is no memory for it.
    func append(_ block: Span<UInt8>) -> Bool {
        file.withLock { file in
            do throws(SystemError) { try file.append(block) } catch { return false }
            return true
        }
    }

    /// Gives the file, which from now on nobody can change, to the manager; answers whether it has it.
    func give(to notifier: borrowing ServiceNotifier) -> Bool {
        file.withLock { file in
            do throws(SystemError) { try file.seal() } catch { return false }
            return notifier.store(file.descriptor, name: CacheHandover.name)
        }
    }
}
