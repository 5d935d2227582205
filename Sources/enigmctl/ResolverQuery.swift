internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO

/// `enigmctl resolver query NAME [TYPE]`: one question, the way any program's question goes.
struct ResolverQuery: Verb {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Resolves a name as any program would, and tells where the answer came from.",
        discussion: """
            For root, the daemon's user and the group `enigm`; everybody else asks by any DNS tool, as who he is.

            EXAMPLES:
              enigmctl resolver query www.example.org
              enigmctl resolver query www.example.org HTTPS --json
              enigmctl resolver query chat.example.org --view messaging

            EXIT STATUS:
              0 answered, also that the name does not exist; 1 the answer is a failure; 3 the resolver is not running
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The domain name.")
    var name: String

    @Argument(help: "The record type, such as AAAA, HTTPS or TYPE65.")
    var type = "A"

    @Option(
        help: ArgumentHelp(
            "Ask as that subject would, whose view it is.",
            valueName: "subject"))
    var view: String?

    func run() throws {
        var parameters: JSONObject = ["name": .string(name), "type": .string(type)]
        parameters["view"] = view.map { .string($0) }
        let answer = try ControlClient.resolver(global).call("Query", parameters)
        if global.wantsJSON {
            Document.write(answer, schema: "enigm.resolver-query/1")
        } else {
            StandardStreams.writeOutput(ResolverQuery.text(of: answer))
        }
        let code = answer["rcode"]?.string ?? ""
        if code != "NOERROR", code != "NXDOMAIN" { throw ExitStatus.findings }
    }

    /// The records, a line each, and a closing line.
    static func text(of answer: JSONObject) -> String {
        var lines = (answer["lines"]?.array ?? []).compactMap(\.string)
        lines.append("\(answer["rcode"]?.string ?? "?") \(source(of: answer)), \(time(of: answer))")
        if let error = answer["extendedError"]?.object { lines.append(explanation(error)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func source(of answer: JSONObject) -> String {
        if answer["fromCache"]?.bool == true { return "from the cache" }
        return answer["upstream"]?.string.map { "from upstream `\($0)`" } ?? "from the resolver itself"
    }

    private static func time(of answer: JSONObject) -> String {
        "\(ResolverStats.hundredths(answer["milliseconds"]?.double ?? 0)) ms"
    }

    private static func explanation(_ error: JSONObject) -> String {
        let text = error["text"]?.string.map { ": \($0)" } ?? ""
        return "extended error \(error["code"]?.integer ?? 0), \(error["purpose"]?.string ?? "unknown")\(text)"
    }
}
