internal import CanonicalJSON
internal import Cryptography
internal import NetworkTypes
internal import Ruleset

// The inverse of EnforcementEncoding.swift. Counts and widths are checked here, so that what the enforcer holds can be
// sent to the kernel as it is.

extension EnforcementSettings {
    init(json: JSONValue, elements: inout ElementSection) throws(BundleError) {
        var object = try ManifestObject(json, at: "enforcement")
        let table = try Table(json: object.value("table"), elements: &elements)
        let symbols = try object.map("symbols", counting: 0...EnforcementSettings.maximumSets) {
            (json, path) throws(BundleError) in try SymbolicSet(json: json, at: path)
        }
        for symbol in symbols where table.set(symbol.name) == nil {
            throw object.invalid("symbols", "fill `\(symbol.name)`, which is no set of the table")
        }
        let paths = try object.map("paths", counting: 0...16) { (json, path) throws(BundleError) in
            try PathSettings(json: json, at: path)
        }
        let subjects = try object.map("subjects", counting: 0...256) { (json, path) throws(BundleError) in
            try SubjectSettings(json: json, at: path)
        }
        let views = try object.map("views", counting: 1...EnforcementSettings.maximumViews) {
            (json, path) throws(BundleError) in try ViewPort(json: json, at: path)
        }
        guard Set(views.map(\.name)).count == views.count, Set(views.map(\.port)).count == views.count else {
            throw object.invalid("views", "have a name or a port twice")
        }
        let guarded = try object.map("guarded-ports", counting: 0...EnforcementSettings.maximumGuardedPorts) {
            (json, path) throws(BundleError) in
            guard let port = json.integer.flatMap(UInt16.init(exactly:)), port > 0 else {
                throw .manifestInvalid(key: path.description, problem: "is no port")
            }
            return port
        }
        let portal = try object.optional("portal").map { (json) throws(BundleError) in
            try PortalSettings(json: json, of: table)
        }
        let wire = try WireTemplate(json: object.value("wire"), at: "enforcement.wire")
        try object.finish()
        self.init(
            template: RulesetTemplate(table: table, symbolicSets: symbols, wire: wire), paths: paths,
            subjects: subjects, views: views, guardedPorts: guarded, portal: portal)
    }
}

extension PathSettings {
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let number = PathNumber(UInt8(try object.integer("number", in: 0...15)))
        let name = try object.name("name")
        let device = try object.optionalText("device")
        let families =
            device == nil
            ? []
            : try object.list("families", counting: 0...2, of: "family") { word in
                AddressFamily.allCases.first { $0.word == word }
            }
        try object.finish()
        self.init(number: number, name: name, device: device, families: families)
    }
}

extension ViewPort {
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let name = try object.name("name")
        let port = try object.integer("port", in: 1...Int(UInt16.max))
        try object.finish()
        self.init(name: name, port: UInt16(port))
    }
}

extension PortalSettings {
    /// The table has the sets that open it.
    fileprivate init(json: JSONValue, of table: Table) throws(BundleError) {
        var object = try ManifestObject(json, at: "enforcement.portal")
        let subject = try object.name("subject")
        let subjectNumber = SubjectNumber(UInt8(try object.integer("subject-number", in: 0...255)))
        let number = SubjectNumber(UInt8(try object.integer("number", in: 0...255)))
        let minutes = try object.integer("minutes", in: 1...PortalSettings.maximumMinutes)
        let sets: [(name: String, key: FieldType)] = [
            (PortalSettings.openSet, .mark), (PortalSettings.resolverSet(.v4), .ipv4Address),
            (PortalSettings.resolverSet(.v6), .ipv6Address),
        ]
        for set in sets where table.set(set.name).map({ $0.key == [set.key] && $0.flags == .timeout }) != true {
            throw object.invalid("", "needs the set `\(set.name)`, whose elements go by themselves")
        }
        try object.finish()
        self.init(subject: subject, subjectNumber: subjectNumber, number: number, minutes: minutes)
    }
}

extension SubjectSettings {
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let number = SubjectNumber(UInt8(try object.integer("number", in: 0...255)))
        let name = try object.name("name")
        let selectors = try object.map("selectors", counting: 0...EnforcementSettings.maximumSets) {
            (json, path) throws(BundleError) in try Symbol(json: json, at: path)
        }
        let isExclusive = try object.truth("exclusive")
        try object.finish()
        self.init(number: number, name: name, selectors: selectors, isExclusive: isExclusive)
    }
}

