package import LinuxIO
package import NetworkTypes
internal import Synchronization

/// A proxy of either kind on a thread of its own, which remembers what it was asked for: until ``stop()`` or until the
/// last reference goes.
package final class ProxyThread: Sendable {
    package enum Kind: Sendable {
        case socks, connect
    }

    package enum Behaviour: Equatable, Sendable {
        case relays
        /// Says these bytes where it should say that the way is open, and hangs up.
        case says([UInt8])
        case saysNothing
    }

    package struct Request: Equatable, Sendable {
        package let target: Endpoint
        /// What the client showed; nil where it showed nothing.
        package let user: String?
        package let password: String?
    }

    package let endpoint: Endpoint
    private let control: ProxyControl
    private let wakeUp: SharedWakeUp
    private let thread: Mutex<Thread?>

    package init(_ kind: Kind, listeningOn endpoint: Endpoint, _ behaviour: Behaviour = .relays) throws(SystemError) {
        let listener = SharedListener(try StreamListener(boundTo: endpoint))
        let wakeUp = SharedWakeUp(try WakeUp())
        let control = ProxyControl(behaviour)
        self.endpoint = listener.listener.localEndpoint
        self.wakeUp = wakeUp
        self.control = control
        thread = Mutex(try Thread { ProxyThread.serve(kind, listener, control, until: wakeUp) })
    }

    deinit { stop() }

    /// All so far, in order.
    package var requests: [Request] { control.requests }

    /// Of connections that ask from now on.
    package var behaviour: Behaviour {
        get { control.behaviour }
        set { control.behaviour = newValue }
    }

    /// Closes the port and every connection, and comes back when that is done.
    package func stop() {
        wakeUp.wakeUp.signal()
        let ending = thread.withLock { $0.take() }
        ending?.join()
    }

    private static func serve(
        _ kind: Kind, _ shared: SharedListener, _ control: ProxyControl, until stop: SharedWakeUp
    ) {
        // Without a descriptor for waiting the proxy is lost; clients see a connection that stays silent.
        do throws(SystemError) {
            var loop = try EventLoop()
            var tunnels: [UInt64: ProxyTunnel] = [:]
            var nextToken = firstTunnel
            try loop.add(stop.wakeUp.descriptor, token: wakeUpToken, for: .readable)
            try loop.add(shared.listener.descriptor, token: listenerToken, for: .readable)
            while true {
                for index in 0..<(try loop.wait(until: nil, now: MonotonicClock.now)) {
                    let token = loop[index].token
                    if token == wakeUpToken { return }
                    if token == listenerToken {
                        while let accepted = try shared.listener.accept() {
                            tunnels[nextToken] = try ProxyTunnel(
                                accepted.takeSocket(), kind, control, token: nextToken, in: loop)
                            nextToken += 2
                        }
                        continue
                    }
                    // The target's token is the odd one.
                    let tunnel = tunnels[token & ~1]
                    tunnel?.serve(token, in: loop)
                    if tunnel?.isClosed == true { tunnels[token & ~1] = nil }
                }
            }
        } catch { return }
    }

    private static let wakeUpToken: UInt64 = 0
    private static let listenerToken: UInt64 = 1
    private static let firstTunnel: UInt64 = 2

    /// A listener that the starting thread made and the serving one uses.
    private final class SharedListener: Sendable {
        let listener: StreamListener

        init(_ listener: consuming StreamListener) { self.listener = listener }
    }

    private final class SharedWakeUp: Sendable {
        let wakeUp: WakeUp

        init(_ wakeUp: consuming WakeUp) { self.wakeUp = wakeUp }
    }
}
