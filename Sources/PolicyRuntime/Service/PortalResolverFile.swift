internal import LinuxIO
internal import NetworkTypes

/// A resolv.conf for the portal's unit alone. It is written in its place, because a unit has it mounted; and stays while
/// the portal is closed, when whatever it names is captured.
struct PortalResolverFile {
    static let name = "portal.resolv.conf"

    let path: String

    init(runtimeDirectory: String) { path = "\(runtimeDirectory)/\(PortalResolverFile.name)" }

    func write(resolvers: [IPAddress]) throws(SystemError) {
        let servers = resolvers.map { "nameserver \($0)\n" }.joined()
        try write("# The portal is open: these are the link's resolvers.\n" + servers)
    }

    func writeClosed() throws(SystemError) {
        try write("# The portal is closed: the resolver of this machine answers.\nnameserver 127.0.0.1\n")
    }

    /// Everybody may read it, whatever the umask of a service is.
    private func write(_ text: String) throws(SystemError) {
        try FileContents.overwrite(path, with: Array(text.utf8), mode: 0o644)
    }
}
