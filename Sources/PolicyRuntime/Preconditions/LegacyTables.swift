/// Tables of iptables-legacy, which are not nft's: nobody but that program shows what is in them.
struct LegacyTables: Equatable {
    /// By command, such as `iptables-legacy`.
    private let tables: [(command: String, name: String, isCertain: Bool)]

    /// `names`: what the kernel lists for IPv4 and IPv6 (/proc/net/ip_tables_names, which root alone can read); nil where it
    /// does not tell. Then `modules`, those of the kernel (/proc/modules), tell what there may be.
    init(names: [String?], modules: String?) {
        var tables: [(String, String, Bool)] = []
        let loaded = (modules ?? "").split(whereSeparator: \.isNewline).compactMap { $0.split(separator: " ").first }
        for (family, listed) in zip(LegacyTables.families, names) {
            for name in LegacyTables.kinds {
                let isListed = listed.map { $0.split(whereSeparator: \.isWhitespace).contains { $0 == name } }
                if isListed ?? loaded.contains("\(family.module)_\(name)") {
                    tables.append((family.command, name, isListed != nil))
                }
            }
        }
        self.tables = tables
    }

    static func == (left: LegacyTables, right: LegacyTables) -> Bool { left.findings == right.findings }

    var findings: [Finding] {
        tables.map { command, name, isCertain in
            Finding(
                "\(isCertain ? "a table" : "the module of a table") is loaded whose rules may translate or mark packets, "
                    + "and are not seen here", at: "\(command) -t \(name)",
                remedy: "look at `\(command) -t \(name) -S`, and use nft for what is needed of it")
        }
    }

    /// The table `filter` can only refuse.
    private static let kinds = ["nat", "mangle", "raw"]
    private static let families = [
        (command: "iptables-legacy", module: "iptable"), (command: "ip6tables-legacy", module: "ip6table"),
    ]
}
