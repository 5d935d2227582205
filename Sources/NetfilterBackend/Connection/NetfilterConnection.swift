internal import CNetfilter
internal import Glibc

/// The conversation with the kernel's nf_tables: commit a batch, try one out, ask for the generation, read back.
package struct NetfilterConnection: ~Copyable {
    let socket: NetlinkSocket

    package init() throws(NetfilterFailure) { socket = try NetlinkSocket() }

    /// For an event loop: readable when something waits that nobody asked for.
    package var descriptor: Int32 { socket.descriptor }

    /// The address by which the kernel names this connection in events and generations.
    package var port: UInt32 { socket.port }

    /// Commits the batch. With `generation`, only if nobody has changed the ruleset since.
    package func commit(_ batch: NetfilterBatch, expecting generation: UInt32? = nil) throws(NetfilterFailure) {
        try run(batch, generation: generation, isDryRun: false)
    }

    /// Has the kernel check the whole batch against its present state and forget it: a batch without an end.
    package func check(_ batch: NetfilterBatch) throws(NetfilterFailure) {
        try run(batch, generation: nil, isDryRun: true)
    }

    /// The number of the last commit by anybody, and who made it.
    package func generation() throws(NetfilterFailure) -> Generation {
        var request = NetlinkMessages()
        request.begin(
            type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_GETGEN.rawValue), flags: UInt16(NLM_F_REQUEST),
            sequence: NetfilterConnection.requestSequence, family: UInt8(AF_UNSPEC))
        request.end()
        try socket.send(request.bytes)
        while let datagram = try socket.receive(waiting: true) {
            for message in NetlinkMessage.split(datagram) where message.sequence == NetfilterConnection.requestSequence
            {
                if let error = message.error { throw NetfilterConnection.failure(error) }
                return Generation(message)
            }
        }
        throw .interrupted
    }

    static let requestSequence: UInt32 = 0x656E_6D67

    static func failure(_ error: Int32) -> NetfilterFailure {
        switch error {
        case EPERM: .notPermitted
        case ERESTART: .stale
        default: .system(call: "netlink", errno: error)
        }
    }

    private func run(_ batch: NetfilterBatch, generation: UInt32?, isDryRun: Bool) throws(NetfilterFailure) {
        guard !batch.parts.isEmpty else { return }
        try socket.send(batch.pieces(generation: generation, isDryRun: isDryRun))
        var refusals: [NetfilterFailure.Refusal] = []
        var isAcknowledged = false
        while let datagram = try receiveReply() {
            for message in NetlinkMessage.split(datagram) {
                guard let error = message.error, let sequence = message.causeSequence else { continue }
                if error == 0 {
                    isAcknowledged = isAcknowledged || sequence == batch.lastSequence
                } else if error == ERESTART {
                    throw .stale
                } else if error == EPERM, sequence == 0 {
                    throw .notPermitted
                } else {
                    refusals.append(.init(part: batch.part(sequence: sequence), errno: error))
                }
            }
        }
        guard refusals.isEmpty else { throw .refused(refusals) }
        guard isAcknowledged else { throw .interrupted }
    }

    /// A reply that did not fit is lost, not the change: `interrupted` tells the caller to read back.
    private func receiveReply() throws(NetfilterFailure) -> [UInt8]? {
        do { return try socket.receive(waiting: false) } catch {
            if case .system(_, ENOBUFS) = error { throw .interrupted }
            throw error
        }
    }
}

/// The ruleset's generation: moves with every commit that changes something.
package struct Generation: Equatable, Sendable {
    package var identifier: UInt32
    /// The process that made it, where the kernel says.
    package var process: UInt32?
    package var command: String?

    init(_ message: NetlinkMessage) {
        let attributes = message.attributes
        identifier = UInt32(bigEndian: attributes[Int(NFTA_GEN_ID.rawValue)] ?? [])
        process = attributes[Int(NFTA_GEN_PROC_PID.rawValue)].map { UInt32(bigEndian: $0) }
        command = attributes[Int(NFTA_GEN_PROC_NAME.rawValue)].map {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
