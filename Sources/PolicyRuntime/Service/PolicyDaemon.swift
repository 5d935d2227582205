internal import Bundle
package import LinuxIO
internal import ServiceHost

/// The program `enigm-policyd`, from its arguments to its exit code.
package enum PolicyDaemon {
    static let program = "enigm-policyd"

    /// `arguments` without the program's name.
    package static func run(_ arguments: [String]) -> ExitCode {
        switch PolicyOptions.read(arguments, environment: { Environment[$0] }) {
        case .help:
            StandardStreams.writeOutput(PolicyHelp.text)
            return .success
        case .version:
            StandardStreams.writeOutput("\(program) \(ProductVersion.text)\n")
            return .success
        case .wrongUsage(let message):
            StandardStreams.writeError("\(program): \(message)\n\(PolicyHelp.usage)\n")
            return .wrongUsage
        case .run(let options):
            return run(options)
        }
    }

    private static func run(_ options: PolicyOptions) -> ExitCode {
        let log = ServiceLog(program: program)
        SignalSource.ignoreBrokenPipes()
        do {
            let source = try PolicySource(options.common)
            guard !options.common.checksOnly else { return try check(source) }
            var service = try PolicyService(options, source: source, log: log)
            guard !options.endsAfterApply else { return .success }
            try service.serve()
            return .success
        } catch {
            log.write(.error, error.description)
            return .environmentFailed
        }
    }

    private static func check(_ source: PolicySource) throws(PolicyFailure) -> ExitCode {
        let policy = try source.load(source.path, digest: nil, views: try source.memory().views)
        StandardStreams.writeOutput("bundle `\(source.path)` is good: \(policy.line)\n")
        return .success
    }
}
