import ByteCodec
import NetworkTypes
import SecureTransport
import TLSEngine

typealias DoTFrame = SessionFrame<DoTSession, DoTPeer>

extension DoTSession: MeasuredSession {
    static var applicationProtocol: TLSContext.ApplicationProtocol { .dot }

    static func measured(_ context: TLSContext, now: MonotonicInstant) -> DoTSession {
        DoTSession(
            context: context, verificationTime: SessionGround.verificationTime, networkEpoch: 1, seed: (1, 2), now: now)
    }
}

/// Takes queries apart and answers each with its own id.
struct DoTPeer: AnsweringPeer {
    static let name = "dot-frame"
    static let summary = "send a query and take its answer, 32 to a TLS record"

    private let answer: [UInt8]

    init(answer: [UInt8]) { self.answer = answer }

    func answers(to received: [UInt8]) -> [UInt8] {
        var answers: [UInt8] = []
        var offset = 0
        while offset < received.count {
            answers.appendBigEndian(UInt16(answer.count))
            answers += received[offset + 2..<offset + 4] + answer[2...]
            offset += 2 + Int(received.span.bigEndianUInt16(at: offset))
        }
        return answers
    }
}
