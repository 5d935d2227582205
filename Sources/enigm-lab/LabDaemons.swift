internal import LinuxIO
internal import NetworkTypes

/// How the daemons are started.
enum LabDaemons {
    /// The resolver, with the sockets that were opened for it. Without a ground that is all.
    static func resolver(
        _ programs: LabPrograms, _ directory: borrowing LabDirectory, sockets: [SharedDescriptor], on ground: LabGround?
    ) -> ChildProcess.Request {
        var request = ChildProcess.Request(programs.resolver, arguments(directory, state: "state"))
        request.announcesSockets = true
        request.additionalDescriptors = sockets
        guard let ground else { return request }
        guard let identity = ground.identities.resolver else {
            // The rules could not tell it from the other programs of the same user: it is none of the device's.
            request.networkNamespace = ground.outside
            return request
        }
        request.networkNamespace = ground.device
        request.identity = identity
        // It opens these itself: a socket is its creator's for ever.
        request.arguments += ground.capturing.flatMap { ["--listen", $0.description] }
        return request
    }

    /// The enforcer, in the device.
    static func policy(
        _ programs: LabPrograms, _ directory: borrowing LabDirectory, on ground: LabGround, leavesTableOpen: Bool
    ) -> ChildProcess.Request {
        var request = ChildProcess.Request(programs.policy, arguments(directory, state: LabDirectory.policyState))
        if leavesTableOpen { request.arguments.append("--open-table") }
        request.networkNamespace = ground.device
        return request
    }

    private static func arguments(_ directory: borrowing LabDirectory, state: String) -> [String] {
        [
            "--bundle", directory.path(LabDirectory.bundleName), "--runtime-dir", directory.path, "--state-dir",
            directory.path(state),
        ]
    }
}
