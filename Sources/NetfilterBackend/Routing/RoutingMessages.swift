internal import Glibc
internal import NetworkTypes

// Rules and routes as rtnetlink(7) has them.

/// linux/rtnetlink.h and linux/fib_rules.h.
enum RouteNumber {
    static let newRoute: UInt16 = 24
    static let deleteRoute: UInt16 = 25
    static let getRoute: UInt16 = 26
    static let newRule: UInt16 = 32
    static let deleteRule: UInt16 = 33
    static let getRule: UInt16 = 34

    /// sizeof(struct rtmsg), sizeof(struct fib_rule_hdr)
    static let headerBytes = 12

    static let routeDestination = 1
    static let routeDevice = 4
    static let routeGateway = 5
    static let routeMetric = 6
    static let routeTable = 15

    static let rulePriority = 6
    static let ruleMark = 10
    static let ruleTable = 15
    static let ruleMask = 16
    static let ruleProtocol = 21

    static let lookUp: UInt8 = 1
    static let unreachableRule: UInt8 = 7
    static let unicast: UInt8 = 1
    static let unreachableRoute: UInt8 = 7
    static let linkScope: UInt8 = 253
    /// RT_TABLE_COMPAT: the number is in the attribute.
    static let tableInAttribute: UInt8 = 252
}

extension AddressFamily {
    /// AF_INET or AF_INET6.
    var number: UInt8 { UInt8(self == .v4 ? AF_INET : AF_INET6) }

    init?(number: UInt8) {
        switch Int32(number) {
        case AF_INET: self = .v4
        case AF_INET6: self = .v6
        default: return nil
        }
    }
}

extension RoutingRule {
    func write(to request: inout NetlinkMessages, type: UInt16, flags: UInt16, sequence: UInt32) {
        let (action, table): (UInt8, UInt32) =
            switch self.action {
            case .lookUp(let table): (RouteNumber.lookUp, table)
            case .unreachable: (RouteNumber.unreachableRule, 0)
            }
        request.begin(
            type: type, flags: flags, sequence: sequence,
            header: [family.number, 0, 0, 0, 0, 0, 0, action, 0, 0, 0, 0])
        request.attribute(RouteNumber.rulePriority, hostOrder: priority)
        if mask != 0 {
            request.attribute(RouteNumber.ruleMark, hostOrder: mark)
            request.attribute(RouteNumber.ruleMask, hostOrder: mask)
        }
        if table != 0 { request.attribute(RouteNumber.ruleTable, hostOrder: table) }
        request.attribute(RouteNumber.ruleProtocol, [Routing.protocolNumber])
        request.end()
    }
}

extension TableRoute {
    /// `device`: its index; nil for a route that leads nowhere.
    func write(
        to request: inout NetlinkMessages, device: UInt32?, type: UInt16, flags: UInt16, sequence: UInt32
    ) {
        let isUnicast = device != nil
        request.begin(
            type: type, flags: flags, sequence: sequence,
            header: [
                family.number, 0, 0, 0, RouteNumber.tableInAttribute, Routing.protocolNumber,
                isUnicast && family == .v4 ? RouteNumber.linkScope : 0,
                isUnicast ? RouteNumber.unicast : RouteNumber.unreachableRoute, 0, 0, 0, 0,
            ])
        request.attribute(RouteNumber.routeTable, hostOrder: table)
        request.attribute(RouteNumber.routeMetric, hostOrder: metric)
        if let device { request.attribute(RouteNumber.routeDevice, hostOrder: device) }
        request.end()
    }
}

/// A rule of this namespace, whoever made it.
struct ListedRule {
    /// Nil for a rule with selectors or an action that ours do not have.
    var rule: RoutingRule?
    var family: AddressFamily
    var priority: UInt32
    var protocolNumber: UInt8
    /// Where it leads; nil for anything but looking up a table.
    var table: UInt32?
    /// Whether it passes over routes that are not narrow enough.
    var suppresses: Bool

    init?(_ payload: ArraySlice<UInt8>) {
        guard payload.count >= RouteNumber.headerBytes, let family = AddressFamily(number: payload[payload.startIndex])
        else { return nil }
        let header = Array(payload.prefix(RouteNumber.headerBytes))
        let attributes = NetlinkAttributes.parse(payload.dropFirst(RouteNumber.headerBytes))
        let number = { (type: Int) in attributes[type].map { UInt32(hostOrder: $0.prefix(4)) } }
        self.family = family
        priority = number(RouteNumber.rulePriority) ?? 0
        protocolNumber = attributes[RouteNumber.ruleProtocol]?.first ?? 0
        let known: Set<Int> = [
            RouteNumber.rulePriority, RouteNumber.ruleMark, RouteNumber.ruleMask, RouteNumber.ruleTable,
            RouteNumber.ruleProtocol, ListedRule.suppressPrefixLength,
        ]
        suppresses = number(ListedRule.suppressPrefixLength).map { $0 != .max } ?? false
        let hasOnlyKnown = attributes.keys.allSatisfy(known.contains) && !suppresses
        let selectsByHeader = header[1] != 0 || header[2] != 0 || header[3] != 0
        let flags = UInt32(hostOrder: header[8..<12])
        let table = number(RouteNumber.ruleTable) ?? UInt32(header[4])
        let action: RoutingRule.Action?
        switch header[7] {
        case RouteNumber.lookUp:
            self.table = table
            action = .lookUp(table: table)
        case RouteNumber.unreachableRule: action = .unreachable
        default: action = nil
        }
        let (mark, mask) = (number(RouteNumber.ruleMark) ?? 0, number(RouteNumber.ruleMask) ?? 0)
        rule =
            hasOnlyKnown && !selectsByHeader && flags == 0
            ? action.map { RoutingRule(family, priority: priority, mark: mark, mask: mask, $0) } : nil
    }

    /// FRA_SUPPRESS_PREFIXLEN; all ones, which is always there, for none.
    private static let suppressPrefixLength = 14
}

extension TableRoute {
    /// A route of one of our tables; nil for others. `deviceName`: of an index.
    init?(_ payload: ArraySlice<UInt8>, deviceName: (UInt32) -> String?) {
        guard payload.count >= RouteNumber.headerBytes, let family = AddressFamily(number: payload[payload.startIndex])
        else { return nil }
        let header = Array(payload.prefix(RouteNumber.headerBytes))
        let attributes = NetlinkAttributes.parse(payload.dropFirst(RouteNumber.headerBytes))
        let number = { (type: Int) in attributes[type].map { UInt32(hostOrder: $0.prefix(4)) } }
        guard let table = number(RouteNumber.routeTable), Routing.tables.contains(table) else { return nil }
        let metric = number(RouteNumber.routeMetric) ?? 0
        let isOurs =
            header[1] == 0 && header[2] == 0 && header[3] == 0 && header[5] == Routing.protocolNumber
            && attributes[RouteNumber.routeGateway] == nil
        let device = number(RouteNumber.routeDevice).map { deviceName($0) ?? "device \($0)" }
        let target: Target
        switch header[7] {
        case RouteNumber.unicast where isOurs && device != nil: target = .device(device ?? "")
        case RouteNumber.unreachableRoute where isOurs: target = .unreachable
        default:
            let length = header[1]
            let bytes = attributes[RouteNumber.routeDestination].map { $0.map { String($0, radix: 16) } } ?? []
            let destination = length == 0 ? "default" : "\(bytes.joined(separator: "."))/\(length)"
            target = .foreign("\(destination) of protocol \(header[5])" + (device.map { " dev \($0)" } ?? ""))
        }
        self.init(family, table: table, metric: metric, target)
    }
}
