internal import ByteCodec
internal import CanonicalJSON
internal import DNSWire
internal import NetworkTypes
internal import ResolverCore
internal import ServiceHost
internal import Varlink

/// A question asked over the control socket, and the reply that its answer becomes.
struct ControlQuery {
    /// Header, the longest name, type and class, OPT.
    private static let maximumBytes = 512

    let name: OwnedName
    let type: RecordType
    /// Of which view; nil for everybody's.
    let view: String?
    let askedAt: MonotonicInstant

    /// Reads the parameters of `Query`.
    init(_ call: VarlinkCall, now: MonotonicInstant) throws(ControlRefusal) {
        guard let name = try call.optionalName("name") else {
            throw ControlRefusal(.invalidParameter("name"))
        }
        let typeText = try call.optionalText("type") ?? "A"
        guard let type = RecordType(typeText), !type.isPerMessage else {
            throw ControlRefusal(.unknownType(typeText))
        }
        view = try call.optionalText("view")
        self.name = name
        self.type = type
        askedAt = now
    }

    /// The query as a client would send it: with EDNS, so that an extended error can come back.
    func message() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ControlQuery.maximumBytes)
        var room = bytes.mutableSpan
        let count = try? write(into: &room)
        return Array(bytes.prefix(count ?? 0))
    }

    private func write(into room: inout MutableSpan<UInt8>) throws(WireError) -> Int {
        var builder = try MessageBuilder(&room, header: Header(id: 0, flags: .recursiveQuery))
        try builder.addQuestion(name.view, type, .internet)
        try builder.beginOPT(OPTParameters(payloadSize: OPTParameters.recommendedPayloadSize))
        builder.endOPT()
        return builder.finish()
    }

    /// The reply that tells `answer`. `upstream`: who was asked for it, when that is known.
    func reply(_ answer: [UInt8], fromCache: Bool, upstream: String?, now: MonotonicInstant) -> VarlinkReply {
        var parameters: JSONObject = [
            "message": .string(Base64.encode(answer.span)),
            "fromCache": .bool(fromCache),
            "milliseconds": .double(Double(now.nanoseconds(since: askedAt) / 1000) / 1000),
            "lines": .array([]),
            "rcode": "SERVFAIL",
        ]
        parameters["upstream"] = upstream.map { .string($0) }
        try? ControlQuery.describe(answer.span, in: &parameters)
        return VarlinkReply(parameters)
    }

    private static func describe(_ answer: Span<UInt8>, in parameters: inout JSONObject) throws(WireError) {
        let message = try MessageView(answer)
        var code = message.header.flags.responseCode
        if let opt = try message.opt() {
            code = opt.responseCode(message.header.flags)
            parameters["extendedError"] = try extendedError(opt)
        }
        parameters["rcode"] = .string(code.description)
        var lines: [JSONValue] = []
        var records = try message.records()
        while let record = try records.next() {
            if !record.type.isPerMessage { lines.append(.string(record.text)) }
        }
        parameters["lines"] = .array(lines)
    }

    private static func extendedError(_ opt: OPTView) throws(WireError) -> JSONValue? {
        var options = opt.options
        while let option = try options.next() {
            guard let (code, text) = option.extendedError else { continue }
            var object: JSONObject = [
                "code": .integer(Int64(code.rawValue)), "purpose": .string(code.description),
            ]
            if !text.isEmpty { object["text"] = .string(text) }
            return .object(object)
        }
        return nil
    }
}
