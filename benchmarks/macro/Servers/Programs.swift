import LinuxIO

/// Where programs are found.
struct Programs {
    /// Of this project.
    let directory: String
    /// The references and the upstreams, which are one program in C.
    let reference: String
    /// PATH, and where Debian keeps servers, which are not in everybody's.
    private static let searched =
        (Environment["PATH"] ?? "").split(separator: ":").map(String.init)
        + ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/systemd", "/lib/systemd"]

    /// Nil when it is not installed.
    func path(of server: Server) -> String? {
        let path =
            switch server.role {
            case .reference: reference
            case .own: "\(directory)/\(server.program)"
            case .peer: Programs.installed(server.program)
            }
        return path.flatMap { FileContents.exists($0) ? $0 : nil }
    }

    /// A program of the system.
    static func installed(_ name: String) -> String? {
        searched.map { "\($0)/\(name)" }.first { FileContents.exists($0) && !Directory.isDirectory($0) }
    }

    /// The same, where nothing can be done without it.
    static func required(_ name: String) throws(BenchFailure) -> String {
        if name.contains("/") { return name }
        guard let path = installed(name) else { throw BenchFailure("there is no `\(name)` in PATH") }
        return path
    }
}
