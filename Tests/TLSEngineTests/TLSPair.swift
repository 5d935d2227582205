import ByteCodec
import Cryptography
import LabPeers
import TLSEngine

/// A client of ours and a server of the lab's, connected by two queues in memory.
struct TLSPair: ~Copyable {
    var client: TLSSession
    var server: TLSServerSession
    /// What the client has told so far.
    var events: [TLSEvent] = []
    /// What the client has decrypted so far.
    var received: [UInt8] = []
    /// What the client has sent so far, as it went over the wire.
    var sent: [UInt8] = []

    init(
        _ context: TLSContext, _ serverContext: TLSServerContext, time: Int64 = TestServers.now, epoch: UInt64 = 1
    ) {
        client = TLSSession(context: context, verificationTime: time, networkEpoch: epoch)
        server = TLSServerSession(context: serverContext)
    }

    /// Carries bytes both ways, at most `step` at a time, until both are quiet.
    mutating func exchange(step: Int = .max) {
        while true {
            let outgoing = drainClient()
            for chunk in outgoing.chunks(of: step) { server.receive(chunk.span) }
            let incoming = server.drainOutput()
            for chunk in incoming.chunks(of: step) { deliver(chunk) }
            if outgoing.isEmpty && incoming.isEmpty { return }
        }
    }

    /// Gives bytes to the client and takes what comes of them.
    mutating func deliver(_ bytes: [UInt8]) {
        client.receive(bytes.span)
        takeResults()
    }

    mutating func deliverEnd() {
        client.receiveEnd()
        takeResults()
    }

    mutating func drainClient() -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            // An odd size, so that records are cut.
            var buffer = [UInt8](repeating: 0, count: 1_111)
            var span = buffer.mutableSpan
            let count = client.drainOutput(into: &span)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        sent += bytes
        return bytes
    }

    var details: TLSDetails? {
        for case .established(let details) in events { return details }
        return nil
    }

    var failure: TLSFailure? {
        if case .failed(let failure)? = events.last { return failure }
        return nil
    }

    private mutating func takeResults() {
        let plaintext = Array(client.plaintext)
        client.consumePlaintext(plaintext.count)
        received += plaintext
        while let event = client.nextEvent() { events.append(event) }
    }
}

extension Array where Element == UInt8 {
    func chunks(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: Swift.min(size, Swift.max(count, 1))).map { start in
            Array(self[start..<Swift.min(count, start + Swift.min(size, count))])
        }
    }
}
