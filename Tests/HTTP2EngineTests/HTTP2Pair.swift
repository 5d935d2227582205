import ByteCodec
import HTTP2Engine
import LabPeers

/// A session of ours and a server in memory; a test carries the bytes between them.
struct HTTP2Pair: ~Copyable {
    static let target = HTTP2Target(
        authority: "dns.example", path: "/dns-query", mediaType: "application/dns-message")

    var session = HTTP2Session(target)
    var server: HTTP2ServerSession
    var events: [HTTP2Event] = []
    /// Of the responses among the events, in the same order.
    var bodies: [[UInt8]] = []
    /// Requests that reached the server and were not answered yet.
    var requests: [HTTP2ServerRequest] = []

    init(maximumStreams: UInt32? = 100) {
        server = HTTP2ServerSession(maximumStreams: maximumStreams)
    }

    /// A pair in which both sides have said what they permit.
    static func greeted(maximumStreams: UInt32? = 100) -> HTTP2Pair {
        var pair = HTTP2Pair(maximumStreams: maximumStreams)
        pair.exchange()
        return pair
    }

    @discardableResult
    mutating func send(_ body: [UInt8]) -> Int { session.send(body.span, beginningWith: 0) }

    /// What the session has for the network.
    mutating func drain() -> [UInt8] {
        session.flush()
        let output = Array(session.output)
        session.consumeOutput(output.count)
        return output
    }

    /// Gives bytes to the session, in pieces of at most that many.
    mutating func deliver(_ bytes: [UInt8], piece: Int = .max) {
        var start = 0
        while start < bytes.count {
            let end = start + min(bytes.count - start, piece)
            session.receive(bytes.span.extracting(start..<end))
            takeEvents()
            start = end
        }
    }

    /// Carries bytes both ways until both are quiet.
    mutating func exchange(piece: Int = .max) {
        while true {
            let outgoing = drain()
            server.receive(outgoing.span)
            while let request = server.nextRequest() { requests.append(request) }
            let incoming = server.drainOutput()
            deliver(incoming, piece: piece)
            takeEvents()
            if outgoing.isEmpty && incoming.isEmpty { return }
        }
    }

    /// Lets the server answer all it has been asked, each with the request's own body.
    mutating func answerAll() {
        exchange()
        for request in requests { server.respond(to: request.stream, with: HTTP2ServerResponse(message: request.body)) }
        requests = []
        exchange()
    }

    mutating func takeEvents() {
        while let event = session.nextEvent() {
            if case .response = event { bodies.append(Array(session.body)) }
            events.append(event)
        }
    }

    var answered: [Int] {
        events.compactMap { if case .response(let request, _) = $0 { request } else { nil } }
    }

    var failed: [HTTP2RequestFailure] {
        events.compactMap { if case .requestFailed(_, let failure) = $0 { failure } else { nil } }
    }
}

extension [UInt8] {
    /// Bytes as long as a query, with `mark` at their end.
    static func message(_ mark: Int, count: Int = 128) -> [UInt8] {
        [UInt8](repeating: 0, count: count - 2) + [UInt8(mark >> 8 & 0xFF), UInt8(mark & 0xFF)]
    }
}
