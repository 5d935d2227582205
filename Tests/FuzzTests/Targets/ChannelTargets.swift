import ByteCodec
import CanonicalJSON
import Ruleset
import Varlink

@testable import NetfilterBackend

extension FuzzTarget {
    /// What comes over a control socket, to a service and to a caller: replies in order, and an end.
    static let control = FuzzTarget(name: "control") { bytes in
        var server = VarlinkServer(
            service: VarlinkService(vendor: "", product: "", version: "", url: "", interfaces: []))
        server.receive(bytes.span)
        server.receiveEnd()
        var room = [UInt8](repeating: 0, count: 4_096)
        while let event = server.nextEvent() {
            if case .call(let call) = event { server.send(VarlinkReply(call.parameters)) }
            while server.hasOutput {
                var span = room.mutableSpan
                _ = server.drainOutput(into: &span)
            }
        }
        var client = VarlinkClient()
        client.send(VarlinkCall("org.example.Ask", wantsMore: true))
        client.receive(bytes.span)
        client.receiveEnd()
        while client.nextEvent() != nil {}
    }

    /// What the kernel answers to dumps.
    static let netlink = FuzzTarget(name: "netlink") { bytes in
        let messages = NetlinkMessage.split(bytes)
        for message in messages {
            _ = (message.error, message.causeSequence, message.generation)
            _ = (TableObject.read(message), ChainObject.read(message))
            _ = (OpaquePart(object: message), OpaquePart(flowTable: message))
            var sets = DumpedSets()
            if let header = SetHeader(message) {
                sets.add(header, digest: header.digest(DumpedElement.bytes(messages)))
                if let key = header.key, let elements = DumpedElement.read(messages, key: key) {
                    sets.add(header, elements)
                }
            }
            _ = DumpedRule(message, of: .inet, sets: sets)
        }
    }
}
