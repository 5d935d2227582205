internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import NetworkTypes
internal import Posture

/// `enigmctl posture show`: looks at everything once and says what was seen.
struct PostureShow: Verb {
    /// A document of ours has a few thousand bytes.
    private static let maximumDocumentBytes = 1 << 20

    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Looks at the daemons and the kernel, and shows the posture.",
        discussion: """
            Every value comes with its age, the way it was observed and what was not. Also without running daemons: \
            what nobody can see is `unknown`.

            EXAMPLES:
              enigmctl posture show
              enigmctl posture show --json > posture.json
              enigmctl posture show --json --previous posture.json --evidence evidence.json

            EXIT STATUS:
              0 all signals are enforced, 1 one is not, 3 no daemon answered (the document is printed all the same)
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The name to ask (default: a fresh one under example.org).", valueName: "domain"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "An earlier document: signals that have kept their value keep their `since`.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var previous: String?

    @Option(
        help: ArgumentHelp("Where to write what the evidence digests are digests of.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var evidence: String?

    func run() throws {
        let earlier = try previous.map(PostureShow.earlierSignals) ?? [:]
        let observations = PostureObserver(global, name: name).observe()
        let document = PostureDocument(observations, at: WallClock.now, earlier: earlier)
        if let evidence { try write(document.evidence, to: evidence) }
        if global.wantsJSON {
            Document.write(document.json)
        } else {
            let table = PostureTable(document, isColoured: Terminal.outputIsColoured)
            StandardStreams.writeOutput(table.text)
        }
        if observations.isEmpty { throw ExitStatus.environmentFailed }
        if !document.isEnforced { throw ExitStatus.findings }
    }

    private static func earlierSignals(_ path: String) throws -> [SignalName: EarlierSignal] {
        let bytes: [UInt8]
        do {
            bytes = try FileContents.read(path, limitBytes: maximumDocumentBytes)
        } catch {
            throw Failure.environment("cannot read `\(path)`: \(error.reason)")
        }
        guard let value = try? JSONReader.read(bytes.span, maximumBytes: maximumDocumentBytes),
            let earlier = EarlierSignal.read(value)
        else { throw Failure.usage("`\(path)` is no posture document; give what `posture show --json` printed") }
        return earlier
    }

    private func write(_ evidence: JSONValue, to path: String) throws {
        do {
            try FileContents.replace(path, with: CanonicalJSONWriter.bytes(of: evidence))
        } catch {
            throw Failure.environment("cannot write `\(path)`: \(error.reason)")
        }
    }
}
