package import CanonicalJSON

// The ruleset in the JSON of nft itself (libnftables-json(5)): `nft -j -f` loads it.
extension Ruleset {
    /// Loading it replaces these tables as a whole and touches no other, like `text`.
    package var nftJSON: JSONValue {
        let commands = tables.flatMap { table -> [JSONValue] in
            let name: JSONValue = ["family": .string(table.family.rawValue), "name": .string(table.name)]
            return [["add": ["table": name]], ["delete": ["table": name]], ["add": ["table": name]]] + table.nftObjects
        }
        return ["nftables": .array([["metainfo": ["json_schema_version": 1]]] + commands)]
    }
}

extension Table {
    /// Sets and chains before the rules that name them; the owner flag is left out as in the text.
    fileprivate var nftObjects: [JSONValue] {
        let rules = chains.flatMap { chain in chain.rules.map { $0.nftJSON(in: chain.name) } }
        let objects =
            sets.map { ("set", $0.nftJSON) } + chains.map { ("chain", $0.nftJSON) } + rules.map { ("rule", $0) }
        return objects.map { kind, object in
            var object = object
            object["family"] = .string(family.rawValue)
            object["table"] = .string(name)
            return ["add": .object([kind: .object(object)])]
        }
    }
}

extension NamedSet {
    fileprivate var nftJSON: JSONObject {
        var object: JSONObject = ["name": .string(name)]
        let types = key.map { JSONValue.string($0.rawValue) }
        object["type"] = types.count == 1 ? types[0] : .array(types)
        let words: [(Flags, String)] = [(.constant, "constant"), (.interval, "interval"), (.timeout, "timeout")]
        let flags = words.filter { self.flags.contains($0.0) }.map { JSONValue.string($0.1) }
        if !flags.isEmpty { object["flags"] = .array(flags) }
        object["size"] = size.map { .integer(Int64($0)) }
        if !elements.isEmpty { object["elem"] = .array(elements.map { $0.nftJSON(key) }) }
        return object
    }
}

extension Chain {
    fileprivate var nftJSON: JSONObject {
        var object: JSONObject = ["name": .string(name)]
        guard let hook else { return object }
        object["type"] = .string(hook.kind.rawValue)
        object["hook"] = .string(hook.point.rawValue)
        object["prio"] = .integer(Int64(hook.priority))
        object["policy"] = .string(hook.policy.rawValue)
        object["dev"] = hook.device.map { .string($0) }
        return object
    }
}

extension ChainRule {
    fileprivate func nftJSON(in chain: String) -> JSONObject {
        var object: JSONObject = ["chain": .string(chain), "expr": .array(statements.map(\.nftJSON))]
        object["comment"] = comment.map { .string($0) }
        return object
    }
}
