internal import ProfileModel
internal import YAMLSyntax

/// What was read of a record's keys.
struct Fields {
    /// The key under which the record stands.
    let key: Located<String>
    /// A record has few keys: looking at each is faster than hashing. Beside the fields, so that looking copies none.
    private var names: [String] = []
    private var fields: [Field] = []

    private struct Field {
        let place: Place
        /// Nil when it could not be read.
        let value: Any?
    }

    /// `count`: about how many keys there will be.
    init(key: Located<String>, expecting count: Int) {
        self.key = key
        names.reserveCapacity(count)
        fields.reserveCapacity(count)
    }

    /// Nil when the key was left out or its value could not be read.
    subscript<Value>(key: Key<Value>) -> Value? { index(of: key.name).flatMap { fields[$0].value as? Value } }

    /// Whether the key was written, readable or not.
    func isWritten<Value>(_ key: Key<Value>) -> Bool { index(of: key.name) != nil }

    /// Where the key stands; where the record's own key stands when it was left out.
    func range<Value>(of key: Key<Value>) -> SourceRange { range(ofKey: key.name) ?? self.key.range }

    func range(ofKey name: String) -> SourceRange? { index(of: name).map { fields[$0].place.key.range } }

    /// How many entries a list was written with, readable or not.
    func writtenCount<Value>(of key: Key<Value>) -> Int? {
        guard let index = index(of: key.name), case .sequence(let nodes) = fields[index].place.node.content else {
            return nil
        }
        return nodes.count
    }

    /// Puts the value into a field that holds its default.
    func assign<Value>(_ key: Key<Value>, to field: inout Value) {
        if let value = self[key] { field = value }
    }

    mutating func set(_ name: String, _ value: Any?, at place: Place) {
        names.append(name)
        fields.append(Field(place: place, value: value))
    }

    /// The last of that name: a key that is misspelt may be read as one that follows.
    private func index(of name: String) -> Int? { names.lastIndex(of: name) }
}
