import Bundle
import CanonicalJSON
import Cryptography
import NetworkTypes
import Ruleset
import TestSupport
import Testing

/// The enforcement part of a manifest: what is written is read back, and nothing else is read.
@Suite struct EnforcementTests {
    @Test func everyFormOfStatementIsReadBack() throws {
        var manifest = Sample.bareManifest
        manifest.enforcement = EnforcementSample.settings
        let bundle = try Bundle.read(BundleWriter(manifest).encoded())
        #expect(bundle.manifest == manifest)
    }

    /// It is written piece by piece: its keys must come in the order that the canonical form has.
    @Test func theManifestIsCanonical() throws {
        var manifest = Sample.bareManifest
        manifest.enforcement = EnforcementSample.settings
        let writer = BundleWriter(manifest)
        let bytes = Array(writer.encoded()[48...].prefix(writer.manifestByteCount))
        #expect(CanonicalJSONWriter.bytes(of: try JSONReader.read(bytes.span, maximumBytes: bytes.count)) == bytes)
    }

    /// The size that is found by adding up is never below the true one.
    @Test func theBoundOfAManifestHolds() throws {
        var manifest = Sample.bareManifest
        manifest.enforcement = EnforcementSample.settings
        let sections = (0..<3).map { (name: "s\($0)" + String(repeating: "\n", count: 126), content: [UInt8($0)]) }
        for sections in [[], sections] {
            let written = BundleWriter(manifest, sections: sections).manifestByteCount
            let bound = manifest.byteCountBound(sectionCount: sections.count)
            #expect((written...8 * written).contains(bound))
        }
    }

    /// A byte to be escaped in every name, and each form of statement alone, so that no slack of one hides another.
    @Test func theBoundOfEachStatementHolds() throws {
        let statements = EnforcementSample.settings.template.table.chains.flatMap(\.rules).flatMap(\.statements)
        for statement in statements {
            var manifest = Sample.bareManifest
            manifest.enforcement = EnforcementSample.settings
            let rule = ChainRule(Array(repeating: statement, count: 1000), comment: "\u{1}")
            manifest.enforcement?.template.table.sets = []
            manifest.enforcement?.template.table.chains = [Chain("\u{1}", rules: [rule])]
            let written = BundleWriter(manifest).manifestByteCount
            #expect(manifest.byteCountBound(sectionCount: 0) >= written, "\(statement)")
        }
    }

