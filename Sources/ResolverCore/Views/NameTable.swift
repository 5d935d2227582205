internal import DNSWire

/// Names by their number, found in bytes of a question without making a name of them.
struct NameTable {
    private let key: NameHashKey
    private let names: [OwnedName]
    /// The numbers of the names with that hash.
    private var numbers: [UInt64: [Int]] = [:]

    init(_ names: [OwnedName], _ key: NameHashKey) {
        self.key = key
        self.names = names
        for (number, name) in names.enumerated() { numbers[name.view.hash(key), default: []].append(number) }
    }

    var isEmpty: Bool { names.isEmpty }

    /// The number of `name`, which is in uncompressed wire form.
    func number(of name: Span<UInt8>) -> Int? {
        guard !isEmpty, let view = try? NameView(in: name, at: 0), let candidates = numbers[view.hash(key)] else {
            return nil
        }
        for number in candidates {
            let candidate = names[number]
            if candidate.view == view { return number }
        }
        return nil
    }

    /// The number of the longest one that `name` is or, `properly`, is below.
    func numberOfLongestSuffix(of name: Span<UInt8>, properly: Bool) -> Int? {
        guard !isEmpty else { return nil }
        var start = properly ? 1 + Int(name[0]) : 0
        // The root has no label, and nothing above it.
        guard !properly || name[0] != 0 else { return nil }
        while start < name.count {
            if let number = number(of: name.extracting(start..<name.count)) { return number }
            guard name[start] != 0 else { return nil }
            start += Int(name[start]) + 1
        }
        return nil
    }
}
