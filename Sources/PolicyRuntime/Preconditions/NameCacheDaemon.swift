/// nscd(8), which the C library asks before it looks at nsswitch.conf.
struct NameCacheDaemon: Equatable {
    static let socket = "/run/nscd/socket"
    static let configuration = "/etc/nscd.conf"

    let isListening: Bool
    /// Whether it answers for hosts, which it does unless it is told not to.
    let servesHosts: Bool

    /// `text`: of its configuration; nil where there is none.
    init(isListening: Bool, text: String?) {
        self.isListening = isListening
        let settings = (text ?? "").split(whereSeparator: \.isNewline).map { $0.split(whereSeparator: \.isWhitespace) }
        let last = settings.last { $0.count >= 3 && $0[0] == "enable-cache" && $0[1] == "hosts" }
        servesHosts = last.map { $0[2] != "no" } ?? true
    }

    /// As for ``NameServiceSwitch/findings(asksResolved:restricts:)``.
    func findings(restricts: Bool) -> [Finding] {
        guard isListening, servesHosts else { return [] }
        return [
            Finding(
                NameServiceSwitch.collapse("nscd", restricts: restricts), at: NameCacheDaemon.socket,
                remedy: "stop nscd, or write `enable-cache hosts no` into \(NameCacheDaemon.configuration)",
                weight: restricts ? .violated : .degraded, concern: .names)
        ]
    }
}
