package import CanonicalJSON
internal import ProfileModel

/// The language as JSON Schema (2020-12), for editors: made of the same definition that profiles are read by.
///
/// A schema sees values one by one. What it accepts may still be refused: for a name that is declared nowhere, a prefix
/// with bits beyond its length, two keys that do not go together; what it refuses is never accepted.
package enum ProfileSchema {
    package static let document: JSONValue = {
        let complete = JSONSchemaWriter(mayLeaveOut: false).schema(of: ProfileGrammar.shape)
        let child = JSONSchemaWriter(mayLeaveOut: true).schema(of: ProfileGrammar.shape)
        let extending: JSONValue = [
            "properties": ["extends": ["type": "array", "minItems": 1]], "required": ["extends"], "type": "object",
        ]
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": .string("urn:\(Profile.schema)"),
            "title": "A profile of Enigm Network", "$defs": ["complete": complete, "child": child],
            "if": extending, "then": ["$ref": "#/$defs/child"], "else": ["$ref": "#/$defs/complete"],
        ]
    }()
}

/// Writes shapes as schemas.
private struct JSONSchemaWriter {
    /// A profile that extends others may leave out what they have.
    let mayLeaveOut: Bool

    func schema(of shape: Shape) -> JSONValue {
        switch shape {
        case .scalar(let scalar): schema(of: scalar)
        case .choice(let words): schema(of: words)
        case .reference: ["type": ["string", "number", "boolean"]]
        case .list(let element, let minimum):
            ["type": "array", "items": schema(of: element), "minItems": .integer(Int64(minimum))]
        case .table(let key, let entry, let minimum): table(key, entry, minimum)
        case .record(let record): self.record(record, isExempt: false)
        case .either(let shapes): ["anyOf": .array(shapes.map { schema(of: $0) })]
        }
    }

    /// Editors type what this language leaves text: a number or truth value is as good as its text.
    private func schema(of scalar: ScalarShape) -> JSONValue {
        var schema: JSONObject = ["description": .string(scalar.noun)]
        switch scalar.form {
        case .text: schema["type"] = ["string", "number", "boolean"]
        case .pattern(let pattern):
            schema["type"] = "string"
            schema["pattern"] = .string(pattern)
        case .numberLike(let pattern):
            schema["type"] = ["string", "number", "boolean"]
            schema["pattern"] = .string(pattern)
        case .number(let limits):
            schema["type"] = ["string", "integer"]
            schema["pattern"] = "^[0-9]+$"
            schema["minimum"] = JSONSchemaWriter.number(limits.lowerBound)
            schema["maximum"] = JSONSchemaWriter.number(limits.upperBound)
        case .truth: schema["enum"] = [true, false, "true", "false"]
        }
        schema["minLength"] = 1
        return .object(schema)
    }

    /// `true` is a truth value to editors.
    private func schema(of words: [String]) -> JSONValue {
        let typed: [JSONValue] = words.contains("true") ? [true] : []
        return ["enum": .array(words.map { .string($0) } + typed)]
    }

    private func table(_ key: ScalarShape, _ entry: Shape, _ minimum: Int) -> JSONValue {
        var schema: JSONObject = ["type": "object", "additionalProperties": self.schema(of: entry)]
        if case .pattern(let pattern) = key.form { schema["propertyNames"] = ["pattern": .string(pattern)] }
        if !mayLeaveOut, minimum > 0 { schema["minProperties"] = .integer(Int64(minimum)) }
        if case .record(let record) = entry, !record.exempt.isEmpty {
            let exempt = self.record(record, isExempt: true)
            schema["properties"] = .object(JSONObject(record.exempt.map { ($0, exempt) }))
        }
        return .object(schema)
    }

    private func record(_ record: RecordShape, isExempt: Bool) -> JSONValue {
        var schema: JSONObject = [
            "type": "object", "additionalProperties": false,
            "properties": .object(JSONObject(record.keys.map { ($0.name, property($0)) })),
        ]
        let mandatory = record.keys.filter { $0.isMandatory && (!mayLeaveOut || $0.inheritance == .own) }
        if !mandatory.isEmpty { schema["required"] = .array(mandatory.map { .string($0.name) }) }
        let groups = isExempt ? [] : record.exactlyOne.map { mayLeaveOut ? atMostOne($0) : exactlyOne($0) }
        if !groups.isEmpty { schema["allOf"] = .array(groups) }
        return .object(schema)
    }

    private func property(_ key: KeyShape) -> JSONValue {
        var text = "\(key.help); such as `\(key.name): \(key.example)`"
        if mayLeaveOut, key.inheritance != .within { text += "; a child may write \(key.inheritance.text)" }
        return [
            "allOf": [schema(of: key.shape)], "description": .string(text),
            "$comment": .string("since enigm.network/\(key.since)"),
        ]
    }

    private func exactlyOne(_ group: KeyAlternatives) -> JSONValue {
        let each = group.alternatives.map { keys -> JSONValue in
            let required = keys.map { key -> JSONValue in ["required": [.string(key)]] }
            return required.count == 1 ? required[0] : ["anyOf": .array(required)]
        }
        return ["oneOf": .array(each)]
    }

    private func atMostOne(_ group: KeyAlternatives) -> JSONValue {
        let others = group.alternatives.enumerated().flatMap { index, keys in
            keys.flatMap { key in
                group.alternatives[(index + 1)...].joined().map { other -> JSONValue in
                    ["required": [.string(key), .string(other)]]
                }
            }
        }
        return ["not": ["anyOf": .array(others)]]
    }

    /// Beyond what JSON carries exactly there is no limit that a schema could name.
    private static func number(_ value: Int64) -> JSONValue {
        .integer(min(value, JSONValue.maximumInteger))
    }
}
