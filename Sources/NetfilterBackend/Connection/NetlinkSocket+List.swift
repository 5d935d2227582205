internal import CNetfilter
internal import Glibc

extension NetlinkSocket {
    /// What the kernel answers to a request for a list; nil when a change overtook it. A refusal for one of `absences`
    /// is an empty list.
    func list(_ request: [UInt8], absences: [Int32] = []) throws(NetfilterFailure) -> [NetlinkMessage]? {
        try send(request)
        var messages: [NetlinkMessage] = []
        var isWhole = true
        while let datagram = try receive(waiting: true) {
            for message in NetlinkMessage.split(datagram) where message.sequence == NetfilterConnection.requestSequence
            {
                if message.flags & UInt16(NLM_F_DUMP_INTR) != 0 { isWhole = false }
                if message.isDone { return isWhole ? messages : nil }
                if let error = message.error {
                    guard absences.contains(error) else { throw NetfilterConnection.failure(error) }
                    return []
                }
                messages.append(message)
            }
        }
        throw .interrupted
    }
}
