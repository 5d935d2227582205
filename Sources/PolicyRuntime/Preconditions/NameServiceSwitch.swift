/// The line `hosts` of nsswitch.conf(5): through whom the C library finds addresses.
struct NameServiceSwitch: Equatable {
    static let path = "/etc/nsswitch.conf"

    /// In the order of the file; nil where it says nothing, and the C library has its own.
    let services: [String]?

    init(_ text: String) {
        let line = text.split(whereSeparator: \.isNewline).map { $0.prefix { $0 != "#" } }.first { line in
            line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first?.firstWord == "hosts"
        }
        services = line.map { NameServiceSwitch.words(String($0.drop { $0 != ":" }.dropFirst())) }
    }

    /// `asksResolved`: systemd-resolved answers those whom the service `resolve` sends. `restricts`: some view answers
    /// the names of its subject's rules only.
    func findings(asksResolved: Bool, restricts: Bool) -> [Finding] {
        guard let services else { return [] }
        let found = services.compactMap { finding($0, asksResolved: asksResolved, restricts: restricts) }
        guard !services.contains("dns") else { return found }
        return found + [NameServiceSwitch.finding("`dns` is missing from `hosts`: programs do not ask the resolver")]
    }

    /// What a daemon that answers for everybody makes of views.
    static func collapse(_ program: String, restricts: Bool) -> String {
        "\(program) asks for every program, as one sender: "
            + (restricts
                ? "a subject that may look up the names of its rules only is answered every name"
                : "what a view has for one subject, it has for none")
    }

    private func finding(_ service: String, asksResolved: Bool, restricts: Bool) -> Finding? {
        switch service {
        case _ where NameServiceSwitch.harmless.contains(service): nil
        case "resolve" where asksResolved:
            NameServiceSwitch.finding(
                "`\(service)` in `hosts`: " + NameServiceSwitch.collapse("systemd-resolved", restricts: restricts),
                weight: restricts ? .violated : .degraded)
        case "resolve":
            NameServiceSwitch.finding("`\(service)` in `hosts`: systemd-resolved asks for every program once it runs")
        case _ where service.hasPrefix("mdns"):
            NameServiceSwitch.finding(
                "`\(service)` in `hosts`: another program asks the link for every program, and the tables refuse that")
        default:
            NameServiceSwitch.finding("`\(service)` in `hosts`: another program answers, whom no view holds for")
        }
    }

    private static func finding(_ what: String, weight: Finding.Weight = .degraded) -> Finding {
        Finding(what, at: path, remedy: "write `hosts: files dns`", weight: weight, concern: .names)
    }

    /// Those that ask us, or nobody: files, and what this machine is called.
    private static let harmless: Set<String> = [
        "files", "dns", "db", "altfiles", "myhostname", "mymachines", "libvirt", "libvirt_guest",
    ]

    /// Without what is to happen after each, which stands in brackets.
    private static func words(_ text: String) -> [String] {
        var isAction = false
        return text.split(whereSeparator: \.isWhitespace).flatMap { $0.splitKeeping("[") }.compactMap { word in
            if word.hasPrefix("[") { isAction = true }
            defer { if word.hasSuffix("]") { isAction = false } }
            return isAction ? nil : String(word)
        }
    }
}

extension Substring {
    fileprivate var firstWord: Substring { drop(while: \.isWhitespace).prefix { !$0.isWhitespace } }

    /// The parts before each `mark`, and from it on.
    fileprivate func splitKeeping(_ mark: Character) -> [Substring] {
        guard let index = firstIndex(of: mark), index != startIndex else { return [self] }
        return [self[..<index], self[index...]]
    }
}
