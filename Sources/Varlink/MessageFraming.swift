internal import ByteCodec
internal import CanonicalJSON

/// Cuts a byte stream into messages: JSON objects with a NUL behind each. Bytes may be split anywhere.
struct MessageFraming: Sendable {
    let maximumMessageBytes: Int
    private var input = ByteQueue()
    /// How many queued bytes are known to hold no NUL: each byte is looked at once.
    private var scanned = 0

    init(maximumMessageBytes: Int) { self.maximumMessageBytes = maximumMessageBytes }

    /// Whether a message has begun and not ended.
    var isInsideMessage: Bool { !input.isEmpty }

    /// What waits to be taken, in bytes.
    var queuedByteCount: Int { input.count }

    mutating func receive(_ bytes: Span<UInt8>) { input.append(bytes) }

    /// The next whole message; nil when there is none yet.
    mutating func nextMessage() throws(VarlinkFailure) -> JSONObject? {
        guard let length = nextLength() else {
            guard input.count <= maximumMessageBytes else {
                throw .messageTooLarge(limitBytes: maximumMessageBytes)
            }
            return nil
        }
        guard length <= maximumMessageBytes else { throw .messageTooLarge(limitBytes: maximumMessageBytes) }
        let value: JSONValue
        do {
            value = try JSONReader.read(input.span.extracting(0..<length), maximumBytes: maximumMessageBytes)
        } catch {
            throw .malformedJSON(error)
        }
        input.consume(length + 1)
        scanned = 0
        guard let message = value.object else { throw .malformedMessage("it is no object") }
        return message
    }

    /// Where the next NUL is.
    private mutating func nextLength() -> Int? {
        var index = scanned
        while index < input.count, input.span[index] != 0 { index += 1 }
        scanned = index
        return index < input.count ? index : nil
    }

    static func frame(_ message: JSONValue) -> [UInt8] { CanonicalJSONWriter.bytes(of: message) + [0] }
}
