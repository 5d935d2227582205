internal import LinuxIO

/// A file of the machine's own, below the directory that the daemon was told to take for `/`.
enum SystemFile {
    enum Contents: Equatable {
        case text(String)
        case missing
        case unreadable(String)

        var text: String? { if case .text(let text) = self { text } else { nil } }
    }

    /// No file that is asked for here is longer than a few pages.
    private static let maximumBytes = 256 * 1024

    /// A link is followed below the same directory.
    static func read(_ path: String, below root: String) -> Contents {
        do {
            let bytes = try FileContents.read(place(of: path, below: root), limitBytes: maximumBytes)
            return .text(String(decoding: bytes, as: UTF8.self))
        } catch .system(let error) where error.isNotFound {
            return .missing
        } catch {
            return .unreadable(error.description)
        }
    }

    static func linkTarget(_ path: String, below root: String) -> String? { SymbolicLink.target(of: root + path) }

    /// Where the bytes are.
    static func place(of path: String, below root: String) -> String {
        guard let target = linkTarget(path, below: root) else { return root + path }
        return root + (target.hasPrefix("/") ? target : "\(directory(of: path))/\(target)")
    }

    static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
