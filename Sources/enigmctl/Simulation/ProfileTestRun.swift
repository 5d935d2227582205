internal import CanonicalJSON
internal import ProfileMeaning
internal import ProfileModel

/// All tests of a profile, run.
struct ProfileTestRun {
    private(set) var tests: [Result] = []
    /// What cannot be tested.
    private(set) var diagnostics: [Diagnostic] = []

    struct Result {
        let test: ProfileTest
        var packets: [PacketResult] = []
    }

    /// One packet of a test, from the sender that fared worst.
    struct PacketResult {
        let destination: TestDestination
        let expected: PacketFate
        let examination: ProfileSimulation.Examination
        /// What decided, in words and in the profile.
        let reason: String
        let place: SourceRange?

        init(_ destination: TestDestination, _ expected: PacketFate, _ explanation: Explanation) {
            self.destination = destination
            self.expected = expected
            examination = explanation.examination
            reason = explanation.reason
            place = explanation.place
        }

        var hasPassed: Bool { examination.fate == expected && examination.isEnforced }
    }

    init(_ simulation: ProfileSimulation, at moment: Timestamp) {
        for test in simulation.profile.tests {
            let simulation =
                test.portalResolvers.map { simulation.withPortalOpen(Set($0.map(\.value))) } ?? simulation
            let senders = simulation.senders(of: test.from.value)
            if senders.isEmpty { refuse("`\(test.from.value)` has no sender of its own", at: test.from.range) }
            var result = Result(test: test)
            for (destination, expectation) in zip(test.destinations, test.expectations) where !senders.isEmpty {
                let results = senders.flatMap { sender in
                    simulation.examine(destination.value, from: sender, at: moment).map { examination in
                        PacketResult(
                            destination.value, PacketFate(expectation.value),
                            Explanation(examination, of: simulation.profile))
                    }
                }
                if let shown = results.first(where: { !$0.hasPassed }) ?? results.first {
                    result.packets.append(shown)
                }
            }
            tests.append(result)
        }
    }

    private mutating func refuse(_ message: String, at range: SourceRange) {
        diagnostics.append(Diagnostic(.notSupported, message, at: range, help: "leave it out of the tests"))
    }

    var hasPassed: Bool { diagnostics.isEmpty && failures == 0 }

    private var failures: Int { tests.reduce(0) { $0 + $1.packets.count { !$0.hasPassed } } }

    /// A line a packet under the name of its test, why below those that fail, and one line of counts.
    func text(_ sources: [SourceFile]) -> String {
        let rows = tests.flatMap { result in result.packets.map(\.row) }
        var lines = StatsTable.aligned(rows, numeric: [])[...]
        var text = ""
        for result in tests {
            text += "\(result.test.name.value), from \(result.test.from.value)\n"
            for packet in result.packets {
                text += "  \(lines.removeFirst())\n"
                if !packet.hasPassed { text += "          because \(packet.cause(sources))\n" }
            }
        }
        return text + "\(count(tests.count, "test")), \(count(rows.count, "packet")): "
            + (failures == 0 ? "all as expected\n" : "\(failures) not as expected\n")
    }

    func json(_ sources: [SourceFile]) -> [JSONValue] {
        tests.map { result in
            [
                "name": .string(result.test.name.value), "from": .string(result.test.from.value),
                "line": .integer(Int64(result.test.name.range.start.line)),
                "packets": .array(result.packets.map { $0.json(sources) }),
            ]
        }
    }
}

extension ProfileTestRun.PacketResult {
    fileprivate var row: [String] {
        [hasPassed ? "ok" : "FAILED", "\(destination)", "\(examination.fate)", complaint]
    }

    private var complaint: String {
        if examination.fate != expected { return "expected \(expected)" }
        return examination.isEnforced ? "" : "the compiled table says \(examination.enforced)"
    }

    /// With the place, as compilers write it.
    fileprivate func cause(_ sources: [SourceFile]) -> String {
        guard let place, sources.indices.contains(place.file) else { return reason }
        return "\(reason): \(sources[place.file].name):\(place.start.line):\(place.start.column)"
    }

    fileprivate func json(_ sources: [SourceFile]) -> JSONValue {
        [
            "to": .string("\(destination)"), "expected": .string("\(expected)"),
            "profile": .string("\(examination.fate)"), "table": .string("\(examination.enforced)"),
            "passed": .bool(hasPassed), "reason": .string(reason), "range": place?.json(sources) ?? .null,
        ]
    }
}