    /// What each place may not hold. A number in the path is an index.
    @Test(
        arguments: [
            ("later", 1, "later", "is unknown"),
            ("views", [], "views", "has not 1 to 256 entries"),
            ("views", nil, "views", "is missing"),
            (
                "views", [["name": "default", "port": 0]], "views[0].port", "is no integer from 1 to 65535"
            ),
            (
                "views", [["name": "default", "port": 5300], ["name": "browser", "port": 5300]], "views",
                "have a name or a port twice"
            ),
            ("table.name", "other", "table.name", "is not `enigm` of the family `inet`"),
            ("table.family", "netdev", "table.name", "is not `enigm` of the family `inet`"),
            ("table.flags", 1, "table.flags", "is unknown"),
            ("table.sets.0.name", "", "table.sets[0].name", "has not 1 to 255 bytes"),
            ("table.sets.0.name", "u_two", "table", "has a name twice"),
            ("table.sets.0.key", ["uids"], "table.sets[0].key[0]", "is no type"),
            ("table.sets.0.key", [], "table.sets[0].key", "has not 1 to 4 entries"),
            ("table.sets.0.elements", [["00"]], "table.sets[0].elements[0]", "is no uid of 4 bytes"),
            ("table.sets.0.elements", [["000007d1.01"]], "table.sets[0].elements[0]", "does not fit its set"),
            ("table.sets.0.elements", [[]], "table.sets[0].elements[0]", "is no element"),
            (
                "table.sets.0.elements", [["000007d1", "000007d0"]], "table.sets[0].elements[0]", "is no interval"
            ),
            ("table.sets.0.flags", 255, "table.sets[0].flags", "is no integer from 0 to 22"),
            ("table.sets.0.size", 0, "table.sets[0].size", "is no integer from 1 to 4294967295"),
            ("table.sets.0.later", 1, "table.sets[0].later", "is unknown"),
            ("table.chains.0.hook.type", "nut", "table.chains[0].hook.type", "is none of `filter`, `nat`, `route`"),
            (
                "table.chains.0.hook.priority", 1001, "table.chains[0].hook.priority",
                "is no integer from -1000 to 1000"
            ),
            ("table.chains.0.rules.0.do", [], "table.chains[0].rules[0].do", "has not 1 to 32 entries"),
            ("table.chains.0.rules.0.do", [["what": 1]], "table.chains[0].rules[0].do[0]", "is no statement"),
            ("table.chains.0.rules.0.do", [["verdict": "maybe"]], "table.chains[0].rules[0].do[0]", "is no verdict"),
            (
                "table.chains.0.rules.0.do", [["verdict": ["goto": "nowhere"]]], "table",
                "jumps to `nowhere`, which is no chain"
            ),
            (
                "table.chains.0.rules.0.do", [["match": ["meta skuid"], "in": "nobody"]], "table",
                "looks into `nobody`, which is no set"
            ),
            (
                "table.chains.0.rules.0.do", [["match": ["meta weather"], "equal": "00"]],
                "table.chains[0].rules[0].do[0].match[0]", "is no field"
            ),
            (
                "table.chains.0.rules.0.do", [["match": ["meta skuid"], "equal": "00000001", "not-equal": "00000001"]],
                "table.chains[0].rules[0].do[0].not-equal", "is unknown"
            ),
            (
                "table.chains.0.rules.0.do",
                [["set": "meta mark", "from": "ct mark", "keep": "0000000f", "bits": "00000001"]],
                "table.chains[0].rules[0].do[0].bits", "overlap with those that are kept"
            ),
            (
                "table.chains.0.rules.0.comment", .string(String(repeating: "x", count: 128)),
                "table.chains[0].rules[0].comment", "is too long"
            ),
            ("symbols.0.set", "absent", "symbols", "fill `absent`, which is no set of the table"),
            (
                "symbols.0.members", [["devices": "all"]], "symbols[0].members[0].devices",
                "is none of `physical`, `checked`"
            ),
            ("wire", nil, "wire", "is missing"),
            ("wire.later", 1, "wire.later", "is unknown"),
            ("wire.devices", ["a-name-of-16-byte"], "wire.devices[0]", "is no device"),
            ("wire.devices", ["eth0", "eth0"], "wire.devices", "has a device twice"),
            ("wire.rules.0.do", [["verdict": ["goto": "refuse"]]], "wire.rules[0]", "is no rule for a wire"),
            ("wire.rules.0.do", [["reject": "tcp reset"]], "wire.rules[0]", "is no rule for a wire"),
            (
                "wire.rules.0.do", [["match": ["meta skuid"], "equal": "00000001"]], "wire.rules[0]",
                "is no rule for a wire"
            ),
            ("wire.rules.0.do", [["match": ["meta mark"], "in": "u_two"]], "wire.rules[0]", "is no rule for a wire"),
            (
                "wire.rules.0.do", [["set": "ct mark", "from": "ct mark", "keep": "f0000000", "bits": "00000001"]],
                "wire.rules[0]", "is no rule for a wire"
            ),
            ("paths.0.number", 16, "paths[0].number", "is no integer from 0 to 15"),
            ("subjects.0.number", 256, "subjects[0].number", "is no integer from 0 to 255"),
            ("subjects.0.exclusive", 1, "subjects[0].exclusive", "is no truth value"),
        ] as [(String, JSONValue?, String, String)])
    func refuses(path: String, value: JSONValue?, key: String, problem: String) throws {
        let file = try EnforcementSample.bundle(replacing: path, with: value)
        #expect(throws: BundleError.manifestInvalid(key: "enforcement.\(key)", problem: problem)) {
            try Bundle.read(file)
        }
    }

    /// Any byte of the manifest changed, with the digest made right again: never a crash, and what is still read is
    /// within all limits, because it is written again.
    @Test func mutationsAreRefusedOrWhole() throws {
        var manifest = Sample.bareManifest
        manifest.enforcement = EnforcementSample.settings
        let text = Array(BundleWriter(manifest).encoded()[48...])
        var random = SplitMix(state: 7)
        var refused = 0
        for _ in 0..<1000 {
            var mutant = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: mutant.indices, using: &random)
                mutant[place] = text[Int.random(in: text.indices, using: &random)]
            }
            do {
                let bundle = try Bundle.read(Sample.file(manifest: mutant))
                #expect(Array(BundleWriter(bundle.manifest).encoded()[48...]).count == mutant.count)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500)
    }
}

