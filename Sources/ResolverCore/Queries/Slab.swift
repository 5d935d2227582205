/// Elements at stable indices in one array, with free places kept for the next ones: once it has grown, adding and
/// removing allocate nothing.
struct Slab<Element> {
    /// No element: the end of a chain of indices.
    static var none: UInt32 { .max }

    private var elements: [Element] = []
    private var free: [UInt32] = []

    var count: Int { elements.count - free.count }

    /// Indices below this one have been used.
    var endIndex: UInt32 { UInt32(elements.count) }

    mutating func insert(_ element: Element) -> UInt32 {
        if let index = free.popLast() {
            elements[Int(index)] = element
            return index
        }
        elements.append(element)
        return UInt32(elements.count - 1)
    }

    /// The element stays readable until its place is used again; nobody may remove it twice.
    mutating func remove(_ index: UInt32) { free.append(index) }

    subscript(index: UInt32) -> Element {
        _read { yield elements[Int(index)] }
        _modify { yield &elements[Int(index)] }
    }
}
