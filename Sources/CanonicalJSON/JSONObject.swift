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
        self.init(sorted: unsorted.sorted { JSONObject.precedes($0.key, $1.key) })
    }

    /// Nil when the members are not in canonical order, or a key is there twice.
    init?(sorted: [Member]) {
        members = sorted
        guard isInOrder else { return nil }
    }

    /// Ascending, hence no key twice.
    private var isInOrder: Bool {
        members.indices.dropFirst().allSatisfy { JSONObject.precedes(members[$0 - 1].key, members[$0].key) }
    }

    /// Setting nil removes the member.
    package subscript(key: String) -> JSONValue? {
        get { index(of: key).map { members[$0].value } }
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

    /// Where the member of that key is in the canonical order.
    package func index(of key: String) -> Int? {
        // In the objects that are read most, looking at each key is faster than asking for the order of some.
        if members.count <= JSONObject.fewMembers { return members.indices.first { holds(key, at: $0) } }
        let index = position(of: key)
        return holds(key, at: index) ? index : nil
    }

    private static let fewMembers = 8

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
        guard index < members.count else { return false }
        let found = members[index].key
        // Strings are equal by what they mean, keys by their bytes; in ASCII there is no difference.
        return found == key && (found.isASCII && key.isASCII || found.utf8.elementsEqual(key.utf8))
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        // In ASCII, which nearly every key is, bytes have the order of code units.
        if left.isASCII, right.isASCII { return left < right }
        return left.utf16.lexicographicallyPrecedes(right.utf16)
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

extension String {
    /// As many bytes as code units; both counts are known for text in ASCII.
    fileprivate var isASCII: Bool { utf8.count == utf16.count }
}
