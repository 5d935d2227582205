internal import LinuxIO
internal import ServiceHost

/// What is to be remembered of a bundle, on its way to the disk: by a thread of its own, because a disk takes the time
/// that it takes, and clients do not wait for it.
struct BundleConfirmation: ~Copyable {
    private let outcome = Reply<Result<BundleSource, HostFailure>>()
    private let thread: Thread

    /// Begins; what the thread may do is what the calling one may.
    init(_ loaded: BundleSource.Loaded, of source: BundleSource) throws(SystemError) {
        let outcome = outcome
        thread = try Thread {
            var source = source
            do throws(HostFailure) {
                try source.confirm(loaded)
                outcome.give(.success(source))
            } catch {
                outcome.give(.failure(error))
            }
        }
    }

    func watch(in worker: inout Worker, number: UInt64) throws(SystemError) {
        try worker.watch(outcome.arrived.descriptor, number: number, for: .readable)
    }

    /// Waits until it is on the disk; answers the source that remembers it.
    consuming func result() throws(HostFailure) -> BundleSource { try outcome.wait().get() }
}
