internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO

/// `enigmctl policy apply BUNDLE`: puts it in force.
struct PolicyApply: Verb {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Puts a bundle in force, in one transaction, and reads it back.",
        discussion: """
            What was in force stays when the bundle is refused. Every flow is judged again by the new policy. A \
            running resolver then takes the same bundle. Takes root, the enforcer's own user, or the group enigm.

            EXAMPLES:
              enigmctl policy apply travel.bundle

            EXIT STATUS:
              0 in force, 1 in force in the kernel, and a running resolver did not take it, 3 the enforcer is not \
            running or refuses the bundle
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The bundle.", completion: .file(extensions: ["bundle"]))
    var bundle: String

    func run() throws {
        let parameters = try PolicyBundle(path: bundle).parameters
        let reply = try ControlClient.policy(global).call("Apply", parameters)
        if global.wantsJSON {
            Document.write(.object(reply))
        } else {
            StandardStreams.writeOutput(PolicyApply.text(of: reply))
        }
        if reply["resolver"]?.string == "failed" { throw ExitStatus.findings }
    }

    static func text(of reply: JSONObject) -> String {
        let news = reply["changed"]?.bool == true ? "" : " (the bundle is the one that was in force)"
        return "in force: digest \(reply["bundleDigest"]?.string?.prefix(12) ?? ""), epoch "
            + "\(reply["epoch"]?.integer ?? 0)\(news)\n"
            + "applied in \(milliseconds(reply["milliseconds"])) ms\(stages(reply))\n" + resolver(reply) + "\n"
    }

    /// ``: read 3.1, prepare 0.3, commit 6.2, compare 4.1, record 1.2``
    private static func stages(_ reply: JSONObject) -> String {
        let words = ["read", "prepare", "commit", "compare", "record"].compactMap { stage in
            reply["stages"]?.object?[stage].map { "\(stage) \(milliseconds($0))" }
        }
        return words.isEmpty ? "" : ": " + words.joined(separator: ", ")
    }

    private static func resolver(_ reply: JSONObject) -> String {
        switch reply["resolver"]?.string {
        case "agreed": "the resolver runs the same bundle"
        case "absent": "no resolver is running: it takes the bundle when it starts"
        default: "the resolver does not run this bundle: \(reply["resolverFailure"]?.string ?? "it was not asked")"
        }
    }

    private static func milliseconds(_ value: JSONValue?) -> String {
        ResolverStats.hundredths(value?.double ?? 0)
    }
}
