/// The signals that there are. Names are part of the document's schema: they are added, never changed.
package enum SignalName: String, Sendable, CaseIterable {
    /// Names are resolved over encrypted, authenticated channels only.
    case secureNameResolution = "secure-name-resolution"
    /// The kernel holds the rules that the bundle compiles to.
    case policyCompliance = "policy-compliance"
    /// The daemons live, with no more rights than they need.
    case securityService = "security-service"
}
