/// A key of a record: its name, its form, what it says. One constant each; the record's shape and its reading both
/// come from it.
struct Key<Value>: Sendable {
    let name: String
    let form: Form<Value>
    let isMandatory: Bool
    let example: String
    let help: String

    init(_ name: String, _ form: Form<Value>, isMandatory: Bool = false, example: String, help: String) {
        self.name = name
        self.form = form
        self.isMandatory = isMandatory
        self.example = example
        self.help = help
    }

    /// Without its type, for lists of keys.
    var erased: AnyKey {
        AnyKey(
            shape: KeyShape(name: name, shape: form.shape, isMandatory: isMandatory, example: example, help: help),
            read: { place, reading in form.read(place, &reading) })
    }
}

/// A key whose value's type is known to `Fields` only.
struct AnyKey: Sendable {
    let shape: KeyShape
    let read: @Sendable (Place, inout ProfileReading) -> Any?
}
