internal import ProfileModel
internal import YAMLSyntax

extension Form {
    /// A list; entries that cannot be read are left out. Writing one twice is a slip, unless it `repeats`.
    static func list<Element: Hashable & Sendable>(
        of element: Form<Located<Element>>, minimum: Int = 0, repeats: Bool = false
    ) -> Form
    where Value == [Located<Element>] {
        let shape = Shape.list(of: element.shape, minimum: minimum)
        return Form(shape: shape) { place, reading in
            guard case .sequence(let nodes) = place.node.content else {
                wrongType(shape, place, &reading)
                return nil
            }
            if nodes.count < minimum {
                reading.report(
                    .emptyValue, "`\(place.key.value)` is empty", at: place.range,
                    help: "write at least \(element.shape.noun)")
            }
            let values = nodes.compactMap { element.read(place.element($0), &reading) }
            if !repeats { reportRepeats(values, &reading) }
            return values
        }
    }

    private static func reportRepeats<Element: Hashable>(
        _ values: [Located<Element>], _ reading: inout ProfileReading
    ) {
        for (value, earlier) in repeats(values) {
            reading.report(
                Diagnostic(
                    .listedTwice, severity: .warning, "this is already in the list", at: value.range,
                    notes: [Diagnostic.Note("first written here", at: earlier)], help: "remove one of the two"))
        }
    }

    /// The entries that are there already, and where. Lists are short mostly, and comparing a few is faster than hashing.
    private static func repeats<Element: Hashable>(
        _ values: [Located<Element>]
    ) -> [(value: Located<Element>, earlier: SourceRange)] {
        guard values.count > fewValues else {
            return values.indices.compactMap { index in
                values[..<index].indices.first { values[$0].value == values[index].value }
                    .map { (values[index], values[$0].range) }
            }
        }
        let first = Dictionary(values.map { ($0.value, $0.range) }, uniquingKeysWith: { earlier, _ in earlier })
        return values.compactMap { value in
            first[value.value].flatMap { $0 == value.range ? nil : (value, $0) }
        }
    }

    private static var fewValues: Int { 8 }

    /// A list of mappings; entries that cannot be read are left out.
    static func records<Element>(_ element: Form<Element>) -> Form where Value == [Element] {
        let shape = Shape.list(of: element.shape, minimum: 0)
        return Form(shape: shape) { place, reading in
            guard case .sequence(let nodes) = place.node.content else {
                wrongType(shape, place, &reading)
                return nil
            }
            return nodes.compactMap { element.read(place.entry($0), &reading) }
        }
    }

    /// A mapping with names of the author's own; each entry finds its name as the key of its place.
    static func table<Entry>(
        of entry: Form<Entry>, declares declaration: Declaration? = nil, reserved: [String] = [], minimum: Int = 0
    ) -> Form where Value == [Entry] {
        let name = ScalarShape(noun: "a name", example: "office", form: .pattern(WrittenPattern.name))
        let shape = Shape.table(key: name, entry: entry.shape, minimum: minimum)
        return Form(shape: shape) { place, reading in
            guard case .mapping(let entries) = place.node.content else {
                declaration.map { reading.giveUp(on: $0) }
                wrongType(shape, place, &reading)
                return nil
            }
            if entries.count < minimum {
                reading.report(
                    .emptyValue, "`\(place.key.value)` is empty", at: place.range, help: "write at least one entry")
            }
            return entries.compactMap { written in
                let key = Located(written.key.text, SourceRange(written.key.range))
                declaration.map { reading.declare($0, key.value) }
                checkName(key, reserved: reserved, &reading)
                return entry.read(Place(node: written.value, key: key), &reading)
            }
        }
    }

    private static func checkName(_ key: Located<String>, reserved: [String], _ reading: inout ProfileReading) {
        do throws(ValueProblem) {
            _ = try Identifier.name(key.value)
        } catch {
            reading.report(error.diagnostic(at: key.range))
        }
        guard reserved.contains(key.value) else { return }
        reading.report(
            .reservedName, "`\(key.value)` is built in and cannot be declared", at: key.range,
            help: "choose another name")
    }

    /// Forms that are told apart by the kind of node; the first is the one that help speaks of.
    static func either(text: Form? = nil, list: Form? = nil, mapping: Form? = nil) -> Form {
        let shape = Shape.either([mapping, list, text].compactMap { $0?.shape })
        return Form(shape: shape) { place, reading in
            let form: Form?
            switch place.node.content {
            case .scalar: form = place.isNothing ? nil : text
            case .sequence: form = list
            case .mapping: form = mapping
            case .unreadable: return nil
            }
            guard let form else {
                wrongType(shape, place, &reading)
                return nil
            }
            return form.read(place, &reading)
        }
    }

    /// The same text, with another meaning.
    func map<Other>(_ transform: @escaping @Sendable (Value) -> Other) -> Form<Other> {
        let read = self.read
        return Form<Other>(shape: shape) { place, reading in read(place, &reading).map(transform) }
    }

    /// The same form with one more check of what was read.
    func checked(_ check: @escaping @Sendable (Value, inout ProfileReading) -> Void) -> Form {
        let read = self.read
        return Form(shape: shape) { place, reading in
            guard let value = read(place, &reading) else { return nil }
            check(value, &reading)
            return value
        }
    }
}

extension Form {
    /// A mapping whose keys have a form of their own.
    static func namedTable<Name, Content, Entry>(
        key: Form<Located<Name>>, entry: Form<Content>,
        make: @escaping @Sendable (Located<Name>, Content) -> Entry
    ) -> Form where Value == [Entry] {
        guard case .scalar(let keyShape) = key.shape else { preconditionFailure("a key is a scalar") }
        let shape = Shape.table(key: keyShape, entry: entry.shape, minimum: 0)
        return Form(shape: shape) { place, reading in
            guard case .mapping(let entries) = place.node.content else {
                wrongType(shape, place, &reading)
                return nil
            }
            return entries.compactMap { written in
                let range = SourceRange(written.key.range)
                let scalar = YAMLNode.Scalar(text: written.key.text, isQuoted: true)
                let keyPlace = Place(node: YAMLNode(.scalar(scalar), written.key.range), key: place.key)
                let name = key.read(keyPlace, &reading)
                let content = entry.read(Place(node: written.value, key: Located(written.key.text, range)), &reading)
                guard let name, let content else { return nil }
                return make(name, content)
            }
        }
    }
}
