/// Reads scripts, and says everything that is wrong with one.
struct ScriptReader {
    typealias Mistake = ScriptWords.Mistake
    typealias FileReader = (String) throws(ScriptProblem.Unreadable) -> [UInt8]

    /// Longer waits are no test.
    static let maximumTime: UInt64 = 3_600_000_000_000
    static let maximumNumber = 1_000_000
    /// What is shown of a text that is nothing but mistakes.
    private static let maximumProblems = 50

    private var script = Script.wellBehaved
    private var problems: [ScriptProblem] = []

    mutating func read(_ text: String, file: FileReader) throws(ScriptError) -> Script {
        guard text.utf8.count <= Script.maximumBytes else {
            let message = "a script has \(Script.maximumBytes) bytes at most"
            throw ScriptError(problems: [ScriptProblem(line: 1, column: 1, message: message)])
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where problems.count < ScriptReader.maximumProblems {
            do throws(Mistake) {
                try read(ScriptWords(line), index + 1, file)
            } catch {
                problems.append(ScriptProblem(line: index + 1, column: error.column, message: error.message))
            }
        }
        guard problems.isEmpty else { throw ScriptError(problems: problems) }
        return script
    }

    private mutating func read(_ line: ScriptWords, _ number: Int, _ file: FileReader) throws(Mistake) {
        var words = line
        guard !words.isEmpty else { return }
        if words.contains(":") {
            var rule = try ScriptReader.condition(&words)
            rule.line = number
            rule.text = line.text
            rule.action = try ScriptReader.action(&words, at: rule.moment, file)
            script.rules.append(rule)
        } else {
            try readSetting(&words)
        }
        try words.needEnd()
    }

    private mutating func readSetting(_ words: inout ScriptWords) throws(Mistake) {
        let first = try words.need("a word")
        switch first.text {
        case "certificate":
            script.certificate = try words.choice("a kind", of: CertificateKind.allCases.map { ($0.rawValue, $0) })
        case "transport":
            script.transport = try words.choice(
                "a transport", of: Script.Transport.allCases.map { ($0.rawValue, $0) })
        case "tls":
            script.version = try words.choice(
                "a version", of: [("1.1", TLSVersion.tls11), ("1.2", .tls12), ("1.3", .tls13)])
        case "tickets": script.issuesTickets = try words.choice("a choice", of: [("on", true), ("off", false)])
        case "streams":
            script.maximumStreams = UInt32(try words.number("a number of streams", in: 1...ScriptReader.maximumNumber))
        case "seed": script.seed = UInt64(try words.number("a seed", in: 0...Int.max))
        default:
            throw Mistake(
                column: first.column,
                message: "`\(first.text)` is no setting: write certificate, transport, tls, tickets, streams or seed, "
                    + "or `WHEN: ACTION`")
        }
    }

    // MARK: - When

    /// Everything up to the colon. Action, line and text are still to be filled in.
    private static func condition(_ words: inout ScriptWords) throws(Mistake) -> ScriptRule {
        var rule = ScriptRule(line: 0, text: "", moment: .opening, action: .ignore)
        repeat {
            let word = try words.need("connection, answer or idle")
            switch word.text {
            case "connection": rule.connections = try choice(&words)
            case "idle": rule.moment = .idle(try time(&words).lowerBound)
            case "answer": rule.moment = .answer(try choice(&words), .inPlace)
            case "before", "within", "after":
                guard words.take("answer") else {
                    throw Mistake(column: word.column, message: "write `\(word.text) answer`")
                }
                let place = ScriptRule.Place(rawValue: word.text) ?? .inPlace
                rule.moment = .answer(try choice(&words), place)
            default:
                throw Mistake(
                    column: word.column,
                    message: "`\(word.text)` is no moment: write connection, answer, before answer, within answer, "
                        + "after answer or idle")
            }
        } while words.take(",")
        let colon = try words.need("`:`")
        guard colon.text == ":" else {
            throw Mistake(column: colon.column, message: "`\(colon.text)` does not belong here: `,` or `:` follows")
        }
        return rule
    }

    private static func choice(_ words: inout ScriptWords) throws(Mistake) -> ScriptChoice {
        if words.take("every") { return .every(try words.number("a step", in: 1...maximumNumber)) }
        guard let next = words.next, next != ":", next != ",", let word = words.take() else { return .all }
        let wrong = Mistake(
            column: word.column,
            message: "`\(word.text)` is no choice: write a number, `2..5`, `2..`, `every 3` or `10%`")
        if word.text.hasSuffix("%") {
            guard let percent = Double(word.text.dropLast()), (0...100).contains(percent) else { throw wrong }
            return .share(UInt32(percent / 100 * Double(ScriptChoice.wholeShare)))
        }
        let ends = bounds(word.text)
        guard let first = Int(ends.0), let last = ends.1.isEmpty ? Int.max : Int(ends.1), first >= 1, first <= last
        else { throw wrong }
        return .numbers(first...last)
    }

    /// What stands before and after `..`; a text without it is both.
    private static func bounds(_ text: String) -> (Substring, Substring) {
        guard let dot = text.firstIndex(of: "."), text[dot...].hasPrefix("..") else { return (text[...], text[...]) }
        return (text[..<dot], text[text.index(dot, offsetBy: 2)...])
    }

    /// `20ms`, or `20ms..80ms`.
    private static func time(_ words: inout ScriptWords) throws(Mistake) -> ClosedRange<UInt64> {
        let word = try words.need("a time")
        let ends = bounds(word.text)
        guard let first = nanoseconds(ends.0), let last = nanoseconds(ends.1), first <= last, last <= maximumTime else {
            throw Mistake(
                column: word.column,
                message: "`\(word.text)` is no time: write `250us`, `20ms`, `4s` or `20ms..80ms`, up to an hour")
        }
        return first...last
    }

    private static func nanoseconds(_ text: Substring) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: UInt64] = ["us": 1_000, "ms": 1_000_000, "s": 1_000_000_000]
        guard let number = UInt64(digits), let unit = units[text.dropFirst(digits.count)] else { return nil }
        let product = number.multipliedReportingOverflow(by: unit)
        return product.overflow ? nil : product.partialValue
    }

    // MARK: - What

    private static func action(
        _ words: inout ScriptWords, at moment: ScriptRule.Moment, _ file: FileReader
    ) throws(Mistake) -> ScriptRule.Action {
        let word = try words.need("an action")
        guard let possible = actions(at: moment).first(where: { $0 == word.text }) else {
            let choices = actions(at: moment).joined(separator: ", ")
            throw Mistake(
                column: word.column,
                message: "`\(word.text)` is nothing that can happen there: choose one of \(choices)")
        }
        switch possible {
        case "noise": return .noise
        case "trickle": return .trickle(try time(&words).lowerBound)
        case "delay": return .delay(try time(&words))
        case "ignore": return .ignore
        case "reset-stream": return .resetStream
        case "status": return .status(try words.number("a status", in: 200...599))
        case "media-type": return .mediaType(try words.need("a media type").text)
        case "send": return .send(try message(&words, file))
        case "keepalive": return .keepalive(try keepalive(&words))
        default: return .end(ScriptRule.Ending(rawValue: possible) ?? .close)
        }
    }

    private static func actions(at moment: ScriptRule.Moment) -> [String] {
        let endings = ScriptRule.Ending.allCases.map(\.rawValue)
        return switch moment {
        case .opening: endings + ["noise", "trickle"]
        case .idle, .answer(_, .within): endings
        case .answer(_, .before), .answer(_, .after): endings + ["noise", "send"]
        case .answer(_, .inPlace):
            ["delay", "ignore", "send", "keepalive", "status", "media-type", "reset-stream", "trickle"]
        }
    }

    /// `2s`, or `bytes 3`.
    private static func keepalive(_ words: inout ScriptWords) throws(Mistake) -> ScriptedKeepalive {
        if words.take("bytes") {
            return ScriptedKeepalive(byteCount: try words.number("a length", in: 0...ScriptedKeepalive.maximumBytes))
        }
        let word = try words.need("a time")
        guard let keepalive = nanoseconds(word.text[...]).flatMap({ ScriptedKeepalive(time: $0) }) else {
            throw Mistake(
                column: word.column,
                message: "`\(word.text)` cannot be said: write a time in tenths of a second, such as `1500ms`, up to "
                    + "`6553500ms`, or `bytes 3`")
        }
        return keepalive
    }

    private static let messages: [(String, ScriptedMessage?)] = [
        ("wrong-id", .wrongIdentifier), ("wrong-question", .wrongQuestion), ("foreign-records", .foreignRecords),
        ("oversized", .oversized), ("half", .half), ("garbage", .garbage), ("copy", .copy), ("truncated", .truncated),
        ("servfail", .serverFailure), ("refused", .refused), ("file", nil),
    ]

    private static func message(_ words: inout ScriptWords, _ file: FileReader) throws(Mistake) -> ScriptedMessage {
        if let message = try words.choice("a message", of: messages) { return message }
        let path = try words.need("a file")
        var foreign: ForeignMessages
        do throws(ScriptProblem.Unreadable) { foreign = try ForeignMessages(framed: try file(path.text)) } catch {
            throw Mistake(column: path.column, message: "`\(path.text)`: \(error.reason)")
        }
        if words.take("as") {
            foreign.disguise = try words.choice(
                "a disguise", of: ForeignMessages.Disguise.allCases.map { ($0.rawValue, $0) })
        }
        if words.take("times") {
            foreign.countPerQuery = try words.number("a number of messages", in: 1...ForeignMessages.maximumCount)
        }
        return .foreign(foreign)
    }
}
