internal import Bundle
internal import Cryptography
package import LinuxIO
internal import ServiceHost

/// The program `enigm-resolverd`, from its arguments to its exit code.
package enum ResolverDaemon {
    static let program = "enigm-resolverd"

    /// `arguments` without the program's name.
    package static func run(_ arguments: [String]) -> ExitCode {
        switch ServiceOptions.read(arguments, environment: { Environment[$0] }) {
        case .help:
            StandardStreams.writeOutput(ServiceHelp.text)
            return .success
        case .version:
            StandardStreams.writeOutput("\(program) \(ProductVersion.text)\n")
            return .success
        case .wrongUsage(let message):
            StandardStreams.writeError("\(program): \(message)\n\(ServiceHelp.usage)\n")
            return .wrongUsage
        case .run(let options):
            return run(options)
        }
    }

    private static func run(_ options: ServiceOptions) -> ExitCode {
        let log = ServiceLog(program: program)
        SignalSource.ignoreBrokenPipes()
        CryptographyLibrary.prepareForDaemon()
        do {
            let source = try ResolverSource(options.common)
            guard !options.common.checksOnly else { return report(try source.load(source.path), options) }
            let (accepted, setAside) = try source.newest()
            if let setAside { log.write(.warning, setAside) }
            var service = try ResolverService(options, source: source, accepted: accepted, log: log)
            try service.serve()
            return .success
        } catch {
            log.write(.error, error.description)
            return .environmentFailed
        }
    }

    private static func report(_ accepted: AcceptedBundle, _ options: ServiceOptions) -> ExitCode {
        let profile = accepted.manifest.profile
        StandardStreams.writeOutput(
            "bundle `\(options.common.bundlePath)` is good: profile `\(profile.name)` version \(profile.version), "
                + "digest \(accepted.digest)\n")
        return .success
    }
}
