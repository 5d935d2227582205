import Bundle
import CanonicalJSON
import KernelTestSupport
import NetfilterBackend
import PolicyCompiler
import ProfileModel
import ProfileTestSupport
import Ruleset
import TestSupport
import Testing

/// What profiles are compiled to, as files. After a change that is meant: ENIGM_REWRITE_GOLDEN=1, and read the diff.
@Suite struct GoldenTests {
    @Test func thereAreGoldenProfiles() { #expect(Golden.all.count >= 12) }

    @Test(arguments: Golden.all)
    func theBundleIsTheSame(golden: Golden) throws {
        let result = PolicyCompiler.compile(try golden.profile(), files: golden.file.files)
        // What this version does not do yet is said, and no mistake.
        #expect(result.mistakes.filter { $0.code != .notSupported || $0.severity == .error } == [])
        let bytes = try #require(result.bundle).encoded()
        let written = try #require(result.bundle).manifestByteCount
        let json = try JSONReader.read(Array(bytes[48..<48 + written]).span, maximumBytes: bytes.count)
        try compare(JSONLayout.text(of: json), with: "bundle.json", of: golden)
        let manifest = try Bundle.read(bytes).manifest
        #expect(manifest == result.bundle?.manifest)
        let bound = manifest.byteCountBound(sectionCount: manifest.sections.count)
        #expect((written...4 * written).contains(bound))
    }

    @Test(arguments: Golden.all)
    func theRulesetIsTheSame(golden: Golden) throws {
        try compare(Ruleset(tables: try golden.tables()).text, with: "ruleset.nft", of: golden)
    }

    /// `nft` takes both forms, and what the kernel holds then is what our own batch puts there; and it prints
    /// the same of both. Its JSON has no word for a socket's control group (1.0.6).
    @Test(
        .enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"),
        arguments: RepositoryProfile.golden + RepositoryProfile.shipped)
    func theKernelHoldsTheSameHoweverItIsLoaded(file: RepositoryProfile) throws {
        let tables = try file.tables()
        let scratch = ScratchDirectory()
        let text = scratch.write(Ruleset(tables: tables).text, to: "ruleset.nft")
        let json = scratch.write(CanonicalJSONWriter.text(of: Ruleset(tables: tables).nftJSON), to: "ruleset.json")
        try KernelNamespace.run {
            // Kernels before 6.16 want a chain's device to be there.
            for device in tables[1].chains.compactMap(\.hook?.device) {
                let made = CommandResult.run("ip", ["link", "add", device, "type", "veth"])
                #expect(made.status == .exited(0), "\(made.errors)")
            }
            let connection = try NetfilterConnection()
            let read = { try tables.compactMap { try connection.readTable($0.family, $0.name) } }
            let isInJSON = !tables[0].chains.contains { $0.asksForControlGroups }
            var batch = NetfilterBatch()
            for table in tables { batch.replace(table) }
            try connection.commit(batch)
            var held = [try read()]
            let printed = CommandResult.run("nft", ["list", "ruleset"]).output
            for arguments in [["-f", text]] + (isInJSON ? [["-j", "-f", json]] : []) {
                let check = CommandResult.run("nft", ["-c"] + arguments)
                let result = CommandResult.run("nft", arguments)
                #expect(check.status == .exited(0) && result.status == .exited(0), "nft \(arguments): \(result.errors)")
                held.append(try read())
                let now = CommandResult.run("nft", ["list", "ruleset"]).output
                let changes = EmittedLines(now).difference(from: EmittedLines(printed))
                #expect(changes == [], "nft \(arguments)")
            }
            for read in held {
                try #require(read.count == tables.count)
                for (read, table) in zip(read, tables) { #expect(read.differences(from: table) == []) }
            }
        }
    }

    private func compare(_ text: String, with file: String, of golden: Golden) throws {
        if Golden.isRewriting { TextFile.write(Array(text.utf8), to: golden.path(file)) }
        let expected = golden.text(of: file)
        let lines = (text.split(separator: "\n"), expected.split(separator: "\n"))
        let first = zip(lines.0, lines.1).first { $0 != $1 }
        #expect(text == expected, "\(golden.path(file)): \(first.map { "\($0.0)\ninstead of\n\($0.1)" } ?? "length")")
    }
}

/// What nft prints, less the capacities of sets: only our own batch gives them.
private struct EmittedLines {
    private let lines: [Substring]

    init(_ text: String) { lines = text.split(separator: "\n").filter { !$0.hasPrefix("\t\tsize ") } }

    func difference(from other: EmittedLines) -> [String] {
        lines.difference(from: other.lines).map { "\($0)" }
    }
}

extension Chain {
    fileprivate var asksForControlGroups: Bool {
        rules.contains { rule in
            rule.statements.contains { statement in
                guard case .match(let match) = statement, case .socketCgroup = match.fields[0] else { return false }
                return true
            }
        }
    }
}

/// JSON that a person can read and a diff can show: what fits a line stays on it.
private enum JSONLayout {
    static func text(of value: JSONValue) -> String { lines(of: value, room: 110).joined(separator: "\n") + "\n" }

    private static func lines(of value: JSONValue, room: Int) -> [String] {
        let text = CanonicalJSONWriter.text(of: value)
        if text.utf8.count <= room { return [text] }
        if let object = value.object {
            let members = object.map { member in
                let inner = lines(of: member.value, room: room - 2)
                return ["\"\(member.key)\": \(inner[0])"] + inner.dropFirst()
            }.sorted { $0[0] < $1[0] }
            return wrapped(members, "{", "}")
        }
        if let array = value.array { return wrapped(array.map { lines(of: $0, room: room - 2) }, "[", "]") }
        return [text]
    }

    private static func wrapped(_ members: [[String]], _ opening: String, _ closing: String) -> [String] {
        let inner = members.enumerated().flatMap { index, lines in
            lines.dropLast() + [lines[lines.count - 1] + (index == members.count - 1 ? "" : ",")]
        }
        return [opening] + inner.map { "  " + $0 } + [closing]
    }
}
