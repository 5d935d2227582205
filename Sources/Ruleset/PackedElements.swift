/// Many values of one width, or many intervals of them, packed: what an address list of a million entries is while it is
/// on its way to the kernel. A ``SetElement`` for each would take a hundred times the room. It is held in pieces, so
/// that whoever takes them one after another never has the list twice.
package struct PackedElements: Sendable {
    /// Whole values of any width fit, intervals too; large enough that its memory goes back to the system at once.
    package static let maximumPieceBytes = 1 << 20

    /// Of one value.
    package let byteCount: Int
    /// Whether each element is an interval: its first and its last value.
    package let isIntervals: Bool
    private var pieces: [[UInt8]] = []

    package init(_ type: FieldType, isIntervals: Bool = false) {
        precondition(!type.isHostOrder, "packed values are in network order")
        byteCount = type.byteCount
        self.isIntervals = isIntervals
    }

    /// Of one element.
    package var elementByteCount: Int { isIntervals ? 2 * byteCount : byteCount }

    package var count: Int { pieces.reduce(0) { $0 + $1.count } / elementByteCount }

    /// Whole elements in network order, one behind the other. Intervals come in order and do not overlap.
    package mutating func append(_ elements: ArraySlice<UInt8>) {
        precondition(elements.count.isMultiple(of: elementByteCount), "half an element")
        var rest = elements
        while !rest.isEmpty {
            if pieces.last.map({ $0.count == PackedElements.maximumPieceBytes }) ?? true { pieces.append([]) }
            let last = pieces.count - 1
            let taken = rest.prefix(PackedElements.maximumPieceBytes - pieces[last].count)
            pieces[last].append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
        }
    }

    /// The first elements that are left; nil when there are none.
    package mutating func takePiece() -> [UInt8]? { pieces.isEmpty ? nil : pieces.removeFirst() }
}
