internal import ByteCodec
internal import TLSEngine

/// Messages waiting for a flush, each behind its length (RFC 7766 section 8) so that both leave together.
struct FrameQueue {
    /// Two of the largest messages, or a thousand usual ones.
    static let maximumBytes = 2 * (2 + DoTSession.maximumMessageBytes)

    private var bytes: [UInt8] = []

    init() {}

    var isEmpty: Bool { bytes.isEmpty }

    func hasRoom(for message: Span<UInt8>) -> Bool { bytes.count + 2 + message.count <= FrameQueue.maximumBytes }

    /// Adds `message` under another id.
    mutating func append(_ message: Span<UInt8>, identifier: UInt16) {
        bytes.appendBigEndian(UInt16(message.count))
        bytes.appendBigEndian(identifier)
        bytes.append(message.extracting(droppingFirst: 2))
    }

    /// Gives everything to an established session, as one piece.
    mutating func flush(into session: inout TLSSession) {
        session.send(bytes.span)
        bytes.removeAll(keepingCapacity: true)
    }
}
