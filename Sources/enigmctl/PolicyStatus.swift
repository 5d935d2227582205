internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import PolicyRuntime

/// `enigmctl policy status`: what the kernel holds now.
struct PolicyStatus: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows which policy is in force, as seen in the kernel now.",
        discussion: """
            Below the state stand its reasons; behind an arrow, what to do about the one before.

            EXAMPLES:
              enigmctl policy status
              enigmctl policy status --json

            EXIT STATUS:
              0 enforced or degraded, 1 violated, 3 the enforcer is not running
            """)

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let status = try ControlClient.policy(global).call("Status")
        if global.wantsJSON {
            Document.write(.object(status))
        } else {
            StandardStreams.writeOutput(PolicyStatus.text(of: status))
        }
        let state = status["state"]?.string
        if state != "enforced", state != "degraded" { throw ExitStatus.findings }
    }

    static func text(of status: JSONObject) -> String {
        var rows: [(String, String)] = [("state", "\(text(status["state"])) since \(text(status["since"]))")]
        rows += reasons(status).map { ("", $0) }
        if let profile = status["profile"]?.string {
            rows.append(("profile", "\(profile), version \(text(status["profileVersion"]))"))
        }
        rows += [
            ("digest", text(status["bundleDigest"])),
            ("epoch", "\(text(status["epoch"])), kernel generation \(text(status["generation"]))"),
            ("table", "\(text(status["tableDigest"]).prefix(16)), \(ownership(status))"),
            ("direct by", devices(status)),
            ("wires", wires(status)),
            ("drifts", drifts(status)),
            ("audit", text(status["auditHead"])),
        ]
        return rows.map { label, value in
            let padding = String(repeating: " ", count: max(1, 11 - label.count))
            return label + padding + value + "\n"
        }.joined()
    }

    /// Those that are findings say where something is and what to do, in a line of its own.
    private static func reasons(_ status: JSONObject) -> [String] {
        let findings = (status["findings"]?.array ?? []).compactMap { Finding(json: $0) }
        let known = Dictionary(findings.map { ($0.line, $0) }) { first, _ in first }
        return (status["reasons"]?.array ?? []).flatMap { reason -> [String] in
            guard let finding = known[text(reason)] else { return [text(reason)] }
            return ["\(finding.place): \(finding.what)", "  -> \(finding.remedy)"]
        }
    }

    private static func ownership(_ status: JSONObject) -> String {
        status["isOwned"]?.bool == true ? "kept from other programs" : "open to other programs, watched"
    }

    private static func devices(_ status: JSONObject) -> String {
        let names = (status["devices"]?.array ?? []).compactMap(\.string)
        return names.isEmpty ? "no device" : names.joined(separator: ", ")
    }

    /// What the second layer is in force for.
    private static func wires(_ status: JSONObject) -> String {
        guard status["kernel"]?.object?["egress"]?.bool == true else { return "not checked" }
        let names = (status["checkedDevices"]?.array ?? []).compactMap(\.string)
        return names.isEmpty ? "no device" : "checked: \(names.joined(separator: ", "))"
    }

    private static func drifts(_ status: JSONObject) -> String {
        let number = status["driftCount"]?.integer ?? 0
        guard let last = status["lastDrift"]?.object else { return "none since the start" }
        let by = (last["by"]?.array ?? []).compactMap { $0.object?["command"]?.string }.last ?? "an unknown program"
        let outcome =
            last["repairMicroseconds"]?.integer.map {
                "repaired in \(ResolverStats.hundredths(Double($0) / 1000)) ms"
            }
            ?? "not repaired"
        return "\(number), the last at \(text(last["seenAt"])) by \(by), \(outcome)"
    }

    private static func text(_ value: JSONValue?) -> String {
        value?.string ?? value?.integer.map(String.init) ?? "-"
    }
}
