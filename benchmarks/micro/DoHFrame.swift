import HTTP2Engine
import LabPeers
import NetworkTypes
import SecureTransport
import TLSEngine

/// HTTP/2 is in the figures.
typealias DoHFrame = SessionFrame<DoHSession, DoHPeer>

extension DoHSession: MeasuredSession {
    static var applicationProtocol: TLSContext.ApplicationProtocol { .http2 }

    static func measured(_ context: TLSContext, now: MonotonicInstant) -> DoHSession {
        let target = HTTP2Target(
            authority: SessionGround.serverName, path: "/dns-query", mediaType: DoHSession.mediaType)
        return DoHSession(
            context: context, target: target, verificationTime: SessionGround.verificationTime, networkEpoch: 1,
            seed: (1, 2), now: now)
    }
}

/// Answers each request; ids are 0 (RFC 8484 section 4.1).
struct DoHPeer: AnsweringPeer, ~Copyable {
    static let name = "doh-frame"
    static let summary = "send a query over HTTP/2 and take its answer, 32 to a TLS record"

    private var http = HTTP2ServerSession()
    private let answer: [UInt8]

    init(answer: [UInt8]) { self.answer = [0, 0] + answer[2...] }

    mutating func answers(to received: [UInt8]) -> [UInt8] {
        http.receive(received.span)
        while let request = http.nextRequest() {
            http.respond(to: request.stream, with: HTTP2ServerResponse(message: answer))
        }
        return http.drainOutput()
    }
}
