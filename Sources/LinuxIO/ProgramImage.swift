internal import Glibc

/// The program that this process runs.
package enum ProgramImage {
    /// Becomes `words[0]`, found by PATH, with the other words as its arguments; comes back only to say why not.
    package static func replace(with words: [String]) -> SystemError {
        let arguments = CStringArray(words)
        // The array is null-terminated and lives until the program is another one, or the call has failed.
        unsafe execvp(words[0], arguments.pointers)
        return SystemError("run `\(words[0])`")
    }
}
