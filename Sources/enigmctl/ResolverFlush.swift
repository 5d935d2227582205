internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO

/// `enigmctl resolver flush [NAME]`: forgets cached answers.
struct ResolverFlush: Verb {
    static let configuration = CommandConfiguration(
        commandName: "flush", abstract: "Forgets the cached answers for a name, or all of them.",
        discussion: """
            Takes root, the resolver's own user, or the group enigm.

            EXAMPLES:
              enigmctl resolver flush www.example.org
              enigmctl resolver flush

            EXIT STATUS:
              0 forgotten, 3 the resolver is not running or does not permit it
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The domain name; without one everything is forgotten.")
    var name: String?

    func run() throws {
        var parameters = JSONObject()
        parameters["name"] = name.map { .string($0) }
        let reply = try ControlClient.resolver(global).call("Flush", parameters)
        guard !global.wantsJSON else { return Document.write(reply, schema: "enigm.resolver-flush/1") }
        let count = reply["removed"]?.integer ?? 0
        StandardStreams.writeOutput("forgot \(count) cached \(count == 1 ? "answer" : "answers")\n")
    }
}
