internal import LinuxIO
internal import NetworkTypes

/// A bound socket on its way to the worker that will serve it.
final class ListeningSocket: Sendable {
    enum Kind: Sendable {
        case datagrams
        case connections
    }

    let kind: Kind
    let descriptor: Descriptor

    init(_ kind: Kind, _ descriptor: consuming Descriptor) {
        self.kind = kind
        self.descriptor = descriptor
    }
}

extension Worker {
    /// Serves the socket; the worker's descriptor for it is a copy.
    mutating func listen(on socket: ListeningSocket) throws(SystemError) {
        let descriptor = try socket.descriptor.duplicate()
        switch socket.kind {
        case .datagrams: try listen(on: DatagramSocket(adopting: descriptor))
        case .connections: try listen(on: StreamListener(adopting: descriptor))
        }
    }
}
