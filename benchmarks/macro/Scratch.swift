import LinuxIO

/// A directory for everything that servers write, removed with the last reference.
final class Scratch {
    let path: String
    private var count = 0

    init() throws(SystemError) {
        path = try Directory.createTemporary(prefix: "enigm-macrobench")
    }

    deinit { try? Directory.removeTree(path) }

    /// A fresh one for one start of a server.
    func directory(for server: Server) throws(SystemError) -> String {
        count += 1
        let directory = "\(path)/\(count)-\(server.name)"
        try Directory.create(directory, mode: 0o755)
        return directory
    }
}
