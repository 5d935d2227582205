import CanonicalJSON
import ProfileLoader
import ProfileModel
import ProfileTestSupport
import TestSupport
import Testing
import YAMLSyntax

/// The schema takes every profile that is right, and refuses those whose shape is wrong.
@Suite struct ProfileSchemaTests {
    /// What a schema can see: which keys there are and what kind of value each has.
    static let structural: Set<DiagnosticCode> = [
        .unknownKey, .missingKey, .wrongType, .unknownValue, .emptyValue, .conflictingKeys, .unknownSchema, .badAddress,
        .nameInsteadOfAddress, .badPort, .badEndpoint, .badDuration, .badName, .badNumber, .badTruthValue, .badURL,
        .badPin, .badRate, .badTimestamp, .badIdentifier, .badDestination, .badExpectation, .badProtocol, .badICMP,
    ]

    static let wrongNames = TextFile.names(in: "\(Repository.root)/Tests/Diagnostics")

    @Test(.enabled(if: JSONSchemaTool.isAvailable, "python3-jsonschema is not installed"))
    func everyProfileThatLoadsIsAccepted() throws {
        var documents = MutationTests.profiles.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }
        documents += [
            ("full", FullProfile.text), ("least", FullProfile.minimal), ("parent", RefinementTests.parent),
            ("office", ExtendsTests.office),
        ]
        let heading = "schema: enigm.network/1\nprofile: { name: child, version: 1 }\nextends: [parent.yaml]\n"
        documents += RefinementTests.samples.map { ("child \($0.key)", heading + $0.wide) }
        documents += RefinementTests.samples.map { ("narrow child \($0.key)", heading + $0.narrow) }
        let refused = try JSONSchemaTool.refused(documents)
        #expect(refused.isEmpty, "\(refused)")
    }

    @Test(.enabled(if: JSONSchemaTool.isAvailable, "python3-jsonschema is not installed"))
    func everyProfileOfTheWrongShapeIsRefused() throws {
        let names = Self.wrongNames.filter { name in Self.structural.contains { name.hasPrefix($0.rawValue) } }
        #expect(names.count == Self.structural.count)
        let documents = names.map { ($0, TextFile.text(of: "\(Repository.root)/Tests/Diagnostics/\($0)/profile.yaml")) }
        let refused = try JSONSchemaTool.refused(documents)
        #expect(refused == names.sorted())
    }

    /// Nothing that the loader accepts is refused, however it came about.
    @Test(.enabled(if: JSONSchemaTool.isAvailable, "python3-jsonschema is not installed"))
    func mutationsThatLoadAreAccepted() throws {
        var generator = SplitMix(state: 23)
        let words = FullProfile.text.split { " ,\n".contains($0) }.map(String.init)
        var documents: [(String, String)] = []
        for round in 0..<3_000 {
            guard let old = words.randomElement(using: &generator), let new = words.randomElement(using: &generator)
            else { continue }
            let text = FullProfile.text.replacing(old, with: new, maxReplacements: 1)
            if load(text).profile != nil { documents.append(("round \(round)", text)) }
        }
        #expect(documents.count > 100)
        let refused = try JSONSchemaTool.refused(documents)
        #expect(refused.isEmpty, "\(documents.filter { refused.contains($0.0) }.map(\.1))")
    }

    @Test func everyKeyIsInItWithWhatItSays() {
        let text = CanonicalJSONWriter.text(of: ProfileSchema.document)
        var keys: [KeyShape] = []
        PolicyLanguagePageTests.collect(ProfileGrammar.shape, into: &keys)
        for key in keys { #expect(text.contains(key.help), "\(key.name)") }
    }
}

/// Python's `jsonschema`, which is not of our making.
enum JSONSchemaTool {
    static let isAvailable =
        Repository.hasTool("python3")
        && CommandResult.run("python3", ["-c", "import jsonschema; jsonschema.Draft202012Validator"]).status
            == .exited(0)

    private static let program = """
        import json, sys, jsonschema
        data = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(data["schema"])
        validator = jsonschema.Draft202012Validator(data["schema"])
        for document in data["documents"]:
            if not validator.is_valid(document["value"]):
                print(document["name"])
        """

    /// The names of those that the schema refuses, sorted.
    static func refused(_ documents: [(name: String, text: String)]) throws -> [String] {
        let values = documents.map { document -> JSONValue in
            ["name": .string(document.name), "value": YAMLReading(Array(document.text.utf8)).root?.json ?? .null]
        }
        let scratch = ScratchDirectory()
        let data: JSONValue = ["schema": ProfileSchema.document, "documents": .array(values)]
        let file = scratch.write(CanonicalJSONWriter.text(of: data), to: "documents.json")
        let result = CommandResult.run("python3", ["-c", program, file], limit: .seconds(300))
        #expect(result.status == .exited(0), "\(result.errors)")
        return result.outputLines.sorted()
    }
}

extension YAMLNode {
    /// As an editor has it: plain scalars typed by the core schema of YAML 1.2.
    fileprivate var json: JSONValue {
        switch content {
        case .scalar(let scalar): scalar.isQuoted ? .string(scalar.text) : YAMLNode.typed(scalar.text)
        case .sequence(let nodes): .array(nodes.map(\.json))
        case .mapping(let entries): .object(JSONObject(entries.map { ($0.key.text, $0.value.json) }))
        case .unreadable: .null
        }
    }

    private static func typed(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: break
        }
        if let number = Int64(text), number.magnitude < 1 << 53 { return .integer(number) }
        if text.first.map({ "+-.0123456789".contains($0) }) == true, !text.contains("x"), let number = Double(text),
            number.isFinite
        {
            return .double(number)
        }
        return .string(text)
    }
}
