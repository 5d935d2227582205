internal import ProfileModel
internal import YAMLSyntax

extension Form {
    /// A mapping with fixed keys. All keys that are written are read before `build` sees them, so that a problem with
    /// one hides no other; `build` returns nil when something it cannot do without is missing.
    static func record(
        _ noun: String, _ keys: [AnyKey], exactlyOne: [KeyAlternatives] = [], except exempt: [String] = [],
        isReplacedBySwitching: Bool = false,
        build: @escaping @Sendable (Fields, inout ProfileReading) -> Value?
    ) -> Form {
        let record = RecordShape(
            noun: noun, keys: keys.map(\.shape), exactlyOne: exactlyOne, exempt: exempt,
            isReplacedBySwitching: isReplacedBySwitching)
        let reader = RecordReader(shape: record, keys: keys)
        return Form(shape: .record(record)) { place, reading in
            guard case .mapping(let entries) = place.node.content else {
                wrongType(.record(record), place, &reading)
                return nil
            }
            return build(reader.read(entries, under: place.key, &reading), &reading)
        }
    }
}

/// Reads the keys of one kind of record.
struct RecordReader: Sendable {
    let shape: RecordShape
    let keys: [AnyKey]

    func read(
        _ entries: [YAMLNode.Entry], under key: Located<String>, _ reading: inout ProfileReading
    ) -> Fields {
        var fields = Fields(key: key, expecting: entries.count)
        for entry in entries {
            let name = Located(entry.key.text, SourceRange(entry.key.range))
            guard let known = self.key(for: name, among: entries, &reading) else { continue }
            let place = Place(node: entry.value, key: name)
            fields.set(known.shape.name, known.read(place, &reading), at: place)
        }
        checkMandatory(fields, &reading)
        checkGroups(fields, &reading)
        return fields
    }

    /// The key of that name. An unknown one is reported; when it can only mean one that is missing, it is read as that.
    private func key(
        for name: Located<String>, among entries: [YAMLNode.Entry], _ reading: inout ProfileReading
    ) -> AnyKey? {
        if let key = keys.first(where: { $0.shape.name == name.value }) { return key }
        let names = keys.map(\.shape.name)
        let suggestion = Spelling.suggestion(for: name.value, among: names)
        reading.report(
            .unknownKey, "\(shape.noun) has no key `\(name.value)`", at: name.range,
            help: suggestion.map { "did you mean `\($0)`?" }
                ?? "its keys are \(names.map { "`\($0)`" }.joined(separator: ", "))")
        guard let suggestion, !entries.contains(where: { $0.key.text == suggestion }) else { return nil }
        return keys.first { $0.shape.name == suggestion }
    }

    private func checkMandatory(_ fields: Fields, _ reading: inout ProfileReading) {
        for key in keys where key.shape.isMandatory && fields.range(ofKey: key.shape.name) == nil {
            reading.report(
                .missingKey, "\(shape.noun) has no `\(key.shape.name)`", at: fields.key.range,
                help: "add `\(key.shape.name): \(key.shape.example)`: \(key.shape.help)")
        }
    }

    private func checkGroups(_ fields: Fields, _ reading: inout ProfileReading) {
        for group in shape.exactlyOne where !shape.exempt.contains(fields.key.value) {
            let written = group.keys.filter { fields.range(ofKey: $0) != nil }.sorted {
                (fields.range(ofKey: $0) ?? .start) < (fields.range(ofKey: $1) ?? .start)
            }
            guard let first = written.first, let firstRange = fields.range(ofKey: first) else {
                reportMissing(group.keys, fields, &reading)
                continue
            }
            let excluded = group.excluded(by: [first])
            for other in written where excluded.contains(other) {
                reading.report(
                    .conflictingKeys, "`\(other)` cannot stand beside `\(first)`",
                    at: fields.range(ofKey: other) ?? fields.key.range,
                    notes: [Diagnostic.Note("`\(first)` is written here", at: firstRange)],
                    help: "remove one of the two")
            }
        }
    }

    private func reportMissing(_ group: [String], _ fields: Fields, _ reading: inout ProfileReading) {
        let listed = group.map { "`\($0)`" }.joined(separator: " or ")
        let key = keys.first { $0.shape.name == group[0] }
        reading.report(
            .missingKey, "\(shape.noun) has no \(listed)", at: fields.key.range,
            help: key.map { "add `\($0.shape.name): \($0.shape.example)`: \($0.shape.help)" })
    }
}
