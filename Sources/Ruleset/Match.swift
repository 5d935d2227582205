/// A comparison of what the fields read from a packet. Several fields form a concatenation, which can only be
/// looked up in a set.
package struct Match: Hashable, Sendable {
    package var fields: [Field]
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
        self.fields = fields
        self.mask = mask
        self.operation = operation
    }

    package init(_ field: Field, mask: FieldValue? = nil, _ operation: Operation) {
        self.init([field], mask: mask, operation)
    }
}

/// An anonymous verdict map: part of the rule.
package struct VerdictMap: Hashable, Sendable {
    package var fields: [Field]
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
        fields = [field]
        self.mask = mask
        self.entries = entries
    }
}
