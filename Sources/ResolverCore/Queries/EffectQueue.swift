/// What waits to be taken by the caller, oldest first. Bytes are made when it is taken.
struct EffectQueue {
    enum Element {
        /// Answers to all clients that wait for that query.
        case deliver(UInt32)
        case forward(AttemptIdentifier)
        case abandon(AttemptIdentifier, upstream: Int)
    }

    private var elements: [Element] = []
    private var head = 0

    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() {
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    /// Gives the upstreams their new indices; what is for one that is gone goes too.
    mutating func moveUpstreams(_ indices: [Int?]) {
        elements = elements[head...].compactMap { element in
            guard case .abandon(let attempt, let upstream) = element else { return element }
            return indices[upstream].map { .abandon(attempt, upstream: $0) }
        }
        head = 0
    }
}
