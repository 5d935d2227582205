package import NetworkTypes
package import Ruleset

/// The way through a captive portal, as the enforcer opens it: numbers and addresses put into three sets of the table,
/// for so long. The kernel takes them out again.
package struct PortalSettings: Equatable, Sendable {
    /// Whose it is, by name.
    package var subject: String
    package var subjectNumber: SubjectNumber
    /// What the subject's packets that leave by it are in the marks.
    package var number: SubjectNumber
    package var minutes: Int

    package init(subject: String, subjectNumber: SubjectNumber, number: SubjectNumber, minutes: Int) {
        self.subject = subject
        self.subjectNumber = subjectNumber
        self.number = number
        self.minutes = minutes
    }

    /// Has both numbers while the portal is open.
    package static let openSet = "portal_open"

    /// Has the link's resolvers of a family while the portal is open.
    package static func resolverSet(_ family: AddressFamily) -> String { "portal_dns\(family == .v4 ? 4 : 6)" }

    /// The sets that open it, and what is in them while it is open.
    package func contents(_ resolvers: some Collection<IPAddress>) -> [(set: String, elements: [SetElement])] {
        [(PortalSettings.openSet, [subjectNumber, number].map { SetElement(FieldValue($0.bits)) })]
            + AddressFamily.allCases.map { family in
                (
                    PortalSettings.resolverSet(family),
                    resolvers.filter { $0.family == family }.map { SetElement(FieldValue($0)) }
                )
            }
    }

    /// As in the language: longer is no short way.
    package static let maximumMinutes = 60
    /// As many as a resolv.conf has (MAXNS of the C library).
    package static let maximumResolvers = 3
}
