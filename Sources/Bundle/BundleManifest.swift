/// What a bundle says, before its binary sections: the only thing about a profile that a daemon reads.
package struct BundleManifest: Equatable, Sendable {
    /// The format's name and version; a manifest with another one is refused.
    package static let schema = "enigm.bundle/1"

    package var profile: ProfileIdentity
    /// What the profile says about traffic that no rule names, for people; `enforcement` holds it for the kernel.
    package var defaultVerdict: DefaultVerdict
    package var resolver: ResolverSettings
    /// Nil in a bundle for the resolver alone, which the compiler no longer makes, and where it was not read.
    package var enforcement: EnforcementSettings?
    /// In the order in which the sections lie in the file.
    package var sections: [BundleSection]

    package init(
        profile: ProfileIdentity, defaultVerdict: DefaultVerdict, resolver: ResolverSettings,
        enforcement: EnforcementSettings? = nil, sections: [BundleSection] = []
    ) {
        self.profile = profile
        self.defaultVerdict = defaultVerdict
        self.resolver = resolver
        self.enforcement = enforcement
        self.sections = sections
    }
}

/// How much of a manifest its reader wants to know.
package enum ManifestScope: Sendable {
    case whole
    /// Without `enforcement`, which is nearly all of a bundle: it must be canonical and have its digest, and what it says
    /// is not looked at.
    case nameResolution
}

/// Which profile a bundle was compiled from.
package struct ProfileIdentity: Equatable, Sendable {
    /// 2^53, the largest integer that JSON carries exactly.
    package static let maximumVersion: UInt64 = 9_007_199_254_740_992
    /// A paragraph.
    package static let maximumDescriptionBytes = 4096

    package var name: String
    /// Monotone: a daemon refuses to go back.
    package var version: UInt64
    /// Empty when the profile has none.
    package var description: String

    package init(name: String, version: UInt64, description: String = "") {
        self.name = name
        self.version = version
        self.description = description
    }
}

/// The profile's `default`.
package enum DefaultVerdict: Equatable, Sendable {
    /// Leaves by the path of that name.
    case via(path: String)
    case block
}
