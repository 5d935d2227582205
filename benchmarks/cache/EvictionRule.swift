/// A cache of numbers that is bounded by their count.
protocol EvictionRule {
    static var name: String { get }

    init(capacity: Int)

    /// Whether the number was there; it is, afterwards.
    mutating func ask(_ number: UInt64) -> Bool
}

/// Who was asked for longest ago goes.
struct LeastRecentlyUsed: EvictionRule {
    static let name = "LRU"

    private let capacity: Int
    private var order = Order()

    init(capacity: Int) { self.capacity = capacity }

    mutating func ask(_ number: UInt64) -> Bool {
        if order.moveToFront(number) { return true }
        if order.count == capacity { order.removeLast() }
        order.addToFront(number)
        return false
    }
}

/// SIEVE (Zhang et al., NSDI 2024): a hand goes from the oldest to the newest and takes the first one that was not
/// asked for since it came by; survivors stay where they are.
struct Sieve: EvictionRule {
    static let name = "SIEVE"

    private let capacity: Int
    private var order = Order()
    private var hand: Int?

    init(capacity: Int) { self.capacity = capacity }

    mutating func ask(_ number: UInt64) -> Bool {
        if order.mark(number) { return true }
        if order.count == capacity { evict() }
        order.addToFront(number)
        return false
    }

    private mutating func evict() {
        guard var place = hand ?? order.last else { return }
        while order.takeMark(place), let next = order.newer(place) ?? order.last { place = next }
        hand = order.newer(place)
        order.remove(place)
    }
}

/// W-TinyLFU (Einziger et al., 2017): a hundredth of the places is a window for newcomers; who leaves it has to have
/// been asked for more often, by a sketch of counters that are halved now and then, than whom it would replace.
struct TinyLFU: EvictionRule {
    static let name = "W-TinyLFU"

    private var window: LeastRecentlyUsedQueue
    private var probation: LeastRecentlyUsedQueue
    private var protected: LeastRecentlyUsedQueue
    private var sketch: FrequencySketch

    init(capacity: Int) {
        let windowCapacity = max(1, capacity / 100)
        window = LeastRecentlyUsedQueue(capacity: windowCapacity)
        protected = LeastRecentlyUsedQueue(capacity: (capacity - windowCapacity) * 8 / 10)
        probation = LeastRecentlyUsedQueue(capacity: capacity - windowCapacity)
        sketch = FrequencySketch(capacity: capacity)
    }

    mutating func ask(_ number: UInt64) -> Bool {
        sketch.add(number)
        if window.order.moveToFront(number) || protected.order.moveToFront(number) { return true }
        if probation.order.remove(number) {
            if protected.isFull, let demoted = protected.order.removeLast() { probation.order.addToFront(demoted) }
            protected.order.addToFront(number)
            return true
        }
        if window.isFull, let candidate = window.order.removeLast() { admit(candidate) }
        window.order.addToFront(number)
        return false
    }

    private mutating func admit(_ candidate: UInt64) {
        if probation.order.count + protected.order.count == probation.capacity {
            guard let victim = probation.order.lastNumber, sketch.count(candidate) > sketch.count(victim) else {
                return
            }
            probation.order.removeLast()
        }
        probation.order.addToFront(candidate)
    }
}

struct LeastRecentlyUsedQueue {
    let capacity: Int
    var order = Order()

    init(capacity: Int) { self.capacity = capacity }

    var isFull: Bool { order.count >= capacity }
}

/// How often numbers were seen lately: four rows of counters up to 15.
struct FrequencySketch {
    private static let rows = 4

    private let width: Int
    private var counters: [UInt8]
    private var additions = 0

    init(capacity: Int) {
        width = 2 * capacity
        counters = [UInt8](repeating: 0, count: FrequencySketch.rows * width)
    }

    mutating func add(_ number: UInt64) {
        for row in 0..<FrequencySketch.rows where counters[place(number, row)] < 15 {
            counters[place(number, row)] += 1
        }
        additions += 1
        guard additions == 5 * width else { return }
        additions = 0
        for index in counters.indices { counters[index] /= 2 }
    }

    func count(_ number: UInt64) -> UInt8 {
        (0..<FrequencySketch.rows).map { counters[place(number, $0)] }.min() ?? 0
    }

    private func place(_ number: UInt64, _ row: Int) -> Int {
        var hash = SplitMix(seed: number &* 4 &+ UInt64(row))
        return row * width + Int(hash.next() % UInt64(width))
    }
}
