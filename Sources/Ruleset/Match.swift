/// A comparison of what the fields read from a packet. Several fields form a concatenation, which can only be
/// looked up in a set.
package struct Match: Hashable, Sendable {
    package var field: Field
    /// The other fields of a concatenation. Nearly all matches have one field, and no memory of its own for it.
    package var others: [Field]
    /// Applied before comparing; as wide as the field.
    package var mask: FieldValue?
    package var operation: Operation

    package enum Operation: Hashable, Sendable {
        case equal(FieldValue)
        case notEqual(FieldValue)
        /// Less than the value.
        case below(FieldValue)
        /// Both ends included.
        case within(FieldValue, FieldValue)
        case outside(FieldValue, FieldValue)
        case inSet(String)
        case notInSet(String)
        /// An anonymous set: part of the rule.
        case anyOf([SetElement])
        case noneOf([SetElement])
    }

    package init(_ fields: [Field], mask: FieldValue? = nil, _ operation: Operation) {
        precondition(!fields.isEmpty, "a match selects something")
        field = fields[0]
        others = Array(fields.dropFirst())
        self.mask = mask
        self.operation = operation
    }

    package init(_ field: Field, mask: FieldValue? = nil, _ operation: Operation) {
        self.field = field
        others = []
        self.mask = mask
        self.operation = operation
    }

    package var fields: [Field] { [field] + others }

    package func isOf(_ field: Field) -> Bool { self.field == field && others.isEmpty }
}

/// An anonymous verdict map: part of the rule.
package struct VerdictMap: Hashable, Sendable {
    package var field: Field
    package var mask: FieldValue?
    package var entries: [Entry]

    package struct Entry: Hashable, Sendable {
        package var key: SetElement
        package var verdict: Verdict

        package init(_ key: SetElement, _ verdict: Verdict) {
            self.key = key
            self.verdict = verdict
        }
    }

    package init(_ field: Field, mask: FieldValue? = nil, entries: [Entry]) {
        self.field = field
        self.mask = mask
        self.entries = entries
    }
}
