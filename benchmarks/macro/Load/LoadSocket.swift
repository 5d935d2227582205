import LinuxIO
import NetworkTypes

/// One of a generator's sockets and the queries that wait for their answers there.
final class LoadSocket {
    let socket: DatagramSocket
    var outstanding: OutstandingQueries

    init(connectedTo server: Endpoint, outstandingLimit: Int) throws(SystemError) {
        socket = try DatagramSocket(connectedTo: server)
        outstanding = OutstandingQueries(limit: outstandingLimit)
    }
}
