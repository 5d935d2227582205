internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import PolicyRuntime

/// `enigmctl policy plan BUNDLE`: what applying it would change, tried out in the kernel.
struct PolicyPlan: Verb {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what applying a bundle would change, and whether the kernel would take it.",
        discussion: """
            The kernel checks the whole change and forgets it. Rules are compared by what they mean, in the language \
            of nft. Open to everyone; the enforcer has to be able to read the bundle.

            EXAMPLES:
              enigmctl policy plan travel.bundle

            EXIT STATUS:
              0 the kernel would take it, 1 it would refuse it, 3 the enforcer is not running or refuses the bundle
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The bundle.", completion: .file(extensions: ["bundle"]))
    var bundle: String

    func run() throws {
        let parameters = try PolicyBundle(path: bundle).parameters
        let reply = try ControlClient.policy(global).call("Plan", parameters)
        if global.wantsJSON {
            Document.write(.object(reply))
        } else {
            StandardStreams.writeOutput(PolicyPlan.text(of: reply, isColoured: Terminal.outputIsColoured))
        }
        if reply["refusal"]?.string != nil { throw ExitStatus.findings }
    }

    static func text(of plan: JSONObject, isColoured: Bool) -> String {
        var lines: [String] = []
        for (key, sign, colour) in [("removed", "-", "31"), ("added", "+", "32"), ("moved", "~", "33")] {
            for line in strings(plan[key]) {
                lines.append(isColoured ? "\u{1B}[\(colour)m\(sign) \(line)\u{1B}[0m" : "\(sign) \(line)")
            }
        }
        let total = plan["changeCount"]?.integer ?? 0
        if total > Int64(lines.count) { lines.append("... and \(total - Int64(lines.count)) more") }
        let name = plan["profile"]?.string ?? "?"
        let version = plan["profileVersion"]?.integer ?? 0
        lines.append("profile `\(name)` version \(version): " + summary(of: plan, changes: Int(total)))
        lines += (plan["findings"]?.array ?? []).compactMap { Finding(json: $0) }.map {
            "\($0.weight.rawValue): \($0.line)"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func summary(of plan: JSONObject, changes: Int) -> String {
        if let refusal = plan["refusal"]?.string { return refusal }
        guard changes > 0 else { return "nothing changes" }
        return "\(count(changes, "change")), and the kernel takes \(changes == 1 ? "it" : "them")"
    }

    private static func strings(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
}
