/// The files that a profile names, as those that read it see them.
package protocol ProfileFiles {
    /// The bytes of a file of at most `limitBytes`; `path` is relative to the profile.
    func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8]
}

/// Why a file that a profile names could not be read.
package struct UnreadableFile: Error, Equatable {
    /// The system's words: `no such file or directory`.
    package let reason: String

    package init(reason: String) { self.reason = reason }
}

/// For a text that stands alone.
package struct NoProfileFiles: ProfileFiles {
    package init() {}

    package func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        throw UnreadableFile(reason: "other files are not read here")
    }
}
