internal import CLinux

/// A thread that runs one body, and is waited for by ``join()`` or when its owner goes out of scope.
package struct Thread: ~Copyable, Sendable {
    private let identifier: UInt64

    package init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let context = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        var identifier: UInt64 = 0
        // The box is retained for the thread, which releases it; if none starts, it is released here.
        let result = unsafe enigm_thread_start(
            &identifier,
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            }, context)
        if result != 0 { unsafe Unmanaged<Body>.fromOpaque(context).release() }
        try check(result, "start a thread")
        self.identifier = identifier
    }

    deinit { _ = enigm_thread_join(identifier) }

    /// Waits until the body has returned.
    package consuming func join() {}

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
