internal import CanonicalJSON
internal import Cryptography
internal import NetworkTypes
internal import Ruleset

// The enforcement part of a manifest as JSON. EnforcementDecoding.swift reads exactly this; a test holds the two
// together. Fields have the names of nft's language, values are hexadecimal, big-endian.

extension EnforcementSettings {
    func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key("guarded-ports")
            writer.array { writer in for port in guardedPorts { writer.write(.integer(Int64(port))) } }
            writer.key("paths")
            writer.array { writer in for path in paths { writer.write(path.json) } }
            if let portal {
                writer.key("portal")
                writer.write(portal.json)
            }
            writer.key("subjects")
            writer.array { writer in for subject in subjects { writer.write(subject.json) } }
            writer.key("symbols")
            writer.array { writer in for set in template.symbolicSets { writer.write(set.json) } }
            writer.key("table")
            template.table.write(to: &writer)
            writer.key("views")
            writer.array { writer in for view in views { writer.write(view.json) } }
            writer.key("wire")
            template.wire.write(to: &writer)
        }
    }
}

extension PathSettings {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["number": .integer(Int64(number.rawValue)), "name": .string(name)]
        object["device"] = device.map { .string($0) }
        if device != nil { object["families"] = .array(families.map { .string($0.word) }) }
        return .object(object)
    }
}

extension PortalSettings {
    fileprivate var json: JSONValue {
        [
            "subject": .string(subject), "subject-number": .integer(Int64(subjectNumber.rawValue)),
            "number": .integer(Int64(number.rawValue)), "minutes": .integer(Int64(minutes)),
        ]
    }
}

extension ViewPort {
    fileprivate var json: JSONValue { ["name": .string(name), "port": .integer(Int64(port))] }
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
    private static func json(_ key: String, _ name: String, _ user: String?) -> JSONValue {
        var object: JSONObject = [key: .string(name)]
        object["of-user"] = user.map { .string($0) }
        return .object(object)
    }

    fileprivate var json: JSONValue {
        switch self {
        case .user(let name): ["user": .string(name)]
        case .group(let name): ["group": .string(name)]
        case .neighbours(let family): ["neighbours": .string(family.word)]
        case .announcedTranslators(let known): ["translators-besides": .array(known.map { .string("\($0)") })]
        case .physicalDevices: ["devices": "physical"]
        case .checkedDevices: ["devices": "checked"]
        case .resolverCgroups: ["cgroups": "resolver"]
        case .device(let name): ["device": .string(name)]
        case .downPath(let path, let device): ["down-path": .integer(Int64(path.rawValue)), "device": .string(device)]
        case .unit(let name, let user): Symbol.json("unit", name, user)
        case .slice(let name, let user): Symbol.json("slice", name, user)
        }
    }
}

extension AddressFamily {
    var word: String { self == .v4 ? "ipv4" : "ipv6" }
}
