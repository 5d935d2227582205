package import LinuxIO
package import NetworkTypes
internal import Synchronization

/// A ``UpstreamServer`` on a thread of its own, until ``stop()`` or until the last reference goes.
package final class UpstreamServerThread: Sendable {
    package let endpoint: Endpoint
    private let control: UpstreamServerControl
    private let wakeUp: SharedWakeUp
    private let thread: Mutex<Thread?>

    package init(
        listeningOn endpoint: Endpoint, tls: TLSServerConfiguration, zone: Zone = LabZone.zone,
        script: Script = .wellBehaved, log: (@Sendable (String) -> Void)? = nil
    ) throws(SystemError) {
        let server = try UpstreamServer(listeningOn: endpoint, tls: tls, zone: zone, log: log)
        let wakeUp = SharedWakeUp(try WakeUp())
        try server.watch(wakeUp.wakeUp)
        server.script = script
        self.endpoint = server.endpoint
        self.wakeUp = wakeUp
        control = server.control
        let handOver = HandOver(server)
        thread = Mutex(try Thread { handOver.serve(until: wakeUp) })
    }

    deinit { stop() }

    /// What the server has seen so far.
    package var counters: UpstreamServerCounters { control.counters }

    /// What holds for connections that are accepted from now on; how TLS is spoken was settled at the start.
    package var script: Script {
        get { control.script }
        set { control.script = newValue }
    }

    /// Closes every connection soon, as a server that is killed does; listening goes on.
    package func dropConnections() {
        control.askToDropConnections()
        wakeUp.wakeUp.signal()
    }

    /// Closes the port and every connection, and comes back when that is done.
    package func stop() {
        control.askToStop()
        wakeUp.wakeUp.signal()
        let ending = thread.withLock { $0.take() }
        ending?.join()
    }

    /// The one wake-up that both threads hold.
    private final class SharedWakeUp: Sendable {
        let wakeUp: WakeUp

        init(_ wakeUp: consuming WakeUp) { self.wakeUp = wakeUp }
    }

    /// Carries the server, which was made by the starting thread, to its own, and serves there.
    private final class HandOver: @unchecked Sendable {
        // Written before the thread starts and used by that thread only: never by two at a time.
        private var server: UpstreamServer?

        init(_ server: consuming UpstreamServer) { self.server = consume server }

        func serve(until shared: SharedWakeUp) {
            guard var server = server.take() else { return }
            while !server.control.isToStop {
                shared.wakeUp.acknowledge()
                if server.control.takeDropWish() { server.dropConnections() }
                do throws(SystemError) {
                    try server.poll(until: nil)
                } catch {
                    // Without its own epoll descriptor the server is lost; clients see a closed port.
                    return
                }
            }
        }
    }
}
