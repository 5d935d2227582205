package import NetworkTypes

/// The `portal` key: the short, audited way through a captive portal.
package struct Portal: Sendable, Equatable {
    package var subject: Located<String>
    package var ports: [Located<PortRange>]
    package var minutes: Located<Int>

    package init(subject: Located<String>, ports: [Located<PortRange>], minutes: Located<Int>) {
        self.subject = subject
        self.ports = ports
        self.minutes = minutes
    }
}
