internal import LinuxIO
internal import NetworkTypes

/// The listening sockets that a service manager passed, dealt out to workers.
struct SocketActivation {
    /// Those of one endpoint and kind, in the order they were passed: sockets that share an endpoint go to the workers in
    /// turn, and one that is alone to the first.
    private struct Group {
        let endpoint: Endpoint
        let kind: ListeningSocket.Kind
        var sockets: [ListeningSocket] = []
    }

    private var groups: [Group] = []

    var isEmpty: Bool { groups.isEmpty }

    init(_ activated: inout ActivatedSockets) {
        while let kind = activated.entries.first?.kind, let descriptor = activated.takeFirst() {
            switch kind {
            case .datagram: add(.datagrams, descriptor)
            case .listeningStream: add(.connections, descriptor)
            case .other: continue
            }
        }
    }

    func deal(to crew: inout WorkerCrew) throws(SystemError) {
        for group in groups {
            for (index, socket) in group.sockets.enumerated() { try crew.hand(socket, to: index % crew.count) }
            guard group.kind == .datagrams, let first = group.sockets.first, group.sockets.count > 1 else { continue }
            try DatagramSocket.steerByName(first.descriptor, among: group.sockets.count)
        }
    }

    private mutating func add(_ kind: ListeningSocket.Kind, _ descriptor: consuming Descriptor) {
        guard let endpoint = descriptor.localEndpoint else { return }
        let socket = ListeningSocket(kind, descriptor)
        if let index = groups.firstIndex(where: { $0.endpoint == endpoint && $0.kind == kind }) {
            groups[index].sockets.append(socket)
        } else {
            groups.append(Group(endpoint: endpoint, kind: kind, sockets: [socket]))
        }
    }
}
