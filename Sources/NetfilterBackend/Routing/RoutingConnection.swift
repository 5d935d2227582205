internal import CNetfilter
internal import Glibc
package import NetworkTypes

/// The conversation with the kernel about routing rules and routes (rtnetlink(7)). It lists, adds and removes ours, by
/// their numbers and their protocol; what others made is named and never touched.
package struct RoutingConnection: ~Copyable {
    private let socket: NetlinkSocket
    /// Hears of changes, by anybody. A socket of its own, so that none is lost in the replies of the other.
    private let events: NetlinkSocket

    package init() throws(NetfilterFailure) {
        let socket = try NetlinkSocket(.route)
        try socket.setStrictChecking()
        let events = try NetlinkSocket(.route)
        for group in RoutingConnection.groups { try events.setMembership(of: group, true) }
        self.socket = socket
        self.events = events
    }

    /// For an event loop.
    package var descriptor: Int32 { events.descriptor }

    /// What the kernel has.
    package struct Standing: Equatable, Sendable {
        /// Of ours: rules and routes of our protocol.
        package var routing = Routing()
        /// Rules and routes of others that can lead marked packets elsewhere.
        package var interference: [RoutingProblem] = []
        /// The families that this kernel routes.
        package var families: Set<AddressFamily> = []
    }

    /// Whether a rule, or a route of one of our tables, came or went since the last time.
    package func hasNews() throws(NetfilterFailure) -> Bool {
        var isNews = false
        while true {
            do {
                guard let datagram = try events.receive(waiting: false) else { return isNews }
                isNews = isNews || NetlinkMessage.split(datagram).contains { isNewsOfOurs($0) }
            } catch .system(_, ENOBUFS) {
                // Too much news is news.
                isNews = true
            }
        }
    }

    /// `devices`: the names of devices by their index.
    package func standing(devices: [UInt32: String]) throws(NetfilterFailure) -> Standing {
        for _ in 0..<RoutingConnection.maximumAttempts {
            if let standing = try list(devices) { return standing }
        }
        throw .interrupted
    }

    /// Adds what is not there and removes what is there; what cannot be is told. Removing comes first: a table's
    /// route may change its device.
    package func change(
        from standing: Routing, to wanted: Routing, devices: [UInt32: String]
    ) throws(NetfilterFailure) -> [RoutingProblem] {
        let (surplus, missing) = (standing.subtracting(wanted), wanted.subtracting(standing))
        let indices = Dictionary(devices.map { ($0.value, $0.key) }) { first, _ in first }
        var problems: [RoutingProblem] = []
        for rule in surplus.rules { try request(for: rule, RouteNumber.deleteRule, accepting: [ENOENT]) }
        for route in surplus.routes {
            try request(for: route, indices, RouteNumber.deleteRoute, accepting: [ESRCH, ENOENT, ENODEV])
        }
        for route in missing.routes {
            if let error = try request(
                for: route, indices, RouteNumber.newRoute, accepting: RoutingConnection.refusalsOfDevices + [EEXIST]),
                error != EEXIST, case .device(let device) = route.target
            {
                let problem = RoutingProblem.refusedRoute(device: device, route.family)
                if !problems.contains(problem) { problems.append(problem) }
            }
        }
        for rule in missing.rules { try request(for: rule, RouteNumber.newRule, accepting: [EEXIST]) }
        return problems
    }

    private static let maximumAttempts = 8
    /// RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE.
    private static let groups: [UInt32] = [7, 8, 11, 19]
    /// The device has gone, is down, or has the family switched off.
    private static let refusalsOfDevices = [ENODEV, ENETDOWN, EACCES, EINVAL, ENETUNREACH]

    private static let createFlags = UInt16(NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL)
    private static let deleteFlags = UInt16(NLM_F_REQUEST | NLM_F_ACK)

    private func isNewsOfOurs(_ message: NetlinkMessage) -> Bool {
        switch message.type {
        case RouteNumber.newRule, RouteNumber.deleteRule: true
        case RouteNumber.newRoute, RouteNumber.deleteRoute:
            TableRoute(message.payload, deviceName: { _ in nil }) != nil
        default: false
        }
    }

    /// Nil when a change overtook the list.
    private func list(_ devices: [UInt32: String]) throws(NetfilterFailure) -> Standing? {
        var standing = Standing()
        for family in AddressFamily.allCases {
            guard let rules = try dump(RouteNumber.getRule, header(family), table: nil) else { return nil }
            for rule in rules.compactMap({ ListedRule($0.payload) }) { standing.take(rule) }
            guard standing.families.contains(family) else { continue }
            for table in Routing.tables {
                guard let routes = try dump(RouteNumber.getRoute, header(family), table: table) else { return nil }
                for route in routes.compactMap({ TableRoute($0.payload) { devices[$0] } }) { standing.take(route) }
            }
        }
        return standing
    }

    private func header(_ family: AddressFamily) -> [UInt8] {
        [family.number] + Array(repeating: 0, count: RouteNumber.headerBytes - 1)
    }

    /// The messages of a list; nil when a change overtook it. A table that does not exist has none, nor has a family.
    private func dump(
        _ type: UInt16, _ header: [UInt8], table: UInt32?
    ) throws(NetfilterFailure) -> [NetlinkMessage]? {
        var request = NetlinkMessages()
        request.begin(
            type: type, flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), sequence: NetfilterConnection.requestSequence,
            header: header)
        if let table { request.attribute(RouteNumber.routeTable, hostOrder: table) }
        request.end()
        return try socket.list(request.bytes, absences: [ENOENT, EAFNOSUPPORT, EOPNOTSUPP])
    }

    private func request(
        for rule: RoutingRule, _ type: UInt16, accepting accepted: [Int32]
    ) throws(NetfilterFailure) {
        var request = NetlinkMessages()
        let flags = type == RouteNumber.newRule ? RoutingConnection.createFlags : RoutingConnection.deleteFlags
        rule.write(to: &request, type: type, flags: flags, sequence: NetfilterConnection.requestSequence)
        _ = try exchange(request, accepting: accepted)
    }

    /// The error that was accepted; nil for none.
    @discardableResult
    private func request(
        for route: TableRoute, _ indices: [String: UInt32], _ type: UInt16, accepting accepted: [Int32]
    ) throws(NetfilterFailure) -> Int32? {
        var device: UInt32?
        if case .device(let name) = route.target {
            guard let index = indices[name] else { return ENODEV }
            device = index
        }
        var request = NetlinkMessages()
        let flags = type == RouteNumber.newRoute ? RoutingConnection.createFlags : RoutingConnection.deleteFlags
        route.write(
            to: &request, device: device, type: type, flags: flags, sequence: NetfilterConnection.requestSequence)
        return try exchange(request, accepting: accepted)
    }

    private func exchange(
        _ request: NetlinkMessages, accepting accepted: [Int32]
    ) throws(NetfilterFailure) -> Int32? {
        try socket.send(request.bytes)
        while let datagram = try socket.receive(waiting: true) {
            for message in NetlinkMessage.split(datagram) where message.sequence == NetfilterConnection.requestSequence
            {
                guard let error = message.error else { continue }
                if error == 0 { return nil }
                guard accepted.contains(error) else { throw NetfilterConnection.failure(error) }
                return error
            }
        }
        throw .interrupted
    }
}

extension RoutingConnection.Standing {
    /// The kernel's own rules: tables `local`, `main` and `default`.
    private static let ownTables: Set<UInt32> = [253, 254, 255]
    private static let priorityOfMain: UInt32 = 32_766

    fileprivate mutating func take(_ listed: ListedRule) {
        families.insert(listed.family)
        if listed.protocolNumber == Routing.protocolNumber, let rule = listed.rule {
            routing.rules.insert(rule)
        } else if listed.protocolNumber != Routing.protocolNumber, listed.priority < Self.priorityOfMain,
            listed.suppresses || !(listed.table.map(Self.ownTables.contains) ?? false)
        {
            interference.append(.foreignRule(listed.family, priority: listed.priority, table: listed.table))
        }
    }

    fileprivate mutating func take(_ route: TableRoute) {
        guard case .foreign(let text) = route.target else {
            routing.routes.insert(route)
            return
        }
        interference.append(.foreignRoute(text, table: route.table))
    }
}
