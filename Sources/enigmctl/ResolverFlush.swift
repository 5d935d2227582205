internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO

/// `enigmctl resolver flush [NAME]`: forgets cached answers.
struct ResolverFlush: Verb {
    static let configuration = CommandConfiguration(
        commandName: "flush", abstract: "Forgets the cached answers for a name, or all of them.")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The domain name; without one everything is forgotten.")
    var name: String?

    func run() throws {
        var parameters = JSONObject()
        parameters["name"] = name.map { .string($0) }
        let reply = try ControlClient.resolver(global).call("Flush", parameters)
        guard !global.wantsJSON else { return Document.write(.object(reply)) }
        let count = reply["removed"]?.integer ?? 0
        StandardStreams.writeOutput("forgot \(count) cached \(count == 1 ? "answer" : "answers")\n")
    }
}
