package import ProfileModel
internal import TestSupport

/// What a profile names, from the directory that it lies in.
package struct NeighbouringFiles: ProfileFiles {
    private let directory: String

    /// The directory of the file at `path`.
    package init(of path: String) {
        directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    package func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        let path = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        guard TextFile.exists(path) else { throw UnreadableFile(reason: "no such file or directory") }
        let bytes = TextFile.bytes(of: path)
        guard bytes.count <= limitBytes else { throw UnreadableFile(reason: "too large") }
        return bytes
    }
}
