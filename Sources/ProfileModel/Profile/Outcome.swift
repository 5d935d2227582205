/// What happens to a packet: it leaves by a path, or it does not leave.
package struct Outcome: Sendable, Equatable {
    package var action: Action
    /// Of the whole `default` or the deciding key of a rule.
    package var range: SourceRange
    /// Whether a child profile may redefine it.
    package var isOpen: Bool

    package init(_ action: Action, range: SourceRange, isOpen: Bool = false) {
        self.action = action
        self.range = range
        self.isOpen = isOpen
    }

    package enum Action: Sendable, Equatable {
        case via(Located<String>)
        case block
    }
}
