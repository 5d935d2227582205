/// One way to recognise a sender. Names are resolved when a bundle is applied, not here.
package enum Selector: Hashable, Sendable {
    /// A unit of the system manager, or of the named user's own manager.
    case unit(String, ofUser: String?)
    case slice(String, ofUser: String?)
    case user(String)
    case group(String)
    /// A container's interface.
    case interface(String)
}
