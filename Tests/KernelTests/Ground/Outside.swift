import Glibc
import NetworkTypes
import TestSupport

/// The rest of the world: a recorder, and listeners that answer on every address.
final class Outside {
    let recorder = PacketRecorder()
    private var listeners: [GroundSocket] = []

    static let ports: [UInt16] = [22, 53, 80, 443, 445, 631, 853, 5353, 5355, 8080]

    init() {
        // Made here and bound later: a socket belongs to the namespace that it was made in.
        for _ in Outside.ports {
            listeners.append(GroundSocket(.tcp, .v4, as: .root))
            listeners.append(GroundSocket(.tcp, .v6, as: .root))
        }
    }

    /// Clients and servers of single tests, who bind and connect them when the devices are there.
    let spareStreams = (0..<2).map { _ in GroundSocket(.tcp, .v4, as: .root) }
    private let spareDatagrams = AddressFamily.allCases.map { GroundSocket(.udp, $0, as: .root) }

    func spareDatagrams(_ family: AddressFamily) -> GroundSocket { spareDatagrams[family == .v4 ? 0 : 1] }

    /// A connection to one of the ports that answer.
    func accept(_ family: AddressFamily, port: UInt16) -> GroundSocket? {
        guard let index = Outside.ports.firstIndex(of: port) else { return nil }
        return listeners[2 * index + (family == .v4 ? 0 : 1)].accept()
    }

    func listen() {
        for (index, port) in Outside.ports.enumerated() {
            listeners[2 * index].listen(endpoint("0.0.0.0:\(port)"))
            listeners[2 * index + 1].listen(endpoint("[::]:\(port)"))
        }
    }

    /// Indices are those of the outside: asked there.
    func learnDevices(path: String) {
        for name in ["out0", "out1"] {
            let result = CommandResult.run("nsenter", ["--net=\(path)", "ip", "-o", "link", "show", name])
            guard let index = result.output.split(separator: ":").first.flatMap({ Int32($0) }) else { continue }
            recorder.name(index, name == "out0" ? Ground.device : Ground.tunnel)
        }
    }
}
