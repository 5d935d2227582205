/// Something that is on a ``SendList`` at most once.
protocol Sending: AnyObject {
    var isListed: Bool { get set }
}

/// Connections that may have something to send when the turn ends: then each sends all it has in as few calls as it takes.
struct SendList<Connection: Sending> {
    private var connections: [Connection] = []

    mutating func add(_ connection: Connection) {
        guard !connection.isListed else { return }
        connection.isListed = true
        connections.append(connection)
    }

    /// Takes one from the list, in no order.
    mutating func next() -> Connection? {
        let connection = connections.popLast()
        connection?.isListed = false
        return connection
    }
}
