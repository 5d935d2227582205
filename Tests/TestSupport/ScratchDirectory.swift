package import Glibc

/// A directory under the system's temporary directory that disappears, with all it holds, when its owner does.
package final class ScratchDirectory {
    package let path: String

    package init() {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/enigm-test-XXXXXX".utf8CString)
        guard let created = mkdtemp(&template) else { fatalError("mkdtemp in \(base): errno \(errno)") }
        path = String(cString: created)
    }

    deinit {
        removeTree(path)
    }

    /// The path of `name` in here; nothing is created.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and gives its path.
    @discardableResult
    package func write(_ text: String, to name: String, mode: mode_t = 0o644) -> String {
        write(Array(text.utf8), to: name, mode: mode)
    }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o644) -> String {
        TextFile.write(bytes, to: path(name), mode: mode)
        return path(name)
    }

    @discardableResult
    package func directory(_ name: String, mode: mode_t = 0o755) -> String {
        precondition(mkdir(path(name), mode) == 0, "mkdir \(path(name)): errno \(errno)")
        chmod(path(name), mode)
        return path(name)
    }

    private func removeTree(_ root: String) {
        if TextFile.isDirectory(root) {
            chmod(root, 0o700)
            for name in TextFile.names(in: root) { removeTree("\(root)/\(name)") }
        }
        remove(root)
    }
}
