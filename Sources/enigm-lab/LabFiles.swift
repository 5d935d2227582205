internal import LinuxIO
internal import ProfileModel

/// The files that a profile names: those on disk, relative to the profile, and the authority that the lab has just
/// made and that stands nowhere.
struct LabFiles: ProfileFiles {
    /// Where relative names start.
    let directory: String
    /// The certificate that takes the place of every `ca:` of the lab's own profile; nil for a real one.
    let certificateAuthority: String?
    /// The names that `ca:` keys use.
    let authorityNames: Set<String>

    func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        if let certificateAuthority, authorityNames.contains(path) { return Array(certificateAuthority.utf8) }
        let place = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        do throws(FileContents.ReadError) {
            return try FileContents.read(place, limitBytes: limitBytes)
        } catch {
            throw UnreadableFile(reason: LabFiles.reason(error))
        }
    }

    private static func reason(_ error: FileContents.ReadError) -> String {
        switch error {
        case .system(let error): error.reason
        case .tooLarge(_, let limit): "larger than \(limit) bytes"
        case .notARegularFile: "not a regular file"
        }
    }
}
