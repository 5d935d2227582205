/// The members of a JSON object, each key once, in canonical order (RFC 8785 section 3.2.3: by UTF-16 code unit).
/// A sorted list and not a hash table: its order is the output's, and no input can make its keys collide.
package struct JSONObject: Sendable {
    package struct Member: Sendable {
        package let key: String
        package var value: JSONValue
    }

    private var members: [Member] = []

    package init() {}

    /// The keys must differ.
    package init(_ pairs: [(String, JSONValue)]) {
        guard let object = JSONObject(unsorted: pairs.map { Member(key: $0.0, value: $0.1) }) else {
            preconditionFailure("an object with the same key twice")
        }
        self = object
    }

    /// Nil when a key is there twice.
    init?(unsorted: [Member]) {
        let sorted = unsorted.sorted { JSONObject.precedes($0.key, $1.key) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where !JSONObject.precedes(left.key, right.key) {
            return nil
        }
        members = sorted
    }

    /// Setting nil removes the member.
    package subscript(key: String) -> JSONValue? {
        get {
            let index = position(of: key)
            return holds(key, at: index) ? members[index].value : nil
        }
        set {
            let index = position(of: key)
            switch (newValue, holds(key, at: index)) {
            case (let value?, true): members[index].value = value
            case (let value?, false): members.insert(Member(key: key, value: value), at: index)
            case (nil, true): members.remove(at: index)
            case (nil, false): break
            }
        }
    }

    package var keys: [String] { members.map(\.key) }

    /// The index of the first member that does not sort before `key`.
    private func position(of key: String) -> Int {
        var range = 0..<members.count
        while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
            range =
                JSONObject.precedes(members[middle].key, key)
                ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    private func holds(_ key: String, at index: Int) -> Bool {
        index < members.count && members[index].key.utf8.elementsEqual(key.utf8)
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf16.lexicographicallyPrecedes(right.utf16)
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { members.count }
    package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: Equatable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
