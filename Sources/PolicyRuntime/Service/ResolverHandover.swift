internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO
internal import NetworkTypes
internal import ServiceHost
internal import Varlink

/// Brings the resolver to the bundle that is in force in the kernel: asks what it runs, and if that is another, lays a
/// copy where its user can read it and has it reload. Never waits; tries again until the resolver agrees.
struct ResolverHandover: ~Copyable {
    /// How long the resolver may take: it opens listeners, and serves queries meanwhile.
    static let deadlineMilliseconds: UInt64 = 3_000
    /// Until the next try when nobody listens, and when the resolver refused.
    static let absencePauseSeconds: UInt64 = 5
    static let refusalPauseSeconds: UInt64 = 60

    enum Outcome: Equatable {
        /// It runs the same bundle.
        case agreed
        /// None is running.
        case absent
        case failed(String)

        /// As callers are told.
        var word: String {
            switch self {
            case .agreed: "agreed"
            case .absent: "absent"
            case .failed: "failed"
            }
        }

        var reason: String? {
            if case .failed(let reason) = self { reason } else { nil }
        }
    }

    private enum Step {
        case asking
        case reloading
    }

    private let socketPath: String
    private let copyPath: String
    private let number: UInt64
    /// The bundle that is handed over, until the resolver agrees.
    private var wanted: BundleSource.Loaded?
    private var call: OutgoingCall?
    private var step = Step.asking
    /// Of the call in hand, or of the next try.
    private(set) var deadline: MonotonicInstant?

    /// `number` names the conversation's descriptor in the event loop.
    init(runtimeDirectory: String, number: UInt64) {
        socketPath = "\(runtimeDirectory)/\(VarlinkInterface.resolver.name)"
        copyPath = "\(runtimeDirectory)/policy.bundle"
        self.number = number
    }

    /// Begins with a bundle. The outcome when it is there at once; else it comes with ``serve(_:now:)`` or
    /// ``deadlineReached(_:now:)``.
    mutating func begin(
        _ loaded: BundleSource.Loaded, _ loop: inout ServiceLoop, now: MonotonicInstant
    ) -> Outcome? {
        hangUp(&loop)
        wanted = loaded
        return ask(&loop, now: now)
    }

    /// Takes what the resolver has sent.
    mutating func serve(_ loop: inout ServiceLoop, now: MonotonicInstant) -> Outcome? {
        switch call?.receive() {
        case .reply(let reply): take(reply, &loop, now: now)
        case .failed(let reason): finish(.failed("`enigm-resolverd` \(reason)"), &loop, now: now)
        case nil: nil
        }
    }

    mutating func deadlineReached(_ loop: inout ServiceLoop, now: MonotonicInstant) -> Outcome? {
        guard let deadline, deadline <= now else { return nil }
        guard call == nil else { return finish(.failed("`enigm-resolverd` does not answer"), &loop, now: now) }
        return ask(&loop, now: now)
    }

    private mutating func ask(_ loop: inout ServiceLoop, now: MonotonicInstant) -> Outcome? {
        do {
            let call = try OutgoingCall(connectingTo: socketPath)
            try call.watch(in: &loop, number: number)
            self.call = call
        } catch {
            let isAbsent = error.isNotFound || error.isConnectionRefused
            return finish(isAbsent ? .absent : .failed("cannot \(error)"), &loop, now: now)
        }
        step = .asking
        return send("Stats", [:], &loop, now: now)
    }

    private mutating func send(
        _ method: String, _ parameters: JSONObject, _ loop: inout ServiceLoop, now: MonotonicInstant
    ) -> Outcome? {
        deadline = now.advanced(byMilliseconds: ResolverHandover.deadlineMilliseconds)
        let message = VarlinkCall("\(VarlinkInterface.resolver.name).\(method)", parameters)
        guard case .failed(let reason) = call?.send(message) else { return nil }
        return finish(.failed("`enigm-resolverd` \(reason)"), &loop, now: now)
    }

    private mutating func take(_ reply: VarlinkReply, _ loop: inout ServiceLoop, now: MonotonicInstant) -> Outcome? {
        if let error = reply.error {
            return finish(.failed(ResolverHandover.words(error, reply.parameters)), &loop, now: now)
        }
        guard let wanted else { return finish(.agreed, &loop, now: now) }
        if reply.parameters["bundleDigest"]?.string == wanted.bundle.digest.hexadecimal {
            return finish(.agreed, &loop, now: now)
        }
        guard step == .asking else {
            return finish(.failed("`enigm-resolverd` took another bundle"), &loop, now: now)
        }
        do {
            // In the runtime directory, which is memory: nothing has to reach a disk. A bundle is no secret.
            try FileContents.replace(copyPath, with: wanted.bytes, mode: 0o644, durability: .none, appliesUmask: false)
        } catch {
            return finish(.failed("cannot \(error)"), &loop, now: now)
        }
        step = .reloading
        return send("Reload", ["bundle": .string(copyPath)], &loop, now: now)
    }

    private mutating func finish(
        _ outcome: Outcome, _ loop: inout ServiceLoop, now: MonotonicInstant
    ) -> Outcome {
        hangUp(&loop)
        switch outcome {
        case .agreed:
            wanted = nil
            deadline = nil
        case .absent: deadline = now.advanced(bySeconds: ResolverHandover.absencePauseSeconds)
        case .failed: deadline = now.advanced(bySeconds: ResolverHandover.refusalPauseSeconds)
        }
        return outcome
    }

    private mutating func hangUp(_ loop: inout ServiceLoop) {
        call?.unwatch(in: &loop)
        call = nil
    }

    private static func words(_ error: String, _ parameters: JSONObject) -> String {
        guard error.hasSuffix(".PermissionDenied") else {
            return "`enigm-resolverd` refused it: \(parameters["reason"]?.string ?? error)"
        }
        return "`enigm-resolverd` does not permit it: give both the group `\(ControlCall.daemonGroup)`"
    }
}
