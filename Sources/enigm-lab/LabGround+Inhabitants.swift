internal import LabPeers
internal import LinuxIO
internal import NetworkTypes

/// Who is outside, and how the device stands.
extension LabGround {
    /// An address outside, which means nothing to anybody else.
    static let destination = IPv4Address(198, 51, 100, 80)
    static let allowedPort: UInt16 = 80
    /// What the lab's profile blocks. Outside, somebody listens there too: a refusal is the policy's.
    static let blockedPort: UInt16 = 23

    func upstream(serving site: LabUpstream.Site) throws(LabFailure) -> LabUpstream {
        try LabGround.within(outside) { () throws(LabFailure) in try LabUpstream(serving: site) }
    }

    func greeter() throws(LabFailure) -> GreeterThread {
        try LabGround.within(outside) { () throws(LabFailure) in
            let destination = IPAddress.v4(LabGround.destination)
            let endpoints = [LabGround.allowedPort, LabGround.blockedPort].map {
                Endpoint(address: destination, port: $0)
            }
            do throws(SystemError) {
                return try GreeterThread(listeningOn: endpoints)
            } catch {
                throw .environment("\(error)")
            }
        }
    }

    /// A name that nobody has asked for yet: an answer from the cache would prove nothing.
    private static let postureName = "posture.wild.lab.example"

    /// The table of `enigmctl posture show` in the device, without what surrounds it.
    func posture(_ programs: LabPrograms, _ directory: borrowing LabDirectory) -> [String] {
        var request = ChildProcess.Request(
            programs.controlPath, ["--runtime-dir", directory.path, "posture", "show", "--name", LabGround.postureName])
        request.networkNamespace = device
        // Without the program there is no table; what else is up is worth telling.
        guard let outcome = try? Tool.run(request) else { return [] }
        return Array(outcome.lines.drop { !$0.hasPrefix("signal") }.prefix { !$0.hasPrefix("not observed") })
    }

    /// Runs `body` in one of the two namespaces.
    private static func within<Value: Sendable>(
        _ namespace: NamespaceHandle, _ body: @escaping @Sendable () throws(LabFailure) -> Value
    ) throws(LabFailure) -> Value {
        let outcome: Result<Value, LabFailure>
        do throws(SystemError) {
            outcome = try namespace.run { () -> Result<Value, LabFailure> in
                do throws(LabFailure) { return .success(try body()) } catch { return .failure(error) }
            }
        } catch {
            throw .environment("\(error)")
        }
        return try outcome.get()
    }
}
