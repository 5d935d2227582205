/// A queue whose storage is kept and used again, so that a steady flow allocates nothing.
struct FirstInFirstOut<Element> {
    private var elements: [Element] = []
    private var start = 0

    var count: Int { elements.count - start }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) {
        // Once more is dead than alive, the rest moves to the front: amortised constant.
        if start > 0, start >= count {
            elements.removeSubrange(0..<start)
            start = 0
        }
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard start < elements.count else { return nil }
        defer {
            start += 1
            if start == elements.count {
                elements.removeAll(keepingCapacity: true)
                start = 0
            }
        }
        return elements[start]
    }
}
