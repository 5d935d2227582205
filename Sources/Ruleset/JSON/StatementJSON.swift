internal import CanonicalJSON

extension Statement {
    /// `opaque` reads as something that cannot be loaded, on purpose.
    var nftJSON: JSONValue {
        switch self {
        case .match(let match): match.nftJSON
        case .verdictMap(let map): map.nftJSON
        case .counter: ["counter": .null]
        case .limit(let limit): limit.nftJSON
        case .log(let target): target.nftJSON
        case .setMark(let change): change.nftJSON
        case .setOriginalZone(let zone):
            ["mangle": ["key": ["ct": ["key": "zone", "dir": "original"]], "value": .integer(Int64(zone))]]
        case .redirect(let port): ["redirect": ["port": .integer(Int64(port))]]
        case .masquerade: ["masquerade": .null]
        case .reject(.tcpReset): ["reject": ["type": "tcp reset"]]
        case .reject(.icmp(let code)): ["reject": ["type": "icmpx", "expr": .string(code.name)]]
        case .verdict(let verdict): verdict.nftJSON
        case .opaque(let name, _): ["opaque": .string(name)]
        }
    }
}

extension Verdict {
    var nftJSON: JSONValue {
        switch self {
        case .accept: ["accept": .null]
        case .drop: ["drop": .null]
        case .return: ["return": .null]
        case .jump(let chain): ["jump": ["target": .string(chain)]]
        case .goto(let chain): ["goto": ["target": .string(chain)]]
        }
    }
}

extension RateLimit {
    fileprivate var nftJSON: JSONValue {
        [
            "limit": [
                "rate": .integer(Int64(rate)), "per": .string(unit.name), "burst": .integer(Int64(burst)),
            ]
        ]
    }
}

extension LogTarget {
    fileprivate var nftJSON: JSONValue {
        var object: JSONObject = ["prefix": .string(prefix)]
        object["group"] = group.map { .integer(Int64($0)) }
        return ["log": .object(object)]
    }
}

extension MarkChange {
    fileprivate var nftJSON: JSONValue {
        let kept: JSONValue = ["&": [source.nftJSON, .integer(Int64(keep))]]
        let value: JSONValue =
            switch (keep, bits) {
            case (0, _): .integer(Int64(bits))
            case (_, 0): kept
            default: ["|": [kept, .integer(Int64(bits))]]
            }
        return ["mangle": ["key": destination.nftJSON, "value": value]]
    }
}

extension MarkChange.Mark {
    fileprivate var nftJSON: JSONValue { self == .packet ? ["meta": ["key": "mark"]] : ["ct": ["key": "mark"]] }
}
