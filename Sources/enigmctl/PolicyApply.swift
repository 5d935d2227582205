internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO

/// `enigmctl policy apply BUNDLE`: puts it in force.
struct PolicyApply: Verb {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Puts a bundle in force, in one transaction, and reads it back.",
        discussion: """
            What was in force stays when the bundle is refused. Every flow is judged again by the new policy. Takes \
            root, the enforcer's own user, or the group enigm.

            EXAMPLES:
              enigmctl policy apply travel.bundle

            EXIT STATUS:
              0 in force, 3 the enforcer is not running or refuses the bundle
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The bundle.", completion: .file(extensions: ["bundle"]))
    var bundle: String

    func run() throws {
        let parameters = try PolicyBundle(path: bundle).parameters
        let reply = try ControlClient.policy(global).call("Apply", parameters)
        guard !global.wantsJSON else { return Document.write(.object(reply)) }
        let digest = reply["bundleDigest"]?.string ?? ""
        let time = ResolverStats.milliseconds(reply["milliseconds"]?.double ?? 0)
        let news = reply["changed"]?.bool == true ? "" : " (the bundle is the one that was in force)"
        StandardStreams.writeOutput(
            "in force: digest \(digest.prefix(12)), epoch \(reply["epoch"]?.integer ?? 0), applied and read back in "
                + "\(time) ms\(news)\n")
    }
}
