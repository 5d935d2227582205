internal import LinuxIO

/// Where the lab's files are while it is up: a directory that the caller names, or a scratch one that goes with it.
struct LabDirectory: ~Copyable {
    static let bundleName = "lab.bundle"
    static let authorityName = "lab-authority.pem"

    let path: String
    private let isScratch: Bool

    init(_ wish: String?) throws(LabFailure) {
        path = try LabDirectory.made(wish)
        isScratch = wish == nil
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws(LabFailure) {
        do throws(SystemError) {
            try FileContents.replace(path(name), with: bytes)
        } catch {
            throw .environment(
                "cannot write `\(path(name))`: \(error.reason); choose another directory with --runtime-dir")
        }
    }

    /// Removes what the lab has put there, and the directory when it is the lab's own.
    func clear() {
        // What cannot be removed is left; there is nobody to tell who could do better.
        do throws(SystemError) {
            if isScratch { return try Directory.removeTree(path) }
            for name in [LabDirectory.bundleName, LabDirectory.authorityName] where FileContents.exists(path(name)) {
                try FileContents.remove(path(name))
            }
        } catch {
            LabOutput.progress("\(error)")
        }
    }

    private static func made(_ wish: String?) throws(LabFailure) -> String {
        do throws(SystemError) {
            guard let wish else { return try Directory.createTemporary(prefix: "enigm-lab") }
            try Directory.create(wish, mode: 0o755)
            if Directory.isWritable(wish) { return wish }
        } catch {
            throw .environment("\(error)")
        }
        throw .environment("no permission to write to `\(wish ?? "")`; choose another directory with --runtime-dir")
    }
}
