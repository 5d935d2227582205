/// A key of a record: its name, its form, what it says, what a child profile may make of it. One constant each; the
/// record's shape and its reading both come from it.
struct Key<Value>: Sendable {
    let name: String
    let form: Form<Value>
    let isMandatory: Bool
    let inheritance: Inheritance
    let example: String
    let help: String
    /// The version of the language that has it first: N of `enigm.network/N`.
    let since: Int

    init(
        _ name: String, _ form: Form<Value>, isMandatory: Bool = false, child inheritance: Inheritance, example: String,
        help: String, since: Int = 1
    ) {
        self.name = name
        self.form = form
        self.isMandatory = isMandatory
        self.inheritance = inheritance
        self.example = example
        self.help = help
        self.since = since
    }

    /// Without its type, for lists of keys.
    var erased: AnyKey {
        AnyKey(
            shape: KeyShape(
                name: name, shape: form.shape, isMandatory: isMandatory, inheritance: inheritance, example: example,
                help: help, since: since),
            read: { place, reading in form.read(place, &reading) })
    }
}

/// A key whose value's type is known to `Fields` only.
struct AnyKey: Sendable {
    let shape: KeyShape
    let read: @Sendable (Place, inout ProfileReading) -> Any?
}
