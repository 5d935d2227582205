internal import ArgumentParser
internal import LabPeers
internal import LinuxIO

/// How the upstream behaves.
struct ScriptOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Behave as this file says; see above.", valueName: "file"))
    var script: String?

    @Option(
        name: .customLong("line"),
        help: ArgumentHelp("One more line for the end of the script; may be repeated.", valueName: "line"))
    var lines: [String] = []

    @Option(help: ArgumentHelp("Draw chance from this number instead of the script's seed.", valueName: "number"))
    var seed: UInt64?

    @Flag(help: "Do not tell of each line of the script that does something.")
    var quiet = false

    static let help = """
        A script says how it behaves: one thing a line, WHEN: WHAT. This one answers, but not well:

            before answer 3: reset            # a connection's third answer never comes
            answer 1%: delay 800ms            # one answer of a hundred is late
            connection every 2, idle 4s: close  # each second one ends when idle

        This one is stuck: the connection stays, and nothing comes any more:

            after answer 5: stall

        And this one is asked over HTTPS alone, shows a bad certificate, and lies:

            transport doh
            certificate expired
            answer: send wrong-question

        WHEN is any of connection, answer, before answer, within answer, after answer and idle TIME, separated by \
        commas. Which one: 3, 2..5, 2.., every 3 or 10%; without that, each.

        WHAT, for the end of a connection: close, cut, reset, goaway, disown, stall. For bytes: noise, trickle TIME. \
        For an answer: delay TIME or TIME..TIME, ignore, status NUMBER, media-type TYPE, reset-stream, send MESSAGE. \
        MESSAGE: wrong-id, wrong-question, foreign-records, oversized, half, garbage, copy, truncated, servfail, \
        refused, or file PATH.

        Settings stand alone: transport dot|doh, certificate KIND, tls 1.1|1.2|1.3, tickets off, streams NUMBER, \
        seed NUMBER. docs/lab.md explains each word; lab-scripts holds one script for each fault.
        """

    /// The script with what the command line adds; every mistake in it is told.
    func read() throws(LabFailure) -> Script {
        let text = try readText()
        let all = (script == nil ? [] : [text]) + lines
        do throws(ScriptError) {
            var read = try Script(all.joined(separator: "\n"), file: readFile)
            if let seed { read.seed = seed }
            return read
        } catch {
            throw .findings(error.problems.map { explained($0, text) + "\n" }.joined())
        }
    }

    var log: (@Sendable (String) -> Void)? {
        if quiet { return nil }
        return { line in LabOutput.progress(line) }
    }

    private func readText() throws(LabFailure) -> String {
        guard let script else { return "" }
        do throws(FileContents.ReadError) {
            let bytes = try FileContents.read(script, limitBytes: Script.maximumBytes)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw .environment("\(error)")
        }
    }

    /// A path that a script names is seen from where the script is.
    private func readFile(_ path: String) throws(ScriptProblem.Unreadable) -> [UInt8] {
        let directory =
            path.hasPrefix("/")
            ? ""
            : script?.split(separator: "/", omittingEmptySubsequences: false)
                .dropLast().map { $0 + "/" }.joined() ?? ""
        do throws(FileContents.ReadError) {
            return try FileContents.read(directory + path, limitBytes: ForeignMessages.maximumFileBytes)
        } catch {
            throw ScriptProblem.Unreadable(reason: "\(error)")
        }
    }

    private func explained(_ problem: ScriptProblem, _ text: String) -> String {
        let lineCount = script == nil ? 0 : text.split(separator: "\n", omittingEmptySubsequences: false).count
        guard problem.line > lineCount else { return "\(script ?? ""):\(problem)" }
        let line = lines[problem.line - lineCount - 1]
        return "--line `\(line)`, column \(problem.column): error: \(problem.message)"
    }
}
