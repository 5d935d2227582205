internal import ArgumentParser
internal import LabPeers
internal import LinuxIO

/// Messages of one's own that the upstream sends as answers.
struct ForeignMessageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Before each answer send the messages of this file that have the query's question, and others in turn; "
                + "each has its length in two bytes before it.", valueName: "file"))
    var messagesFirst: String?

    @Option(help: "What is made to fit the query: raw (nothing), id, or question (that, the id, and being a response).")
    var messagesDisguise: ForeignMessages.Disguise = .id

    @Option(help: ArgumentHelp("How many others are sent for one query.", valueName: "count"))
    var messagesCount = 1

    @Flag(help: "Send them in place of the answer.")
    var messagesOnly = false

    private static let maximumFileBytes = 64 << 20
    /// A connection holds a thousand answers back.
    private static let maximumCount = 500

    func validate() throws {
        guard (1...ForeignMessageOptions.maximumCount).contains(messagesCount) else {
            throw ValidationError("--messages-count is 1 to \(ForeignMessageOptions.maximumCount)")
        }
    }

    func read() throws(LabFailure) -> ForeignMessages {
        guard let messagesFirst else { return ForeignMessages() }
        var foreign = ForeignMessages(try ForeignMessageOptions.messages(in: messagesFirst))
        foreign.disguise = messagesDisguise
        foreign.countPerQuery = messagesCount
        foreign.replacesAnswer = messagesOnly
        return foreign
    }

    /// As on a stream (RFC 1035 section 4.2.2).
    private static func messages(in path: String) throws(LabFailure) -> [[UInt8]] {
        let bytes: [UInt8]
        do throws(FileContents.ReadError) {
            bytes = try FileContents.read(path, limitBytes: maximumFileBytes)
        } catch {
            throw .environment("\(error)")
        }
        var rest = bytes[...]
        var messages: [[UInt8]] = []
        while rest.count >= 2, Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1]) <= rest.count - 2 {
            let count = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
            messages.append(Array(rest.prefix(count)))
            rest.removeFirst(count)
        }
        guard rest.isEmpty else { throw .findings("enigm-lab: `\(path)` ends within a message\n") }
        return messages
    }
}

extension ForeignMessages.Disguise: ExpressibleByArgument {}
