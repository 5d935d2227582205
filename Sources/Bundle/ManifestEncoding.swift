internal import CanonicalJSON
internal import Cryptography
internal import NetworkTypes

// The manifest as JSON. ManifestDecoding.swift reads exactly this; a test holds the two together.

extension BundleManifest {
    var canonicalBytes: [UInt8] {
        var writer = CanonicalJSONWriter(
            expecting: (enforcement?.ruleCount ?? 0) * BundleManifest.usualBytesOfRule)
        writer.object { writer in
            writer.key("default")
            writer.write(defaultVerdict.json)
            if let enforcement {
                writer.key("enforcement")
                enforcement.write(to: &writer)
            }
            writer.key("profile")
            writer.write(profile.json)
            writer.key("resolver")
            writer.write(resolver.json)
            writer.key("schema")
            writer.write(BundleManifest.schema)
            writer.key("sections")
            writer.array { writer in for section in sections { writer.write(section.json) } }
        }
        return writer.bytes
    }

    private static let usualBytesOfRule = 256
}

extension ProfileIdentity {
    var json: JSONValue {
        precondition(version <= ProfileIdentity.maximumVersion, "a version beyond 2^53")
        return ["name": .string(name), "version": .integer(Int64(version)), "description": .string(description)]
    }
}

extension DefaultVerdict {
    var json: JSONValue {
        switch self {
        case .via(let path): ["via": .string(path)]
        case .block: ["block": true]
        }
    }
}

extension BundleSection {
    var json: JSONValue {
        [
            "name": .string(name), "offset": .integer(Int64(offset)), "length": .integer(Int64(length)),
            "sha256": .string(digest.hexadecimal),
        ]
    }
}

extension ResolverSettings {
    var json: JSONValue {
        var object: JSONObject = [
            "listen": .array(listeners.map { .string($0.description) }),
            "upstreams": .array(upstreams.map(\.json)),
            "views": .array(views.map(\.json)),
            "selection": .string(selection.rawValue),
            "cache": cache.json,
            "padding": .integer(Int64(paddingBlock)),
            "rebinding": .string(rebinding.rawValue),
        ]
        object["user"] = user.map { .string($0) }
        object["public-suffixes"] = publicSuffixes.map { .string($0) }
        if !blocked.isEmpty { object["blocked"] = .array(blocked.map(\.json)) }
        if !hosts.isEmpty { object["hosts"] = .array(hosts.map(\.json)) }
        return .object(object)
    }
}

extension ViewSettings {
    var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "port": .integer(Int64(port)), "upstreams": .array(upstreams.map { .string($0) }),
        ]
        object["names"] = names.map { .array($0.map { .string($0) }) }
        if !devices.isEmpty { object["devices"] = .array(devices.map { .string($0) }) }
        return .object(object)
    }
}

extension BlockedNames {
    var json: JSONValue {
        var object: JSONObject = ["rule": .string(rule), "names": .array(names.map { .string($0) })]
        object["view"] = view.map { .string($0) }
        return .object(object)
    }
}

extension HostSettings {
    var json: JSONValue {
        ["name": .string(name), "addresses": .array(addresses.map { .string($0.description) })]
    }
}

extension CacheSettings {
    var json: JSONValue {
        [
            "entries": .integer(Int64(entries)), "min-ttl": .integer(Int64(minimumTTL)),
            "max-ttl": .integer(Int64(maximumTTL)), "stale": .integer(Int64(stale)), "prefetch": .bool(prefetch),
        ]
    }
}

extension UpstreamSettings {
    var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name),
            "addresses": .array(addresses.map { .string($0.description) }),
            "port": .integer(Int64(port)),
            "pins": .array(pins.map { .string($0.hexadecimal) }),
        ]
        switch service {
        case .tls: object["tls"] = .string(serverName)
        case .https(let path):
            object["https"] = .string(serverName)
            object["path"] = .string(path)
        }
        object["ca"] = certificateAuthority.map { .string($0) }
        if !zones.isEmpty { object["zones"] = .array(zones.map { .string($0) }) }
        switch egress {
        case .routed: break
        case .device(let name): object["device"] = .string(name)
        case .proxy(let proxy): object[proxy.kind.rawValue] = .string(proxy.endpoint.description)
        }
        return .object(object)
    }
}
