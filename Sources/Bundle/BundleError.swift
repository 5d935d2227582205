package import CanonicalJSON

/// Why a bundle was refused. The description is one line for a person: what is wrong with the file.
package enum BundleError: Error, Equatable, Sendable {
    /// The file does not begin as a bundle does.
    case notABundle
    /// The file is larger than `Bundle.maximumBytes`.
    case tooLarge
    /// The manifest is said to be larger than `Bundle.maximumManifestBytes`.
    case manifestTooLarge
    /// The file ends before what its header or manifest says it holds.
    case truncated
    /// The file goes on behind its last section.
    case trailingBytes
    /// The manifest does not hash to the digest in the header.
    case digestMismatch
    case manifestNotJSON(JSONError)
    /// The manifest is JSON, but not in canonical form.
    case manifestNotCanonical
    /// A key of the manifest is missing, unknown or has a value that the format does not permit.
    case manifestInvalid(key: String, problem: String)
    /// The section is not where the layout puts it: it overlaps another, leaves a gap or is not aligned.
    case sectionMisplaced(String)
    case sectionDamaged(String)
    /// The filling between two parts is not zero.
    case paddingNotZero
    case signatureMalformed
    /// A trusted key was given and the bundle carries no signature.
    case unsigned
    /// A trusted key was given and another one signed.
    case signedByAnotherKey
    case signatureInvalid
}

extension BundleError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notABundle: "not a bundle (compile the profile with `enigmctl profile compile`)"
        case .tooLarge: "the bundle is larger than \(Bundle.maximumBytes >> 20) MiB"
        case .manifestTooLarge: "the bundle's manifest is larger than \(Bundle.maximumManifestBytes >> 20) MiB"
        case .truncated: "the bundle is truncated: it ends before its last part does"
        case .trailingBytes: "the bundle is damaged: there are bytes behind its last part"
        case .digestMismatch: "the bundle is damaged: its manifest does not have the digest in its header"
        case .manifestNotJSON(let error): "the bundle's manifest is damaged: \(error)"
        case .manifestNotCanonical: "the bundle's manifest is not canonical JSON (RFC 8785)"
        case .manifestInvalid(let key, let problem): "the bundle's manifest is invalid: `\(key)` \(problem)"
        case .sectionMisplaced(let name): "the bundle is damaged: section `\(name)` is not where it belongs"
        case .sectionDamaged(let name): "the bundle is damaged: section `\(name)` does not have its digest"
        case .paddingNotZero: "the bundle is damaged: the filling between its parts is not zero"
        case .signatureMalformed: "the bundle's signature is damaged"
        case .unsigned: "the bundle is not signed, and a trusted key was given"
        case .signedByAnotherKey: "the bundle is signed by another key than the trusted one"
        case .signatureInvalid: "the bundle's signature does not fit its manifest"
        }
    }
}
