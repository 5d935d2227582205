package import LinuxIO

/// The places in the file system where a daemon lives, and the lock that makes it the only one there.
package enum ServiceDirectories {
    /// Makes what is missing; both must be writable.
    package static func prepare(_ options: DaemonOptions) throws(HostFailure) {
        do {
            try Directory.create(options.runtimeDirectory, mode: 0o755)
            try Directory.create(options.stateDirectory, mode: 0o700)
        } catch {
            throw .directory(error)
        }
        for path in [options.runtimeDirectory, options.stateDirectory] where !Directory.isWritable(path) {
            throw .directoryNotWritable(path)
        }
    }

    /// Held as long as the answer lives.
    package static func lock(_ options: DaemonOptions, program: String) throws(HostFailure) -> FileLock {
        do {
            if let lock = try FileLock.acquire("\(options.runtimeDirectory)/\(program).lock") { return lock }
        } catch {
            throw .directory(error)
        }
        throw .alreadyRunning(program: program, runtimeDirectory: options.runtimeDirectory)
    }
}
