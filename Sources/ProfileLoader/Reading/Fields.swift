internal import ProfileModel
internal import YAMLSyntax

/// What was read of a record's keys.
struct Fields {
    /// The key under which the record stands.
    let key: Located<String>
    private var values: [String: Any] = [:]
    private var places: [String: Place] = [:]

    init(key: Located<String>) { self.key = key }

    /// Nil when the key was left out or its value could not be read.
    subscript<Value>(key: Key<Value>) -> Value? { values[key.name] as? Value }

    /// Whether the key was written, readable or not.
    func isWritten<Value>(_ key: Key<Value>) -> Bool { places[key.name] != nil }

    /// Where the key stands; where the record's own key stands when it was left out.
    func range<Value>(of key: Key<Value>) -> SourceRange { range(ofKey: key.name) ?? self.key.range }

    func range(ofKey name: String) -> SourceRange? { places[name]?.key.range }

    /// How many entries a list was written with, readable or not.
    func writtenCount<Value>(of key: Key<Value>) -> Int? {
        guard case .sequence(let nodes) = places[key.name]?.node.content else { return nil }
        return nodes.count
    }

    /// Puts the value into a field that holds its default.
    func assign<Value>(_ key: Key<Value>, to field: inout Value) {
        if let value = self[key] { field = value }
    }

    mutating func set(_ name: String, _ value: Any?, at place: Place) {
        places[name] = place
        values[name] = value
    }
}
