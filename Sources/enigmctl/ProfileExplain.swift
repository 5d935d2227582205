internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import NetworkTypes
internal import PolicyCompiler
internal import ProfileModel

/// `enigmctl profile explain`: what becomes of one packet, and which line of the profile says so.
struct ProfileExplain: Verb {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells what becomes of a packet, and which line of the profile says so.",
        discussion: """
            No packet is sent. The packet is the first of its flow.

            EXAMPLES:
              enigmctl profile explain travel.yaml --from browser --to 'tcp 203.0.113.7:443'
              enigmctl profile explain travel.yaml --from any --to 'udp [2001:db8::1]:53'
              enigmctl profile explain travel.yaml --from portal-browser --to 'udp 192.0.2.1:53' --portal-open 192.0.2.1

            EXIT STATUS:
              0 explained, 1 the profile has errors, 2 there is no such subject, 3 the file cannot be read
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The profile.", completion: .file(extensions: ["yaml"]))
    var file: String

    @Option(name: .customLong("from"), help: ArgumentHelp("A subject, `any` or `resolver`.", valueName: "subject"))
    var subject: String

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp(
            "Such as 'tcp 203.0.113.7:443' or 'icmp echo-request 203.0.113.7'.", valueName: "destination"))
    var destination: String

    @OptionGroup var time: MomentOption

    @Option(
        name: .customLong("portal-open"),
        help: ArgumentHelp(
            "As while the portal is open, on a link with that resolver.", valueName: "address"))
    var linkResolver: String?

    func run() throws {
        let (target, moment, linkResolver) = (try target(), try time.moment, try portalResolver())
        let input = try ProfileInput(path: file, through: .enforcement)
        guard var simulation = input.simulation(names: target.name.map { [$0] } ?? []) else {
            reportProblems(input)
            throw ExitStatus.findings
        }
        if let linkResolver {
            guard simulation.profile.portal != nil else {
                throw Failure.usage("`\(file)` has no portal; leave `--portal-open` out")
            }
            simulation = simulation.withPortalOpen([linkResolver])
        }
        guard let sender = simulation.senders(of: subject).first else {
            throw Failure.usage("`\(file)` has no subject `\(subject)` with senders of its own: \(known(simulation))")
        }
        let examination = simulation.examine(target, from: sender, at: moment)[0]
        let explanation = Explanation(examination, of: simulation.profile)
        if global.wantsJSON {
            Document.write(explanation.json(file: file, sources: input.sources, from: subject, to: "\(target)"))
        } else {
            let renderer = DiagnosticRenderer(sources: input.sources, isColoured: Terminal.outputIsColoured)
            StandardStreams.writeOutput(explanation.text(from: subject, to: "\(target)", renderer))
        }
    }

    /// Whom one can ask about.
    private func known(_ simulation: ProfileSimulation) -> String {
        let names = simulation.profile.subjects.map(\.name.value).filter { !simulation.senders(of: $0).isEmpty }
        return "it has " + ([Subject.any, Subject.resolver] + names).map { "`\($0)`" }.joined(separator: ", ")
    }

    private func portalResolver() throws -> IPAddress? {
        guard let linkResolver else { return nil }
        guard let address = IPAddress(linkResolver) else {
            throw Failure.usage("`\(linkResolver)` is no address; write the link's resolver, such as 192.0.2.1")
        }
        return address
    }

    private func target() throws -> TestDestination {
        do throws(ValueProblem) {
            return try TestDestination(written: destination)
        } catch {
            throw Failure.usage(error.message)
        }
    }

    private func reportProblems(_ input: ProfileInput) {
        guard !global.wantsJSON else {
            return Document.write([
                "schema": "enigm.profile-explain/1", "file": .string(file),
                "diagnostics": .array(input.diagnostics.map { $0.json(input.sources) }), "verdict": .null,
            ])
        }
        let renderer = DiagnosticRenderer(sources: input.sources, isColoured: Terminal.errorIsColoured)
        StandardStreams.writeError(renderer.render(input.diagnostics))
        StandardStreams.writeError("`\(file)` does not compile: \(ProblemCount(input.diagnostics).text)\n")
    }
}
