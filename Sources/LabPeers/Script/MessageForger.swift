/// Makes the messages that a script sends beside right answers, or in their place.
struct MessageForger {
    let responder: ZoneResponder
    /// Over HTTP the stream tells which query an answer is for, and its id nothing (RFC 8484 section 4.1).
    let isHTTP: Bool

    /// Nothing that anybody could read.
    private static let garbageBytes = 100
    /// More than a DNS message can have; what an HTTP body may have all the same.
    private static let oversizedBodyBytes = 70_000

    /// The messages, which are several only for those out of files; `number` is that of the query on the server.
    func messages(
        _ message: ScriptedMessage, for query: [UInt8], number: Int, _ chance: inout ScriptChance
    ) -> [[UInt8]] {
        switch message {
        case .wrongIdentifier: [misnumbered(query)]
        case .wrongQuestion: [misasked(query)]
        case .foreignRecords: [answer(query, .withForeignRecords)]
        case .oversized: [oversized(query)]
        case .half: [half(query)]
        case .garbage: [chance.bytes(MessageForger.garbageBytes)]
        case .copy: [answer(query, .right)]
        case .truncated: [answer(query, .truncated)]
        case .serverFailure: [answer(query, .failure(.serverFailure))]
        case .refused: [answer(query, .failure(.refused))]
        case .foreign(let foreign): foreign.chosen(for: query, number: number)
        }
    }

    func answer(_ query: [UInt8], _ kind: ZoneResponder.Kind, keepalive: ScriptedKeepalive? = nil) -> [UInt8] {
        responder.answer(query.span, kind, keepalive: keepalive) ?? []
    }

    private func misnumbered(_ query: [UInt8]) -> [UInt8] {
        var message = answer(query, isHTTP ? .right : .false)
        if !message.isEmpty { message[0] ^= 0xFF }
        return message
    }

    /// The answer to a question whose first letter is another one.
    private func misasked(_ query: [UInt8]) -> [UInt8] {
        var message = answer(query, .false)
        if message.count > 13, message[12] > 0 {
            message[13] = message[13] == UInt8(ascii: "q") ? UInt8(ascii: "x") : UInt8(ascii: "q")
        }
        return message
    }

    private func oversized(_ query: [UInt8]) -> [UInt8] {
        let message = answer(query, .false)
        let limit = isHTTP ? MessageForger.oversizedBodyBytes : MessageComposer.maximumMessageCount
        return message + [UInt8](repeating: 0, count: max(0, limit - message.count))
    }

    private func half(_ query: [UInt8]) -> [UInt8] {
        let message = answer(query, .false)
        return Array(message.prefix(message.count / 2))
    }
}
