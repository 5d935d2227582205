internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import ServiceHost

/// `enigmctl audit show`: the records, a line each.
struct AuditShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what was done to the policy.",
        discussion: """
            EXAMPLES:
              enigmctl audit show --last 20
              enigmctl audit show --json

            EXIT STATUS:
              0 shown, 3 the log cannot be read
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var audit: AuditOptions

    @Option(help: ArgumentHelp("Only the newest records.", valueName: "count"))
    var last: Int?

    func validate() throws {
        if let last, last < 1 { throw ValidationError("`--last` is a number from 1") }
    }

    func run() throws {
        let lines = try audit.chain().lines
        let shown = lines.suffix(last ?? lines.count)
        guard !global.wantsJSON else {
            return Document.write([
                "schema": "enigm.audit-show/1", "records": .array(shown.map { .object($0.record) }),
            ])
        }
        StandardStreams.writeOutput(shown.map { AuditShow.text(of: $0) + "\n" }.joined())
    }

    static func text(of line: AuditLine) -> String {
        let number = String(line.sequence)
        let padding = String(repeating: " ", count: max(0, 6 - number.count))
        let event = line.event + String(repeating: " ", count: max(1, 14 - line.event.count))
        let detail = line.record["detail"]?.object ?? [:]
        return "\(padding)\(number)  \(line.record["time"]?.string ?? "?")  \(event)\(summary(of: detail))"
    }

    /// The members that say most, in one line.
    private static func summary(of detail: JSONObject) -> String {
        var words: [String] = []
        if let profile = detail["profile"]?.string {
            words.append("`\(profile)` version \(detail["profileVersion"]?.integer ?? 0)")
        }
        if let epoch = detail["epoch"]?.integer { words.append("epoch \(epoch)") }
        for key in ["reason", "failure"] {
            if let text = detail[key]?.string { words.append(text) }
        }
        let committers = (detail["by"]?.array ?? []).compactMap { commit -> String? in
            guard let command = commit.object?["command"]?.string else { return nil }
            return "\(command) (process \(commit.object?["process"]?.integer ?? 0))"
        }
        if let committer = committers.last { words.append("by \(committer)") }
        words += (detail["changes"]?.array ?? []).prefix(1).compactMap(\.string)
        for (key, word) in [("appeared", "found"), ("vanished", "gone")] {
            let lines = (detail[key]?.array ?? []).compactMap(\.string)
            if let first = lines.first {
                words.append("\(word): \(first)" + (lines.count > 1 ? " (and \(lines.count - 1) more)" : ""))
            }
        }
        if let time = detail["repairMicroseconds"]?.integer {
            words.append("in \(ResolverStats.hundredths(Double(time) / 1000)) ms")
        }
        return words.joined(separator: ", ")
    }
}
