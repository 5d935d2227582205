package import NetworkTypes

/// The `portal` key: the short, audited way through a captive portal.
package struct Portal: Sendable, Equatable {
    package var subject: Located<String>
    package var ports: [Located<PortRange>]
    package var minutes: Located<Int>
    /// Whether a child profile may redefine it.
    package var isOpen: Bool
    /// Where the `portal` key stands.
    package let range: SourceRange

    package init(
        subject: Located<String>, ports: [Located<PortRange>], minutes: Located<Int>, isOpen: Bool,
        range: SourceRange
    ) {
        self.subject = subject
        self.ports = ports
        self.minutes = minutes
        self.isOpen = isOpen
        self.range = range
    }
}
