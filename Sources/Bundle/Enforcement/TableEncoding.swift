internal import CanonicalJSON
internal import Cryptography
internal import Ruleset

// The table of a manifest as JSON: nearly all of a bundle, hence written without values in between, its keys in order.
// ChainDecoding.swift reads exactly this; a test holds the two together. Fields have the names of nft's language, values
// are hexadecimal, big-endian.

extension Table {
    func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key("chains")
            writer.array { writer in for chain in chains { chain.write(to: &writer) } }
            writer.key("family")
            writer.write(family.rawValue)
            writer.key("name")
            writer.write(name)
            writer.key("sets")
            writer.array { writer in for set in sets { set.write(to: &writer) } }
        }
    }
}

extension NamedSet {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key("elements")
            if isLarge {
                writer.write(.integer(Int64(elements.count)))
            } else {
                writer.array { writer in for element in elements { element.write(to: &writer) } }
            }
            writer.key("flags")
            writer.write(.integer(Int64(flags.rawValue)))
            writer.key("key")
            writer.array { writer in for type in key { writer.write(type.rawValue) } }
            writer.key("name")
            writer.write(name)
            guard let size else { return }
            writer.key("size")
            writer.write(.integer(Int64(size)))
        }
    }
}

extension SetElement {
    /// One text for a single value, two for an interval; the fields of a concatenation are joined by a dot.
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.array { writer in
            SetElement.write(lower, others.map(\.lower), to: &writer)
            if isInterval { SetElement.write(upper, others.map(\.upper), to: &writer) }
        }
    }

    private static func write(_ first: FieldValue, _ others: [FieldValue], to writer: inout CanonicalJSONWriter) {
        guard !others.isEmpty else { return first.write(to: &writer) }
        writer.write(([first] + others).map { Hexadecimal.encode($0.bytes.span) }.joined(separator: "."))
    }
}

extension FieldValue {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.write(hexadecimal: number, digits: 2 * byteCount)
    }
}

extension Chain {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            if let hook {
                writer.key("hook")
                writer.write(hook.json)
            }
            writer.key("name")
            writer.write(name)
            writer.key("rules")
            writer.array { writer in for rule in rules { rule.write(to: &writer) } }
        }
    }
}

extension ChainHook {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "type": .string(kind.rawValue), "point": .string(point.rawValue), "priority": .integer(Int64(priority)),
            "policy": .string(policy.rawValue),
        ]
        object["device"] = device.map { .string($0) }
        return .object(object)
    }
}

extension ChainRule {
    func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            if let comment {
                writer.key("comment")
                writer.write(comment)
            }
            writer.key("do")
            writer.array { writer in for statement in statements { statement.write(to: &writer) } }
        }
    }
}

extension Statement {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .match(let match): match.write(to: &writer)
        case .verdictMap(let map): map.write(to: &writer)
        case .setMark(let change): change.write(to: &writer)
        case .verdict(let verdict):
            writer.object { writer in
                writer.key("verdict")
                verdict.write(to: &writer)
            }
        default: writer.write(json)
        }
    }

    /// What stands in few rules.
    private var json: JSONValue {
        switch self {
        case .counter: ["counter": true]
        case .limit(let limit):
            [
                "limit": .integer(Int64(limit.rate)), "per": .string(limit.unit.name),
                "burst": .integer(Int64(limit.burst)),
            ]
        case .log(let target): target.json
        case .setOriginalZone(let zone): ["zone": .integer(Int64(zone))]
        case .redirect(let port): ["redirect": .integer(Int64(port))]
        case .masquerade: ["masquerade": true]
        case .reject(.tcpReset): ["reject": "tcp reset"]
        case .reject(.icmp(let code)): ["reject": .string(code.name)]
        case .match, .verdictMap, .setMark, .verdict: preconditionFailure("written by its own means")
        case .opaque: preconditionFailure("what another program wrote is never compiled into a bundle")
        }
    }
}

extension Match {
    /// The operation's word stands before, between or behind the other keys.
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            let word = operation.word
            if word < "mask" { operation.write(under: word, to: &writer) }
            if let mask {
                writer.key("mask")
                mask.write(to: &writer)
            }
            writer.key("match")
            writer.array { writer in
                writer.write(field.name)
                for field in others { writer.write(field.name) }
            }
            if word > "match" { operation.write(under: word, to: &writer) }
        }
    }
}

extension Match.Operation {
    fileprivate var word: String {
        switch self {
        case .equal: "equal"
        case .notEqual: "not-equal"
        case .below: "below"
        case .within: "within"
        case .outside: "outside"
        case .inSet: "in"
        case .notInSet: "not-in"
        case .anyOf: "any-of"
        case .noneOf: "none-of"
        }
    }

    fileprivate func write(under word: String, to writer: inout CanonicalJSONWriter) {
        writer.key(word)
        switch self {
        case .equal(let value), .notEqual(let value), .below(let value): value.write(to: &writer)
        case .within(let lower, let upper), .outside(let lower, let upper):
            writer.array { writer in for end in [lower, upper] { end.write(to: &writer) } }
        case .inSet(let name), .notInSet(let name): writer.write(name)
        case .anyOf(let elements), .noneOf(let elements):
            writer.array { writer in for element in elements { element.write(to: &writer) } }
        }
    }
}

extension VerdictMap {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key("map")
            writer.array { writer in writer.write(field.name) }
            if let mask {
                writer.key("mask")
                mask.write(to: &writer)
            }
            writer.key("to")
            writer.array { writer in for entry in entries { entry.write(to: &writer) } }
        }
    }
}

extension VerdictMap.Entry {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key("key")
            key.write(to: &writer)
            writer.key("verdict")
            verdict.write(to: &writer)
        }
    }
}

extension LogTarget {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["log": .string(prefix)]
        object["group"] = group.map { .integer(Int64($0)) }
        return .object(object)
    }
}

extension MarkChange {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key("bits")
            FieldValue(bits).write(to: &writer)
            writer.key("from")
            writer.write(source.name)
            writer.key("keep")
            FieldValue(keep).write(to: &writer)
            writer.key("set")
            writer.write(destination.name)
        }
    }
}

extension MarkChange.Mark {
    var name: String { self == .packet ? "meta mark" : "ct mark" }
}

extension Verdict {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .accept: writer.write("accept")
        case .drop: writer.write("drop")
        case .return: writer.write("return")
        case .jump(let chain): write("jump", chain, to: &writer)
        case .goto(let chain): write("goto", chain, to: &writer)
        }
    }

    private func write(_ word: String, _ chain: String, to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key(word)
            writer.write(chain)
        }
    }
}
