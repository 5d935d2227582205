internal import CanonicalJSON
internal import LinuxIO
internal import NetworkTypes
internal import Posture
internal import Varlink

/// Looks at the daemons, their processes, the kernel and resolv.conf, each once.
struct PostureObserver {
    /// Labels under this domain do not exist, here or anywhere, and tell nothing about who asks.
    private static let domain = "example.org"
    private static let nameServerFile = "/etc/resolv.conf"
    /// The table is read again when somebody has changed it between our look and the daemon's.
    private static let maximumLooks = 3

    private let resolver: ControlClient
    private let policy: ControlClient
    private let name: String

    init(_ global: GlobalOptions, name: String?) {
        resolver = .resolver(global)
        policy = ControlClient(
            interface: "io.enigm.policy", runtimeDirectory: global.runtimeDirectory, daemon: "enigm-policyd")
        self.name = name ?? "\(String(EntropySource.nextUInt64(), radix: 16)).\(PostureObserver.domain)"
    }

    func observe() -> Observations {
        let resolverProcess = resolver.listeningProcess
        let policyProcess = policy.listeningProcess
        let resolverReply = observeResolver(resolverProcess)
        var look = observePolicy(policyProcess)
        for _ in 1..<PostureObserver.maximumLooks where look.isTorn { look = observePolicy(policyProcess) }
        return Observations(
            resolver: resolverReply, policy: look.policy, kernel: look.kernel,
            resolverProcess: resolverProcess.answer?.flatMap(ProcessReading.observe),
            policyProcess: policyProcess.answer?.flatMap(ProcessReading.observe),
            nameServerConfiguration: PostureObserver.nameServerConfiguration)
    }

    // MARK: - The resolver

    private func observeResolver(_ process: Reply<Int32?>) -> Reply<ResolverObservation> {
        if case .silent(let reason) = process { return .silent(reason) }
        do {
            // The question first: how the upstreams are is told with it counted.
            let outcome = try ask()
            let statistics = try resolver.call("Stats")
            return .answered(ResolverObservation(statistics: statistics, question: name, outcome: outcome))
        } catch {
            return .silent(PostureObserver.reason(error))
        }
    }

    /// Throws when the daemon does not answer at all.
    private func ask() throws -> ResolverObservation.Question.Outcome {
        do {
            return .answer(ResolverObservation.Answer(try resolver.call("Query", ["name": .string(name)])))
        } catch let failure as Failure where failure.status == .wrongUsage {
            return .failed(failure.message)
        }
    }

    // MARK: - The policy

    private struct PolicyLook {
        let policy: Reply<PolicyObservation>
        let kernel: KernelObservation

        /// The daemon and this program looked at different generations of the ruleset.
        var isTorn: Bool {
            guard let answer = policy.answer, case .read(let digest, _) = kernel else { return false }
            return digest != answer.tableDigest
        }
    }

    private func observePolicy(_ process: Reply<Int32?>) -> PolicyLook {
        PolicyLook(policy: askPolicy(process), kernel: KernelReading.observe(besides: process.answer ?? nil))
    }

    private func askPolicy(_ process: Reply<Int32?>) -> Reply<PolicyObservation> {
        if case .silent(let reason) = process { return .silent(reason) }
        do {
            return .answered(PolicyObservation(try policy.call("Status")))
        } catch {
            return .silent(PostureObserver.reason(error))
        }
    }

    // MARK: - The machine

    private static var nameServerConfiguration: NameServerConfiguration? {
        let bytes = try? FileContents.read(nameServerFile, limitBytes: NameServerConfiguration.maximumBytes)
        return bytes.map { NameServerConfiguration(String(decoding: $0, as: UTF8.self)) }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? Failure)?.message ?? (error as? SystemError)?.description ?? "\(error)"
    }
}

extension ControlClient {
    /// The process that listens at the socket, as the kernel attests: nil in a process namespace that this one does
    /// not see, `silent` when nobody does.
    fileprivate var listeningProcess: Reply<Int32?> {
        do {
            let socket = try StreamSocket(connectingTo: "\(runtimeDirectory)/\(interface)")
            let process = try socket.peerCredentials().process
            return .answered(process > 0 ? process : nil)
        } catch {
            let isAbsent = error.isNotFound || error.isConnectionRefused
            return .silent(isAbsent ? "nobody listens at `\(runtimeDirectory)/\(interface)`" : "cannot \(error)")
        }
    }
}
