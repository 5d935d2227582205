/// Why a bundle was refused. Its description is one line for a person.
package enum BundleError: Error, Equatable, Sendable {
    case notABundle
}
