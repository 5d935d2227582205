/// Names of files, as texts.
enum RelativePath {
    /// With the `/` at its end; empty for a name alone.
    static func directory(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

    static func joined(_ directory: String, _ path: String) -> String {
        path.hasPrefix("/") ? path : directory + path
    }

    /// Without `.`, and without `..` where it can be taken back: what tells files apart, as far as names can.
    static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
