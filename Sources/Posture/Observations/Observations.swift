internal import Cryptography
package import NetworkTypes

/// Everything that was looked at, as values: judging it needs nothing else.
package struct Observations: Equatable, Sendable {
    package var resolver: Reply<ResolverObservation>
    package var policy: Reply<PolicyObservation>
    package var kernel: KernelObservation
    /// The processes that listen at the two control sockets; nil where the kernel does not show them.
    package var resolverProcess: ProcessObservation?
    package var policyProcess: ProcessObservation?
    /// Whom this machine's programs are told to ask (resolv.conf); nil when that cannot be read.
    package var nameServerConfiguration: NameServerConfiguration?

    package init(
        resolver: Reply<ResolverObservation>, policy: Reply<PolicyObservation>, kernel: KernelObservation,
        resolverProcess: ProcessObservation? = nil, policyProcess: ProcessObservation? = nil,
        nameServerConfiguration: NameServerConfiguration? = nil
    ) {
        self.resolver = resolver
        self.policy = policy
        self.kernel = kernel
        self.resolverProcess = resolverProcess
        self.policyProcess = policyProcess
        self.nameServerConfiguration = nameServerConfiguration
    }

    /// Nobody answered: there is nothing to judge.
    package var isEmpty: Bool { resolver.answer == nil && policy.answer == nil }

    /// The one bundle that all daemons that answer run.
    var commonDigest: SHA256Digest? {
        let digests = [resolver.answer?.bundleDigest, policy.answer?.bundleDigest].compactMap { $0 }
        return Set(digests).count == 1 ? digests.first : nil
    }

    /// How the bundles differ, when they do.
    var disagreement: String? {
        guard let resolver = resolver.answer?.bundleDigest, let policy = policy.answer?.bundleDigest,
            resolver != policy
        else { return nil }
        return "the daemons run different bundles: `enigm-resolverd` \(resolver.hexadecimal.prefix(12)), "
            + "`enigm-policyd` \(policy.hexadecimal.prefix(12))"
    }
}

/// What a daemon said, or why it said nothing.
package enum Reply<Answer: Equatable & Sendable>: Equatable, Sendable {
    case answered(Answer)
    /// The reason, as a person should read it.
    case silent(String)

    package var answer: Answer? {
        if case .answered(let answer) = self { answer } else { nil }
    }
}
