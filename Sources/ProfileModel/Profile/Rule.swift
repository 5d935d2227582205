package import NetworkTypes

/// A named, order-free statement: from a subject, to destinations, with a result.
package struct Rule: Sendable, Equatable {
    package var name: Located<String>
    /// A declared subject or `any`.
    package var from: Located<String>
    package var destinations: Destinations
    package var outcome: Outcome
    package var reason: Located<String>?
    package var log: Located<LogSetting>?
    /// New flows beyond this rate are blocked.
    package var limit: Located<Rate>?
    /// The rule no longer holds from then on.
    package var until: Located<Timestamp>?

    package init(
        name: Located<String>, from: Located<String>, destinations: Destinations, outcome: Outcome,
        reason: Located<String>?, log: Located<LogSetting>?, limit: Located<Rate>?, until: Located<Timestamp>?
    ) {
        self.name = name
        self.from = from
        self.destinations = destinations
        self.outcome = outcome
        self.reason = reason
        self.log = log
        self.limit = limit
        self.until = until
    }

    /// Where to: any of `addresses` and `names`, by any of `ports`, `protocols` and `icmp`. Where all of a group
    /// are empty it does not narrow: without an address every destination is meant, without a service every protocol.
    package struct Destinations: Sendable, Equatable {
        package var addresses: [Located<IPPrefix>]
        /// The files that some of the `addresses` stand in, relative to the profile.
        package var lists: [Located<String>]
        package var names: [Located<NamePattern>]
        package var ports: [Located<PortRange>]
        package var protocols: [Located<IPProtocol>]
        package var icmp: [Located<ICMPMessage>]

        package init(
            addresses: [Located<IPPrefix>] = [], lists: [Located<String>] = [], names: [Located<NamePattern>] = [],
            ports: [Located<PortRange>] = [], protocols: [Located<IPProtocol>] = [], icmp: [Located<ICMPMessage>] = []
        ) {
            self.addresses = addresses
            self.lists = lists
            self.names = names
            self.ports = ports
            self.protocols = protocols
            self.icmp = icmp
        }
    }
}
