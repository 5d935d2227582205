internal import CanonicalJSON
internal import Ruleset

// Chains, rules and statements from JSON: the second half of EnforcementDecoding.swift.

extension Chain {
    init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let name = try object.name("name")
        var hook: ChainHook?
        if let value = object.optional("hook") { hook = try ChainHook(json: value, at: object.key("hook")) }
        let rules = try object.map("rules", counting: 0...EnforcementSettings.maximumRules) {
            (json, path) throws(BundleError) in try ChainRule(json: json, at: path)
        }
        try object.finish()
        self.init(name, hook: hook, rules: rules)
    }
}

extension ChainHook {
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let kind = try object.choice("type", Kind.self)
        let point = try object.choice("point", Point.self)
        let priority = try object.integer("priority", in: -1000...1000)
        let policy = try object.choice("policy", Policy.self)
        let device = try object.optionalText("device")
        try object.finish()
        self.init(kind, point, priority: Int32(priority), policy: policy, device: device)
    }
}

extension ChainRule {
    init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let statements = try object.map("do", counting: 1...EnforcementSettings.maximumStatements) {
            (json, path) throws(BundleError) in try Statement(json: json, at: path)
        }
        let comment = try object.optionalText("comment")
        guard comment.map({ $0.utf8.count < ChainRule.maximumCommentBytes }) ?? true else {
            throw object.invalid("comment", "is too long")
        }
        try object.finish()
        self.init(statements, comment: comment)
    }
}

extension Statement {
    /// The first key of a statement names its kind.
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        if object.has("match") {
            self = .match(try Match(&object))
        } else if object.has("map") {
            self = .verdictMap(try VerdictMap(&object))
        } else if object.has("set") {
            self = .setMark(try MarkChange(&object))
        } else if object.has("verdict") {
            self = .verdict(try Verdict(json: object.value("verdict"), at: path))
        } else {
            self = try Statement(action: &object)
        }
        try object.finish()
    }

    private init(action object: inout ManifestObject) throws(BundleError) {
        if object.has("redirect") {
            self = .redirect(port: UInt16(try object.integer("redirect", in: 1...65_535)))
        } else if object.has("zone") {
            self = .setOriginalZone(UInt16(try object.integer("zone", in: 0...65_535)))
        } else if object.has("log") {
            self = .log(try LogTarget(&object))
        } else if object.has("limit") {
            self = .limit(try RateLimit(&object))
        } else if object.has("reject") {
            self = .reject(try Rejection(&object))
        } else if object.optional("counter")?.bool == true {
            self = .counter
        } else if object.optional("masquerade")?.bool == true {
            self = .masquerade
        } else {
            throw object.invalid("", "is no statement")
        }
    }
}

extension Match {
    fileprivate init(_ object: inout ManifestObject) throws(BundleError) {
        let fields = try object.list("match", counting: 1...4, of: "field") { Field(name: $0) }
        let types = fields.map(\.type)
        let mask = object.has("mask") ? try object.value("mask", types[0]) : nil
        guard mask == nil || fields.count == 1 else { throw object.invalid("mask", "is for one field only") }
        self.init(fields, mask: mask, try Operation(&object, types))
    }
}

extension Match.Operation {
    fileprivate init(_ object: inout ManifestObject, _ types: [FieldType]) throws(BundleError) {
        if object.has("in") {
            self = .inSet(try object.name("in"))
        } else if object.has("not-in") {
            self = .notInSet(try object.name("not-in"))
        } else if object.has("any-of") {
            self = .anyOf(try object.elements("any-of", types))
        } else if object.has("none-of") {
            self = .noneOf(try object.elements("none-of", types))
        } else if types.count > 1 {
            throw object.invalid("match", "compares a concatenation")
        } else if object.has("equal") {
            self = .equal(try object.value("equal", types[0]))
        } else if object.has("not-equal") {
            self = .notEqual(try object.value("not-equal", types[0]))
        } else if object.has("below") {
            self = .below(try object.value("below", types[0]))
        } else if object.has("within") {
            let range = try object.range("within", types[0])
            self = .within(range.lower, range.upper)
        } else {
            let range = try object.range("outside", types[0])
            self = .outside(range.lower, range.upper)
        }
    }
}

extension VerdictMap {
    fileprivate init(_ object: inout ManifestObject) throws(BundleError) {
        let fields = try object.list("map", counting: 1...1, of: "field") { Field(name: $0) }
        let types = fields.map(\.type)
        let mask = object.has("mask") ? try object.value("mask", types[0]) : nil
        let entries = try object.map("to", counting: 1...4096) { (json, path) throws(BundleError) in
            var entry = try ManifestObject(json, at: path)
            let key = try SetElement(json: entry.value("key"), key: types, at: path)
            let verdict = try Verdict(json: entry.value("verdict"), at: path)
            try entry.finish()
            return Entry(key, verdict)
        }
        self.init(fields[0], mask: mask, entries: entries)
    }
}

extension MarkChange {
    fileprivate init(_ object: inout ManifestObject) throws(BundleError) {
        let destination = try Mark(object.text("set"), &object)
        let source = try Mark(object.text("from"), &object)
        let keep = UInt32(truncatingIfNeeded: try object.value("keep", .mark).integer)
        let bits = UInt32(truncatingIfNeeded: try object.value("bits", .mark).integer)
        guard keep & bits == 0 else { throw object.invalid("bits", "overlap with those that are kept") }
        self.init(destination, from: source, keep: keep, bits: bits)
    }
}

extension MarkChange.Mark {
    fileprivate init(_ name: String, _ object: inout ManifestObject) throws(BundleError) {
        guard let mark = [MarkChange.Mark.packet, .connection].first(where: { $0.name == name }) else {
            throw object.invalid("set", "is no mark")
        }
        self = mark
    }
}

extension LogTarget {
    fileprivate init(_ object: inout ManifestObject) throws(BundleError) {
        let prefix = try object.text("log")
        guard prefix.utf8.count <= LogTarget.maximumPrefixBytes else { throw object.invalid("log", "is too long") }
        let group = object.has("group") ? UInt16(try object.integer("group", in: 0...65_535)) : nil
        self.init(prefix: prefix, group: group)
    }
}

extension RateLimit {
    fileprivate init(_ object: inout ManifestObject) throws(BundleError) {
        let rate = try object.integer("limit", in: 1...1_000_000)
        let name = try object.text("per")
        guard let unit = Unit.allCases.first(where: { $0.name == name }) else {
            throw object.invalid("per", "is no unit")
        }
        self.init(rate: UInt64(rate), per: unit, burst: UInt32(try object.integer("burst", in: 0...1_000_000)))
    }
}

extension Rejection {
    fileprivate init(_ object: inout ManifestObject) throws(BundleError) {
        let word = try object.text("reject")
        if word == "tcp reset" {
            self = .tcpReset
        } else if let code = ICMPXCode.allCases.first(where: { $0.name == word }) {
            self = .icmp(code)
        } else {
            throw object.invalid("reject", "is no way to reject")
        }
    }
}

extension Verdict {
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        switch json.string {
        case "accept": self = .accept
        case "drop": self = .drop
        case "return": self = .return
        case nil:
            var object = try ManifestObject(json, at: path)
            self = object.has("jump") ? .jump(try object.name("jump")) : .goto(try object.name("goto"))
            try object.finish()
        default: throw .manifestInvalid(key: path.description, problem: "is no verdict")
        }
    }
}
