internal import LinuxIO

/// Programs that the lab runs to their end.
enum Tool {
    /// How it ended, and what it printed, errors too.
    struct Outcome {
        let exit: ChildProcess.Exit
        let lines: [String]

        var isSuccess: Bool { exit == .code(0) }
    }

    /// Where tools for administrators are; the PATH of an ordinary user often leaves them out.
    static let administration = ["/usr/local/sbin", "/usr/sbin", "/sbin"]
    /// What is kept of an output; those of the lab's tools have some hundred bytes.
    private static let maximumOutputBytes = 65_536

    /// The file of a program of this machine; nil when it is not installed.
    static func path(of name: String) -> String? {
        let directories = (Environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (directories + administration + ["/usr/bin", "/bin"]).map { "\($0)/\(name)" }.first(
            where: FileContents.isExecutable)
    }

    /// Runs it with `input` on its standard input, out of reach of a terminal's Ctrl-C.
    static func run(_ request: ChildProcess.Request, input: String = "") throws(SystemError) -> Outcome {
        var request = request
        let inner = try Pipe()
        let outer = try Pipe()
        request.input = .descriptor(inner.readEnd.rawValue)
        request.output = .descriptor(outer.writeEnd.rawValue)
        request.error = request.output
        request.hasOwnSession = true
        request.diesWithParent = true
        var process = try ChildProcess(request)
        try write(input, to: inner.takeWriteEnd())
        let lines = read(outer.takeReadEnd())
        return Outcome(exit: process.wait(), lines: lines)
    }

    private static func write(_ text: String, to pipe: consuming Descriptor) throws(SystemError) {
        try pipe.writeAll(Array(text.utf8).span)
    }

    private static func read(_ pipe: consuming Descriptor) -> [String] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < maximumOutputBytes {
            var room = buffer.mutableSpan
            guard case .moved(let count) = pipe.read(into: &room) else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
