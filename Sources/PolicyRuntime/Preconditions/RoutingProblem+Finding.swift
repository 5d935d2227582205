internal import NetfilterBackend
internal import NetworkTypes

extension RoutingProblem {
    var finding: Finding {
        switch self {
        case .foreignRule(let family, let priority, let table):
            Finding(
                "another program's \(family.word) routing rule \(priority) sends packets "
                    + "\(table.map { "to table \($0)" } ?? "elsewhere"), ahead of the paths of the profile or past them",
                at: "ip \(family.option) rule \(priority)",
                remedy: "remove it; of WireGuard's, `Table = off` in its configuration makes none")
        case .foreignRoute(let text, let table):
            Finding(
                "another program has a route in table \(table), which is a path's: \(text)",
                at: "ip route table \(table)",
                remedy: "remove it with `ip route flush table \(table)`")
        case .refusedRoute(let device, let family):
            Finding(
                "it takes no \(family.word) route: what the profile sends by it does not leave",
                at: "device `\(device)`",
                remedy: "switch it on, and \(family.word) with it")
        }
    }
}

extension AddressFamily {
    fileprivate var word: String { self == .v4 ? "IPv4" : "IPv6" }

    fileprivate var option: String { self == .v4 ? "-4" : "-6" }
}