extension SymbolicSet {
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let name = try object.name("set")
        let symbols = try object.map("members", counting: 0...EnforcementSettings.maximumSets) {
            (json, path) throws(BundleError) in try Symbol(json: json, at: path)
        }
        try object.finish()
        self.init(name, symbols)
    }
}

extension Symbol {
    fileprivate init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        if let user = try object.optionalText("user") {
            self = .user(user)
        } else if let group = try object.optionalText("group") {
            self = .group(group)
        } else if object.has("down-path") {
            let path = PathNumber(UInt8(try object.integer("down-path", in: 0...15)))
            self = .downPath(path, device: try object.text("device"))
        } else if let device = try object.optionalText("device") {
            self = .device(device)
        } else if let unit = try object.optionalText("unit") {
            self = .unit(unit, ofUser: try object.optionalText("of-user"))
        } else if let slice = try object.optionalText("slice") {
            self = .slice(slice, ofUser: try object.optionalText("of-user"))
        } else if let cgroups = try object.optionalText("cgroups") {
            guard cgroups == "resolver" else { throw object.invalid("cgroups", "is not `resolver`") }
            self = .resolverCgroups
        } else if let family = try object.optionalText("neighbours") {
            guard let family = AddressFamily.allCases.first(where: { $0.word == family }) else {
                throw object.invalid("neighbours", "is none of `ipv4`, `ipv6`")
            }
            self = .neighbours(family)
        } else if object.has("translators-besides") {
            self = .announcedTranslators(
                besides: try object.list(
                    "translators-besides", counting: 0...Symbol.maximumTranslators, of: "prefix"
                ) { IPPrefix($0) })
        } else {
            switch try object.text("devices") {
            case "physical": self = .physicalDevices
            case "checked": self = .checkedDevices
            default: throw object.invalid("devices", "is none of `physical`, `checked`")
            }
        }
        try object.finish()
    }
}

extension Table {
    fileprivate init(json: JSONValue, elements: inout ElementSection) throws(BundleError) {
        var object = try ManifestObject(json, at: "enforcement.table")
        let family = try object.choice("family", TableFamily.self)
        let name = try object.name("name")
        guard family == .inet, name == EnforcementSettings.tableName else {
            throw object.invalid("name", "is not `\(EnforcementSettings.tableName)` of the family `inet`")
        }
        let sets = try object.map("sets", counting: 0...EnforcementSettings.maximumSets) {
            (json, path) throws(BundleError) in try NamedSet(json: json, elements: &elements, at: path)
        }
        let chains = try object.map("chains", counting: 0...EnforcementSettings.maximumChains) {
            (json, path) throws(BundleError) in try Chain(json: json, at: path)
        }
        try object.finish()
        self.init(family, name, sets: sets, chains: chains)
        try checkReferences()
    }

    /// Every chain that is jumped to and every set that is looked into exists.
    private func checkReferences() throws(BundleError) {
        let chainNames = Set(chains.map(\.name))
        let setNames = Set(sets.map(\.name))
        guard chainNames.count == chains.count, setNames.count == sets.count else {
            throw .manifestInvalid(key: "enforcement.table", problem: "has a name twice")
        }
        for chain in chains {
            for statement in chain.rules.flatMap(\.statements) {
                for target in statement.targets where !chainNames.contains(target) {
                    throw .manifestInvalid(key: "enforcement.table", problem: "jumps to `\(target)`, which is no chain")
                }
                for name in statement.setNames where !setNames.contains(name) {
                    throw .manifestInvalid(key: "enforcement.table", problem: "looks into `\(name)`, which is no set")
                }
            }
        }
    }
}

extension Statement {
    fileprivate var targets: [String] {
        switch self {
        case .verdict(let verdict): verdict.target.map { [$0] } ?? []
        case .verdictMap(let map): map.entries.compactMap { $0.verdict.target }
        default: []
        }
    }

    fileprivate var setNames: [String] {
        guard case .match(let match) = self else { return [] }
        switch match.operation {
        case .inSet(let name), .notInSet(let name): return [name]
        default: return []
        }
    }
}

extension Verdict {
    fileprivate var target: String? {
        switch self {
        case .jump(let chain), .goto(let chain): chain
        default: nil
        }
    }
}

