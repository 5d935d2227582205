package import DNSWire

/// What the questions of one subject get. Views share upstreams and nothing else.
package struct ViewConfiguration: Equatable, Sendable {
    /// As clients carry it, see ``Client/view``: 0 is everybody's view. It is never another view's.
    package var identifier: UInt16
    /// Indices of upstreams, in order of preference.
    package var upstreams: [Int]
    /// The only names that are answered; nil for all.
    package var names: NameScope?
    /// Answered as if they did not exist.
    package var blocked: [BlockedScope]

    package init(
        identifier: UInt16, upstreams: [Int], names: NameScope? = nil, blocked: [BlockedScope] = []
    ) {
        self.identifier = identifier
        self.upstreams = upstreams
        self.names = names
        self.blocked = blocked
    }

    package static let everybody: UInt16 = 0
}

/// Names that somebody's rule blocks.
package struct BlockedScope: Equatable, Sendable {
    /// Told to those who ask.
    package var rule: String
    package var names: NameScope

    package init(rule: String, names: NameScope) {
        self.rule = rule
        self.names = names
    }
}

/// Some names, and all names below some.
package struct NameScope: Equatable, Sendable {
    package var exact: [OwnedName]
    /// Not these themselves.
    package var below: [OwnedName]

    package init(exact: [OwnedName], below: [OwnedName]) {
        self.exact = exact
        self.below = below
    }
}
