/// The connections to one upstream as an operator sees them.
package struct ConnectionPoolSnapshot: Equatable, Sendable {
    /// Those whose server has proved who it is.
    package var open: Int
    package var connecting: Int
    /// Attempts whose answer is awaited on some connection.
    package var underWay: Int
    /// Attempts that wait for a connection.
    package var waiting: Int
    /// How many attempts the server takes at once on a connection; nil where no bound was met.
    package var window: Int?
    /// How many it answers before it closes one; nil where no number showed.
    package var quota: Int?

    /// Adds what another worker has: of two bounds the narrower one.
    package mutating func add(_ other: ConnectionPoolSnapshot) {
        open += other.open
        connecting += other.connecting
        underWay += other.underWay
        waiting += other.waiting
        window = [window, other.window].compactMap(\.self).min()
        quota = [quota, other.quota].compactMap(\.self).min()
    }
}

extension ConnectionPool {
    package var snapshot: ConnectionPoolSnapshot {
        let open = connections.count(where: \.isEstablished)
        return ConnectionPoolSnapshot(
            open: open, connecting: connections.count - open,
            underWay: connections.reduce(0) { $0 + $1.underWay }, waiting: waiting.count,
            window: limits.window < PipelineLimits.maximumWindow ? limits.window : nil, quota: limits.quota)
    }
}