extension NamedSet {
    fileprivate init(
        json: JSONValue, elements section: inout ElementSection, at path: ManifestPath
    ) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let name = try object.name("name")
        let key = try object.list("key", counting: 1...4, of: "type") { FieldType(rawValue: $0) }
        let flags = Flags(rawValue: UInt32(try object.integer("flags", in: 0...0x16)))
        let size = object.has("size") ? try object.integer("size", in: 1...Int(UInt32.max)) : nil
        let elements =
            if object.isInteger("elements"), key.count == 1 {
                try section.take(
                    object.integer("elements", in: EnforcementSettings.largeCounts), key[0],
                    areIntervals: flags.contains(.interval), at: object.key("elements"))
            } else {
                try object.map("elements", counting: 0...EnforcementSettings.maximumElements) {
                    (json, path) throws(BundleError) in try SetElement(json: json, key: key, at: path)
                }
            }
        try object.finish()
        self.init(name, key: key, flags: flags, size: size.map { UInt32($0) }, elements: elements)
    }
}

extension SetElement {
    init(json: JSONValue, key: [FieldType], at path: ManifestPath) throws(BundleError) {
        guard let ends = json.array, (1...2).contains(ends.count) else {
            throw .manifestInvalid(key: path.description, problem: "is no element")
        }
        var values: [[FieldValue]] = []
        for end in ends {
            let text = end.string ?? ""
            let isConcatenation = text.utf8.contains(UInt8(ascii: "."))
            let texts = isConcatenation ? text.split(separator: ".", omittingEmptySubsequences: false) : [text[...]]
            guard texts.count == key.count else {
                throw .manifestInvalid(key: path.description, problem: "does not fit its set")
            }
            var fields: [FieldValue] = []
            for (text, type) in zip(texts, key) {
                fields.append(try FieldValue(hexadecimal: text, type, at: path))
            }
            values.append(fields)
        }
        guard let lower = values.first, let upper = values.last, lower.count == 1 || values.count == 1,
            !(upper[0] < lower[0])
        else { throw .manifestInvalid(key: path.description, problem: "is no interval") }
        self.init(zip(lower, upper).map { FieldInterval($0, through: $1) })
    }
}

extension FieldValue {
    init(hexadecimal text: Substring, _ type: FieldType, at path: ManifestPath) throws(BundleError) {
        guard text.utf8.count == 2 * type.byteCount, let number = Hexadecimal.number(text.utf8) else {
            throw .manifestInvalid(key: path.description, problem: "is no \(type.rawValue) of \(type.byteCount) bytes")
        }
        self.init(number, byteCount: type.byteCount)
    }
}

extension EnforcementSettings {
    /// How many elements a set has that are in the section.
    fileprivate static let largeCounts = maximumListedElements + 1...maximumElements
}

extension ManifestObject {
    func isInteger(_ name: String) -> Bool { object.index(of: name).map { object[$0].value.integer != nil } ?? false }

    /// Each element of a list, turned into a value by `transform`, which is told where it stands.
    mutating func map<Value>(
        _ name: String, counting range: ClosedRange<Int>,
        _ transform: (JSONValue, ManifestPath) throws(BundleError) -> Value
    ) throws(BundleError) -> [Value] {
        var values: [Value] = []
        let list = try list(name, counting: range)
        values.reserveCapacity(list.count)
        let path = key(name)
        for (index, element) in list.enumerated() { values.append(try transform(element, .element(index, of: path))) }
        return values
    }

    /// A name of a set, chain, path or subject.
    mutating func name(_ key: String) throws(BundleError) -> String {
        let text = try text(key)
        guard (1...EnforcementSettings.maximumNameBytes).contains(text.utf8.count) else {
            throw invalid(key, "has not 1 to \(EnforcementSettings.maximumNameBytes) bytes")
        }
        return text
    }

    mutating func value(_ name: String, _ type: FieldType) throws(BundleError) -> FieldValue {
        try FieldValue(hexadecimal: text(name)[...], type, at: key(name))
    }

    mutating func range(
        _ name: String, _ type: FieldType
    ) throws(BundleError) -> (lower: FieldValue, upper: FieldValue) {
        let path = key(name)
        let ends = try map(name, counting: 2...2) { (json, _) throws(BundleError) in
            try FieldValue(hexadecimal: json.string?[...] ?? "", type, at: path)
        }
        guard !(ends[1] < ends[0]) else { throw invalid(name, "is no range") }
        return (ends[0], ends[1])
    }

    mutating func elements(_ name: String, _ types: [FieldType]) throws(BundleError) -> [SetElement] {
        try map(name, counting: 1...EnforcementSettings.maximumElements) { (json, path) throws(BundleError) in
            try SetElement(json: json, key: types, at: path)
        }
    }
}