enum EnforcementSample {
    static let settings = EnforcementSettings(
        template: RulesetTemplate(
            table: table,
            symbolicSets: [
                SymbolicSet("u_one", [.user("alice"), .group("web")]),
                SymbolicSet("u_two", [.physicalDevices, .checkedDevices, .device("eth0")]),
            ],
            wire: WireTemplate(
                namedDevices: ["wwan0"],
                rules: [
                    ChainRule(.isStamped, .hasRoute, .stamp, .accept, comment: "let out"),
                    ChainRule(.etherType(EtherType.arp), .counter, .stamp, .accept),
                ])),
        paths: [
            PathSettings(number: .direct, name: "direct", device: nil),
            PathSettings(number: PathNumber(2), name: "vpn", device: "wg0"),
        ],
        subjects: [
            SubjectSettings(
                number: SubjectNumber(4), name: "browser", selectors: [.user("alice"), .group("web")],
                isExclusive: true)
        ], views: [ViewPort(name: "default", port: 5300), ViewPort(name: "browser", port: 5301)],
        guardedPorts: [5300, 9140])

    private static let table = Table(
        .inet, EnforcementSettings.tableName,
        sets: [
            NamedSet("u_one", key: [.userIdentifier], elements: [SetElement(FieldValue(UInt32(2001)))]),
            NamedSet("u_two", key: [.mark], flags: [.timeout], size: 9),
            NamedSet(
                "prefixes", key: [.ipv4Address], flags: [.interval],
                elements: [SetElement(FieldValue(UInt32(1)), through: FieldValue(UInt32(9)))]),
            NamedSet(
                "endpoints", key: [.ipv4Address, .port],
                elements: [SetElement([FieldValue(UInt32(1)), FieldValue(UInt16(2))])]),
        ],
        chains: [
            Chain(
                "classify", hook: ChainHook(.filter, .output, priority: -300, policy: .accept, device: "eth0"),
                rules: statements.map { ChainRule([$0], comment: "rule one, line 7") }),
            Chain("refuse", rules: [ChainRule(.counter, .verdict(.return))]),
        ])

    private static let statements: [Statement] =
        operations.map { .match(Match(.meta(.mark), mask: FieldValue(UInt32(0xFF)), $0)) } + [
            .match(Match([.payload(.ipv4Destination), .payload(.transportDestinationPort)], .inSet("endpoints"))),
            .match(Match(.socketCgroup(level: 2), .equal(FieldValue(UInt64(7))))),
            .verdictMap(
                VerdictMap(
                    .meta(.mark), mask: FieldValue(UInt32(0xFF)),
                    entries: [
                        .init(SetElement(FieldValue(UInt32(1))), .accept),
                        .init(SetElement(FieldValue(UInt32(2))), .goto("refuse")),
                    ])),
            .limit(RateLimit(rate: 6, per: .minute)), .log(LogTarget(prefix: "enigm ", group: 3)),
            .log(LogTarget(prefix: "")),
            .setMark(MarkChange(.connection, from: .packet, keep: 0xF0, bits: 0x0F)), .setOriginalZone(4),
            .redirect(port: 5300), .masquerade, .reject(.tcpReset), .reject(.icmp(.noRoute)), .accept, .drop,
            .jump("refuse"), .goto("refuse"),
        ]

    private static let operations: [Match.Operation] = [
        .equal(FieldValue(UInt32(1))), .notEqual(FieldValue(UInt32(1))),
        .below(FieldValue(UInt32(1))), .within(FieldValue(UInt32(1)), FieldValue(UInt32(2))),
        .outside(FieldValue(UInt32(1)), FieldValue(UInt32(2))),
        .inSet("u_two"), .notInSet("u_two"), .anyOf([SetElement(FieldValue(UInt32(1)))]),
        .noneOf([SetElement(FieldValue(UInt32(1)), through: FieldValue(UInt32(2)))]),
    ]

    /// The bundle with one value below `enforcement` replaced, its digest right.
    static func bundle(replacing path: String, with value: JSONValue?) throws -> [UInt8] {
        var manifest = Sample.bareManifest
        manifest.enforcement = settings
        let text = Array(BundleWriter(manifest).encoded()[48...])
        let json = try JSONReader.read(text.span, maximumBytes: text.count)
        let steps = ["enforcement"] + path.split(separator: ".").map(String.init)
        return Sample.file(manifest: CanonicalJSONWriter.bytes(of: replacing(steps[...], in: json, with: value)))
    }

    private static func replacing(_ path: ArraySlice<String>, in json: JSONValue, with value: JSONValue?) -> JSONValue {
        guard let step = path.first else { return json }
        if var array = json.array, let index = Int(step) {
            array[index] = replacing(path.dropFirst(), in: array[index], with: value)
            return .array(array)
        }
        guard var object = json.object else { return json }
        object[step] =
            path.count == 1 ? value : object[step].map { replacing(path.dropFirst(), in: $0, with: value) }
        return .object(object)
    }
}
