import LinuxIO

/// What a person wants to know while it takes its time, on standard error.
enum Progress {
    static func say(_ text: String) {
        StandardStreams.writeError("macrobench: \(text)\n")
    }
}
