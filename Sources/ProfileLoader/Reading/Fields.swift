internal import ProfileModel

/// What was read of a record's keys.
struct Fields {
    /// The key under which the record stands.
    let key: Located<String>
    private var values: [String: Any] = [:]
    private var keyRanges: [String: SourceRange] = [:]

    init(key: Located<String>) { self.key = key }

    /// Nil when the key was left out or its value could not be read.
    subscript<Value>(key: Key<Value>) -> Value? { values[key.name] as? Value }

    /// Whether the key was written, readable or not.
    func isWritten<Value>(_ key: Key<Value>) -> Bool { keyRanges[key.name] != nil }

    /// Where the key stands; where the record's own key stands when it was left out.
    func range<Value>(of key: Key<Value>) -> SourceRange { keyRanges[key.name] ?? self.key.range }

    func range(ofKey name: String) -> SourceRange? { keyRanges[name] }

    /// Puts the value into a field that holds its default.
    func assign<Value>(_ key: Key<Value>, to field: inout Value) {
        if let value = self[key] { field = value }
    }

    mutating func set(_ name: String, _ value: Any?, keyRange: SourceRange) {
        keyRanges[name] = keyRange
        values[name] = value
    }
}
