import HTTP2Engine

extension FuzzTarget {
    /// What an HTTP/2 server says: each request is told of once at most, and nothing comes after the end.
    static let http = FuzzTarget(name: "http") { bytes in
        var exchange = HTTPExchange()
        // The first byte says in which pieces the others come.
        let piece = Int(bytes.first ?? 0) + 1
        var rest = bytes.dropFirst()
        while !rest.isEmpty {
            try exchange.serverSays(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        try exchange.expectSomeUse()
    }
}

/// A session that always has requests under way, one of them cancelled.
private struct HTTPExchange: ~Copyable {
    private static let requestCount = 4
    private static let maximumOutputBytes = 1 << 20

    private var session = HTTP2Session(
        HTTP2Target(authority: "dns.example", path: "/dns-query", mediaType: "application/dns-message"))
    /// Under way, without the cancelled ones.
    private var waiting: Set<Int> = []
    private var cancelled: Set<Int> = []
    private var hasEnded = false

    init() { ask() }

    private mutating func ask() {
        while session.isAccepting, waiting.count < HTTPExchange.requestCount {
            waiting.insert(session.send([UInt8](repeating: 7, count: 64).span, beginningWith: 0))
        }
        drain()
    }

    private mutating func drain() {
        session.flush()
        var byteCount = 0
        while !session.output.isEmpty, byteCount < HTTPExchange.maximumOutputBytes {
            let ready = session.output.count
            session.consumeOutput(ready)
            byteCount += ready
            session.flush()
        }
    }

    mutating func serverSays(_ bytes: [UInt8]) throws {
        session.receive(bytes.span)
        while let event = session.nextEvent() { try take(event) }
        if let request = waiting.min(), cancelled.isEmpty {
            session.cancel(request)
            waiting.remove(request)
            cancelled.insert(request)
        }
        ask()
    }

    private mutating func take(_ event: HTTP2Event) throws {
        try hold(!hasEnded, "\(event) after the end")
        switch event {
        case .response(let request, let response):
            try expectFirst(request)
            try hold(response.status >= 200, "the status \(response.status) is no final one")
            try hold(session.body.count <= HTTP2Session.maximumBodyBytes, "a body of \(session.body.count) bytes")
        case .requestFailed(let request, _):
            try expectFirst(request)
        case .goingAway: try hold(!session.isAccepting, "requests are accepted after the server has said that it goes")
        case .failed: hasEnded = true
        }
    }

    /// One that was cancelled may be told of, or be dropped without a word.
    private mutating func expectFirst(_ request: Int) throws {
        let isAwaited = waiting.remove(request) != nil || cancelled.remove(request) != nil
        try hold(isAwaited, "request \(request) is told of twice")
    }

    /// A session that has not ended is good for a request, or waits for what it has asked.
    borrowing func expectSomeUse() throws {
        try hold(hasEnded || session.isAccepting || session.hasRequests || waiting.isEmpty, "requests are forgotten")
    }
}
