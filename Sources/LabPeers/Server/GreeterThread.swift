package import LinuxIO
package import NetworkTypes
internal import Synchronization

/// Tells whoever connects where it came from, and hangs up: something that can be reached, or cannot.
package final class GreeterThread: Sendable {
    private let wakeUp: SharedWakeUp
    private let thread: Mutex<Thread?>

    /// Listens where the caller is, on all of `endpoints`.
    package init(listeningOn endpoints: [Endpoint]) throws(SystemError) {
        let wakeUp = SharedWakeUp(try WakeUp())
        let listeners = try endpoints.map { (endpoint) throws(SystemError) in
            Listener(try StreamListener(boundTo: endpoint))
        }
        self.wakeUp = wakeUp
        thread = Mutex(try Thread { GreeterThread.serve(listeners, until: wakeUp) })
    }

    deinit { stop() }

    /// Closes the ports, and comes back when that is done.
    package func stop() {
        wakeUp.wakeUp.signal()
        let ending = thread.withLock { $0.take() }
        ending?.join()
    }

    private static func serve(_ listeners: [Listener], until stop: SharedWakeUp) {
        // Without a descriptor for waiting nobody is greeted; clients see a connection that stays silent.
        do throws(SystemError) {
            var loop = try EventLoop()
            let wakeUpToken = UInt64(listeners.count)
            try loop.add(stop.wakeUp.descriptor, token: wakeUpToken, for: .readable)
            for (index, listener) in listeners.enumerated() {
                try loop.add(listener.listener.descriptor, token: UInt64(index), for: .readable)
            }
            while true {
                for index in 0..<(try loop.wait(until: nil, now: MonotonicClock.now)) {
                    let token = loop[index].token
                    if token == wakeUpToken { return }
                    try listeners[Int(token)].greetAll()
                }
            }
        } catch { return }
    }

    /// A listener that the starting thread made and the serving one uses.
    private final class Listener: Sendable {
        let listener: StreamListener

        init(_ listener: consuming StreamListener) { self.listener = listener }

        func greetAll() throws(SystemError) {
            while let accepted = try listener.accept() {
                // It fits every socket's buffer. What a client sent meanwhile is read, because closing would otherwise
                // take the greeting back.
                _ = accepted.socket.write(Array("greetings, \(accepted.peer)\n".utf8).span)
                accepted.socket.finishWriting()
                var rest = [UInt8](repeating: 0, count: 4_096)
                var room = rest.mutableSpan
                _ = accepted.socket.read(into: &room)
            }
        }
    }

    private final class SharedWakeUp: Sendable {
        let wakeUp: WakeUp

        init(_ wakeUp: consuming WakeUp) { self.wakeUp = wakeUp }
    }
}
