internal import CNetfilter
internal import Glibc

extension NetfilterConnection {
    /// Deletes the conntrack entries of UDP flows whose mark, under `mask`, is `mark`; their next packet is judged as
    /// a new flow's. False where the kernel cannot select entries like that.
    package func deleteDatagramFlows(mark: UInt32, mask: UInt32) throws(NetfilterFailure) -> Bool {
        for family in [AF_INET, AF_INET6] {
            guard try deleteDatagramFlows(family: UInt8(family), mark: mark, mask: mask) else { return false }
        }
        return true
    }

    /// linux/netfilter/nfnetlink_conntrack.h.
    private enum Number {
        /// NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE.
        static let delete: UInt16 = 1 << 8 | 2
        static let originalTuple = 1
        static let tupleProtocol = 2
        static let protocolNumber = 1
        static let mark = 8
        static let markMask = 21
        static let filter = 25
        static let filterOriginalFlags = 1
        /// CTA_FILTER_F_CTA_PROTO_NUM, in host order.
        static let byProtocolNumber: [UInt8] = UInt16(1).littleEndian == 1 ? [8, 0, 0, 0] : [0, 0, 0, 8]
    }

    private func deleteDatagramFlows(family: UInt8, mark: UInt32, mask: UInt32) throws(NetfilterFailure) -> Bool {
        var request = NetlinkMessages()
        request.begin(
            type: Number.delete, flags: UInt16(NLM_F_REQUEST | NLM_F_ACK),
            sequence: NetfilterConnection.requestSequence, family: family)
        let tuple = request.open(Number.originalTuple)
        let transport = request.open(Number.tupleProtocol)
        request.attribute(Number.protocolNumber, [UInt8(IPPROTO_UDP)])
        request.close(transport)
        request.close(tuple)
        request.attribute(Number.mark, bigEndian: mark)
        request.attribute(Number.markMask, bigEndian: mask)
        let filter = request.open(Number.filter)
        request.attribute(Number.filterOriginalFlags, Number.byProtocolNumber)
        request.close(filter)
        request.end()
        try socket.send(request.bytes)
        while let datagram = try socket.receive(waiting: true) {
            for message in NetlinkMessage.split(datagram) where message.sequence == NetfilterConnection.requestSequence
            {
                guard let error = message.error else { continue }
                if error == EPERM { throw .notPermitted }
                return error == 0 || error == ENOENT
            }
        }
        return false
    }
}
