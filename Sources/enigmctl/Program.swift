internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO

/// One run: arguments in, exit status out. The parser's own codes (64 for wrong usage, 0 without a verb) become ours.
enum Program {
    static func run(_ arguments: [String]) -> ExitStatus {
        do {
            var command = try command(arguments)
            return try run(&command)
        } catch let missing as MissingVerb {
            StandardStreams.writeError(missing.help + "\n")
            return .wrongUsage
        } catch {
            return report(error)
        }
    }

    /// What begins with the name of a verb needs no other command read, which is most of what the parser takes. What its
    /// verb alone does not accept is read from the root: help and problems speak of the whole command.
    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        var type: any ParsableCommand.Type = Enigmctl.self
        var rest = arguments[...]
        while let name = rest.first,
            let next = type.configuration.subcommands.first(where: { $0.configuration.commandName == name })
        {
            type = next
            rest.removeFirst()
        }
        if type.configuration.subcommands.isEmpty, let command = try? type.parse(Array(rest)) { return command }
        return try Enigmctl.parseAsRoot(arguments)
    }

    private static func run(_ command: inout any ParsableCommand) throws -> ExitStatus {
        do {
            try command.run()
            return .success
        } catch let status as ExitStatus {
            return status
        } catch let failure as Failure {
            return report(failure, of: command)
        } catch let error as SystemError {
            return report(.environment("cannot \(error)"), of: command)
        }
    }

    private static func report(_ failure: Failure, of command: any ParsableCommand) -> ExitStatus {
        guard (command as? any Verb)?.global.wantsJSON == true else {
            StandardStreams.writeError("enigmctl: \(failure.message)\n")
            return failure.status
        }
        Document.write([
            "schema": "enigm.error/1", "error": .string(failure.message),
            "exit-code": .integer(Int64(failure.status.rawValue)),
        ])
        return failure.status
    }

    /// Help that was asked for is an answer; everything else that the parser throws is wrong usage.
    private static func report(_ error: any Error) -> ExitStatus {
        let text = Enigmctl.fullMessage(for: error) + "\n"
        guard Enigmctl.exitCode(for: error).isSuccess else {
            StandardStreams.writeError(inOurWords(text))
            return .wrongUsage
        }
        StandardStreams.writeOutput(text)
        return .success
    }

    /// `Error: Unexpected argument` as our other messages begin: `enigmctl: unexpected argument`.
    private static func inOurWords(_ text: String) -> String {
        guard text.hasPrefix("Error: ") else { return text }
        let message = text.dropFirst("Error: ".count)
        return "enigmctl: " + message.prefix(1).lowercased() + message.dropFirst()
    }
}
