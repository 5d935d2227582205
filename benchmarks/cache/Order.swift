/// Numbers in an order that is changed at both ends and in the middle, each with a mark.
struct Order {
    private struct Element {
        var number: UInt64
        var newer: Int?
        var older: Int?
        var isMarked = false
    }

    private var places: [UInt64: Int] = [:]
    private var elements: [Element] = []
    private var free: [Int] = []
    private var first: Int?
    private(set) var last: Int?

    var count: Int { places.count }

    var lastNumber: UInt64? { last.map { elements[$0].number } }

    func newer(_ place: Int) -> Int? { elements[place].newer }

    mutating func addToFront(_ number: UInt64) {
        let element = Element(number: number, newer: nil, older: first)
        let place = free.popLast() ?? elements.count
        if place == elements.count { elements.append(element) } else { elements[place] = element }
        places[number] = place
        if let first { elements[first].newer = place }
        first = place
        if last == nil { last = place }
    }

    /// False when it is not there.
    mutating func moveToFront(_ number: UInt64) -> Bool {
        guard remove(number) else { return false }
        addToFront(number)
        return true
    }

    /// False when it is not there.
    mutating func mark(_ number: UInt64) -> Bool {
        guard let place = places[number] else { return false }
        elements[place].isMarked = true
        return true
    }

    /// Whether there was a mark; there is none afterwards.
    mutating func takeMark(_ place: Int) -> Bool {
        defer { elements[place].isMarked = false }
        return elements[place].isMarked
    }

    @discardableResult
    mutating func removeLast() -> UInt64? {
        guard let last else { return nil }
        defer { remove(last) }
        return elements[last].number
    }

    /// False when it is not there.
    @discardableResult
    mutating func remove(_ number: UInt64) -> Bool {
        guard let place = places[number] else { return false }
        remove(place)
        return true
    }

    mutating func remove(_ place: Int) {
        let element = elements[place]
        if let newer = element.newer { elements[newer].older = element.older } else { first = element.older }
        if let older = element.older { elements[older].newer = element.newer } else { last = element.newer }
        places[element.number] = nil
        free.append(place)
    }
}
