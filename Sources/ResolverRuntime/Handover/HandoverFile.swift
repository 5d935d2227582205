internal import ByteCodec
internal import Cryptography
internal import LinuxIO

/// The file that an earlier process left, for all workers to read. It comes from the same program and passed through one
/// that is trusted, and is read like any file all the same.
final class HandoverFile: Sendable {
    enum Refusal: Error, Equatable {
        /// Answers under another bundle, or from another network.
        case otherTerms
        case damaged

        /// For the log.
        var line: String {
            switch self {
            case .otherTerms:
                "the cache of the process before is of another bundle or network: starting with an empty one"
            case .damaged: "the cache of the process before arrived damaged: starting with an empty one"
            }
        }
    }

    enum Block: Equatable {
        case end
        /// The answers are there in the buffer, and the next block is at that offset of the file.
        case answers(Range<Int>, next: Int)
        case damaged
    }

    private let file: MemoryFile

    init(_ descriptor: consuming Descriptor, _ terms: HandoverTerms) throws(Refusal) {
        guard let file = MemoryFile(sealed: descriptor) else { throw .damaged }
        var head = [UInt8](repeating: 0, count: HandoverFormat.headLength)
        var room = head.mutableSpan
        guard file.read(at: 0, into: &room) == head.count, head.starts(with: HandoverFormat.magic) else {
            throw .damaged
        }
        guard Array(head.dropFirst(HandoverFormat.magic.count)) == terms.bytes else { throw .otherTerms }
        self.file = file
    }

    /// Reads the block at `offset`; the first one is behind the head.
    func block(at offset: Int, into buffer: inout ScratchBuffer) -> Block {
        guard offset < min(file.count, HandoverFormat.maximumBytes) else { return .end }
        var whole = buffer.mutableSpan
        var room = whole._mutatingExtracting(0..<HandoverFormat.maximumBlockBytes)
        let count = file.read(at: offset, into: &room)
        let bytes = room.span.extracting(0..<count)
        guard count > HandoverFormat.blockHeadLength else { return .damaged }
        let length = Int(bytes.bigEndianUInt32(at: 0))
        guard length > 0, length <= count - HandoverFormat.blockHeadLength else { return .damaged }
        let end = HandoverFormat.blockHeadLength + length
        let answers = HandoverFormat.blockHeadLength..<end
        let digest = SHA256.digest(of: bytes.extracting(answers))
        guard digest.bytes.span.isEqual(to: bytes.extracting(4..<HandoverFormat.blockHeadLength)) else {
            return .damaged
        }
        return .answers(answers, next: offset + end)
    }
}

extension Span where Element == UInt8 {
    fileprivate func isEqual(to other: Span<UInt8>) -> Bool {
        count == other.count && indices.allSatisfy { self[$0] == other[$0] }
    }
}
