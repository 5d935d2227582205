/// What NetworkManager.conf(5) has NetworkManager do with resolv.conf.
struct NetworkManagerSettings: Equatable {
    static let path = "/etc/NetworkManager/NetworkManager.conf"

    /// `[main] dns=`, the last that is written, and where.
    private(set) var dns: Value?
    /// `[main] rc-manager=`, likewise.
    private(set) var manager: Value?

    struct Value: Equatable {
        let word: String
        let path: String
    }

    /// `files`: path and text of each, in the order in which it reads them; a later one has the last word.
    init(_ files: [(path: String, text: String)]) {
        for file in files {
            var section: Substring = ""
            for line in file.text.split(whereSeparator: \.isNewline).map({ $0.trimmed }) {
                if line.hasPrefix("[") { section = line }
                guard section == "[main]", let (key, word) = NetworkManagerSettings.entry(line) else { continue }
                if key == "dns" { dns = Value(word: word, path: file.path) }
                if key == "rc-manager" { manager = Value(word: word, path: file.path) }
            }
        }
    }

    /// `isLink`: resolv.conf is a link to another program's file, which NetworkManager leaves alone unless it is told to
    /// write a file.
    func findings(isLink: Bool) -> [Finding] {
        guard dns?.word != "none", manager?.word != "unmanaged" else { return [] }
        let place = dns?.path ?? manager?.path ?? NetworkManagerSettings.path
        switch dns?.word {
        case "dnsmasq":
            return [finding("`dns=dnsmasq` has a dnsmasq of its own asked by every program", at: place)]
        case let word:
            if isLink, !["file", "resolvconf", "netconfig"].contains(manager?.word ?? "") { return [] }
            let said = word.map { "`dns=\($0)`" } ?? "`dns` is not `none`"
            return [finding("\(said): NetworkManager writes \(ResolverFile.path)", at: place)]
        }
    }

    private func finding(_ what: String, at place: String) -> Finding {
        Finding(
            what, at: place, remedy: "write `[main]` and `dns=none` into a file of /etc/NetworkManager/conf.d",
            concern: .names)
    }

    /// `key=value`, with room around both.
    private static func entry(_ line: Substring) -> (key: Substring, word: String)? {
        guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { return nil }
        return (line[..<sign].trimmed, String(line[line.index(after: sign)...].trimmed))
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}
