internal import CanonicalJSON
internal import Cryptography
internal import Ruleset

// The enforcement part of a manifest as JSON. EnforcementDecoding.swift reads exactly this; a test holds the two
// together. Fields have the names of nft's language, values are hexadecimal, big-endian.

extension EnforcementSettings {
    var json: JSONValue {
        [
            "table": template.table.json,
            "symbols": .array(template.symbolicSets.map(\.json)),
            "paths": .array(paths.map(\.json)),
            "subjects": .array(subjects.map(\.json)),
            "hidden-port": .integer(Int64(hiddenPort)),
        ]
    }
}

extension PathSettings {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["number": .integer(Int64(number.rawValue)), "name": .string(name)]
        object["device"] = device.map { .string($0) }
        return .object(object)
    }
}

extension SubjectSettings {
    fileprivate var json: JSONValue {
        [
            "number": .integer(Int64(number.rawValue)), "name": .string(name),
            "selectors": .array(selectors.map(\.json)), "exclusive": .bool(isExclusive),
        ]
    }
}

extension SymbolicSet {
    fileprivate var json: JSONValue { ["set": .string(name), "members": .array(symbols.map(\.json))] }
}

extension Symbol {
    fileprivate var json: JSONValue {
        switch self {
        case .user(let name): ["user": .string(name)]
        case .group(let name): ["group": .string(name)]
        case .physicalDevices: ["devices": "physical"]
        case .device(let name): ["device": .string(name)]
        }
    }
}

extension Table {
    fileprivate var json: JSONValue {
        [
            "family": .string(family.rawValue), "name": .string(name), "sets": .array(sets.map(\.json)),
            "chains": .array(chains.map(\.json)),
        ]
    }
}

extension NamedSet {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "key": .array(key.map { .string($0.rawValue) }),
            "flags": .integer(Int64(flags.rawValue)), "elements": .array(elements.map(\.json)),
        ]
        object["size"] = size.map { .integer(Int64($0)) }
        return .object(object)
    }
}

extension SetElement {
    /// One text for a single value, two for an interval; the fields of a concatenation are joined by a dot.
    fileprivate var json: JSONValue {
        let ends = isInterval ? [lower, upper] : [lower]
        return .array(ends.map { .string($0.map(\.hexadecimal).joined(separator: ".")) })
    }
}

extension FieldValue {
    fileprivate var hexadecimal: String { Hexadecimal.encode(bytes.span) }
}

extension Chain {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "rules": .array(rules.map(\.json))]
        object["hook"] = hook?.json
        return .object(object)
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
    fileprivate var json: JSONValue {
        var object: JSONObject = ["do": .array(statements.map(\.json))]
        object["comment"] = comment.map { .string($0) }
        return .object(object)
    }
}

extension Statement {
    fileprivate var json: JSONValue {
        switch self {
        case .match(let match): match.json
        case .verdictMap(let map): map.json
        case .counter: ["counter": true]
        case .limit(let limit):
            [
                "limit": .integer(Int64(limit.rate)), "per": .string(limit.unit.name),
                "burst": .integer(Int64(limit.burst)),
            ]
        case .log(let target): target.json
        case .setMark(let change): change.json
        case .setOriginalZone(let zone): ["zone": .integer(Int64(zone))]
        case .redirect(let port): ["redirect": .integer(Int64(port))]
        case .masquerade: ["masquerade": true]
        case .reject(.tcpReset): ["reject": "tcp reset"]
        case .reject(.icmp(let code)): ["reject": .string(code.name)]
        case .verdict(let verdict): ["verdict": verdict.json]
        case .opaque: preconditionFailure("what another program wrote is never compiled into a bundle")
        }
    }
}

extension Match {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["match": .array(fields.map { .string($0.name) })]
        object["mask"] = mask.map { .string($0.hexadecimal) }
        let (word, value) = operation.json
        object[word] = value
        return .object(object)
    }
}

extension Match.Operation {
    fileprivate var json: (word: String, value: JSONValue) {
        switch self {
        case .equal(let value): ("equal", .string(value.hexadecimal))
        case .notEqual(let value): ("not-equal", .string(value.hexadecimal))
        case .within(let lower, let upper): ("within", [.string(lower.hexadecimal), .string(upper.hexadecimal)])
        case .outside(let lower, let upper): ("outside", [.string(lower.hexadecimal), .string(upper.hexadecimal)])
        case .inSet(let name): ("in", .string(name))
        case .notInSet(let name): ("not-in", .string(name))
        case .anyOf(let elements): ("any-of", .array(elements.map(\.json)))
        case .noneOf(let elements): ("none-of", .array(elements.map(\.json)))
        }
    }
}

extension VerdictMap {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "map": .array(fields.map { .string($0.name) }),
            "to": .array(entries.map { ["key": $0.key.json, "verdict": $0.verdict.json] }),
        ]
        object["mask"] = mask.map { .string($0.hexadecimal) }
        return .object(object)
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
    fileprivate var json: JSONValue {
        [
            "set": .string(destination.name), "from": .string(source.name),
            "keep": .string(FieldValue(keep).hexadecimal),
            "bits": .string(FieldValue(bits).hexadecimal),
        ]
    }
}

extension MarkChange.Mark {
    var name: String { self == .packet ? "meta mark" : "ct mark" }
}

extension Verdict {
    fileprivate var json: JSONValue {
        switch self {
        case .accept: "accept"
        case .drop: "drop"
        case .return: "return"
        case .jump(let chain): ["jump": .string(chain)]
        case .goto(let chain): ["goto": .string(chain)]
        }
    }
}
