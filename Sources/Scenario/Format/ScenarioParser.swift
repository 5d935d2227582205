internal import DNSWire

/// Reads a scenario from its first line to SCENARIO_END.
struct ScenarioParser {
    /// Files of the field have some thousand lines; more is a mistake of the caller.
    static let maximumSteps = 100_000

    private var lines: ScenarioLines
    private var file = ScenarioFile()
    private var origin = OwnedName.root
    private var defaultTTL = RecordLine.defaultTTL

    init(_ text: String) {
        lines = ScenarioLines(text)
    }

    mutating func parse() throws(ScenarioError) -> ScenarioFile {
        try readConfiguration()
        guard let begin = lines.next() else { throw .malformed("there is no `SCENARIO_BEGIN`", line: 1) }
        guard begin.keyword == "SCENARIO_BEGIN" else {
            throw .unsupported(String(begin.keyword), line: begin.number)
        }
        file.title = String(begin.rest)
        while true {
            let line = try lines.next("SCENARIO_END", since: begin.number)
            if line.keyword == "SCENARIO_END" { return file }
            try read(line)
        }
    }

    /// All lines before CONFIG_END, or before the scenario when there is none.
    private mutating func readConfiguration() throws(ScenarioError) {
        var configuration: [ScenarioLine] = []
        while let line = lines.first, line.keyword != "SCENARIO_BEGIN" {
            _ = lines.next()
            if line.keyword == "CONFIG_END" { break }
            configuration.append(line)
        }
        file.configuration = try ScenarioConfiguration(configuration)
    }

    private mutating func read(_ line: ScenarioLine) throws(ScenarioError) {
        switch line.keyword {
        case "TITLE": file.title = String(line.rest)
        case "RANGE_BEGIN": file.ranges.append(try range(line))
        case "STEP":
            file.steps.append(try step(line))
            guard file.steps.count <= ScenarioParser.maximumSteps else {
                throw .malformed("there are more than \(ScenarioParser.maximumSteps) steps", line: line.number)
            }
        case "$ORIGIN":
            guard let name = OwnedName(line.rest) else {
                throw .malformed("`\(line.rest)` is no domain name", line: line.number)
            }
            origin = name
        case "$TTL": defaultTTL = try RecordLine.lifetime(line.rest, line: line.number)
        default: throw .unsupported(String(line.keyword), line: line.number)
        }
    }

    private mutating func range(_ begin: ScenarioLine) throws(ScenarioError) -> AnswerRange {
        let numbers = begin.words.dropFirst().compactMap { Int($0) }
        guard numbers.count == 2, numbers[0] <= numbers[1] else {
            throw .malformed("`RANGE_BEGIN` takes the first and the last step", line: begin.number)
        }
        var range = AnswerRange(steps: numbers[0]...numbers[1])
        while true {
            let line = try lines.next("RANGE_END", since: begin.number)
            switch line.keyword {
            case "RANGE_END": return range
            case "ADDRESS": range.addresses += line.words.dropFirst().map(String.init)
            case "ENTRY_BEGIN": range.entries.append(try entry(line))
            default: throw .unsupported(String(line.keyword), line: line.number)
            }
        }
    }

    private mutating func entry(_ begin: ScenarioLine) throws(ScenarioError) -> ScenarioEntry {
        try EntryParser.parse(&lines, since: begin.number, origin: origin, defaultTTL: defaultTTL)
    }

    private mutating func step(_ line: ScenarioLine) throws(ScenarioError) -> ScenarioStep {
        let words = line.words
        guard words.count >= 3, let number = Int(words[1]) else {
            throw .malformed("`STEP` takes a number and what happens", line: line.number)
        }
        let action = try action(String(words[2]), Array(words.dropFirst(3)), line)
        return ScenarioStep(number: number, line: line.number, action: action)
    }

    private mutating func action(
        _ kind: String, _ words: [Substring], _ line: ScenarioLine
    ) throws(ScenarioError) -> ScenarioStep.Action {
        switch kind {
        case "NOTHING", "TRAFFIC", "LOG", "INFRA_RTT": return .nothing
        case "QUERY":
            let client = try client(words, line.number)
            return .query(try following(line), client)
        case "CHECK_ANSWER": return .checkAnswer(try following(line))
        case "CHECK_OUT_QUERY":
            return .checkOutgoingQuery(try following(line), address: try address(words, line.number))
        case "REPLY": return .reply(try following(line), address: try address(words, line.number))
        case "TIMEOUT": return .timeOut(address: try address(words, line.number))
        case "ERROR": return .breakConnection(address: try address(words, line.number))
        case "TIME_PASSES": return .timePasses(try elapsed(words, line.number))
        case "ASSIGN": return try assignment(words, line.number)
        case "FLUSH_MESSAGE": return .flush(try name(words.first ?? "", line.number))
        case "NETWORK_CHANGE": return .networkChange
        default: throw .unsupported("STEP \(kind)", line: line.number)
        }
    }

    private mutating func following(_ step: ScenarioLine) throws(ScenarioError) -> ScenarioEntry {
        let line = try lines.next("ENTRY_BEGIN", since: step.number)
        guard line.keyword == "ENTRY_BEGIN" else {
            throw .malformed("`ENTRY_BEGIN` is missing behind `\(step.text)`", line: line.number)
        }
        return try entry(line)
    }

    private func client(_ words: [Substring], _ line: Int) throws(ScenarioError) -> ScenarioClient {
        var client = ScenarioClient()
        for index in stride(from: 0, to: words.count, by: 2) {
            let value = index + 1 < words.count ? words[index + 1] : ""
            switch words[index] {
            case "ADDRESS": client.address = String(value)
            case "VIEW":
                guard let view = UInt16(value) else { throw .malformed("`\(value)` is no view", line: line) }
                client.view = view
            default: throw .unsupported("STEP QUERY \(words[index])", line: line)
            }
        }
        return client
    }

    private func address(_ words: [Substring], _ line: Int) throws(ScenarioError) -> String? {
        guard let first = words.first else { return nil }
        guard first == "ADDRESS", words.count == 2 else { throw .unsupported(String(first), line: line) }
        return String(words[1])
    }

    private func elapsed(_ words: [Substring], _ line: Int) throws(ScenarioError) -> ScenarioExpression {
        guard let kind = words.first, kind == "ELAPSE" || kind == "EVAL" else {
            throw .unsupported("TIME_PASSES \(words.first ?? "")", line: line)
        }
        return try ScenarioExpression(words.dropFirst().joined(separator: " "), line: line)
    }

    /// `name = expression`.
    private func assignment(_ words: [Substring], _ line: Int) throws(ScenarioError) -> ScenarioStep.Action {
        guard words.count >= 3, words[1] == "=" else {
            throw .malformed("`ASSIGN` takes a name, `=` and a value", line: line)
        }
        let value = try ScenarioExpression(words.dropFirst(2).joined(separator: " "), line: line)
        return .assign(String(words[0]), value)
    }

    private func name(_ text: Substring, _ line: Int) throws(ScenarioError) -> OwnedName {
        guard let name = OwnedName(text) else { throw .malformed("`\(text)` is no domain name", line: line) }
        return name
    }
}
