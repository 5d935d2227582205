internal import LinuxIO
internal import NetworkTypes

/// The resolver as a child of the lab: its log is passed on, and it does not outlive the lab, however that ends.
struct ResolverProcess: ~Copyable {
    private var process: ChildProcess
    private let exit: Descriptor
    private let log: Descriptor
    private var logEnd: [UInt8] = []
    private var lastLine = "it left no message"

    init(
        _ program: String, bundle: String, listeners: [Endpoint], directory: String
    ) throws(LabFailure) {
        var request = ChildProcess.Request(program, ["--bundle", bundle])
        request.arguments += listeners.flatMap { ["--listen", $0.description] }
        request.arguments += ["--runtime-dir", directory, "--state-dir", "\(directory)/state"]
        request.diesWithParent = true
        do throws(SystemError) {
            let pipe = try Pipe()
            request.error = .descriptor(pipe.writeEnd.rawValue)
            let process = try ChildProcess(request)
            let log = pipe.takeReadEnd()
            try log.setNonBlocking()
            exit = try process.exitDescriptor()
            self.log = log
            self.process = process
        } catch {
            throw .environment("\(error)")
        }
    }

    /// Longer lines are passed on in pieces.
    private static let maximumLine = 4_096
    /// A drain of the resolver takes less.
    private static let stopMilliseconds = 5_000

    func join(_ watch: inout LabWatch) throws(LabFailure) {
        try watch.add(exit, .resolverExit)
        try watch.add(log, .resolverLog)
    }

    /// Passes on the lines that the resolver has written.
    mutating func forwardLog() {
        var buffer = [UInt8](repeating: 0, count: ResolverProcess.maximumLine)
        while true {
            var room = buffer.mutableSpan
            guard case .moved(let count) = log.read(into: &room) else { return }
            logEnd += buffer[..<count]
            while let end = logEnd.firstIndex(of: UInt8(ascii: "\n")) {
                pass(logEnd[..<end])
                logEnd.removeSubrange(...end)
            }
            if logEnd.count >= ResolverProcess.maximumLine {
                pass(logEnd[...])
                logEnd.removeAll()
            }
        }
    }

    /// What to say about a resolver that has ended by itself.
    mutating func obituary() -> LabFailure {
        let end = process.wait()
        forwardLog()
        let how =
            switch end {
            case .code(let code): "exit code \(code)"
            case .signal(let number): "signal \(number)"
            }
        return .environment("enigm-resolverd has ended (\(how)): \(lastLine)")
    }

    /// Lets it drain, and makes sure that it is gone.
    mutating func stop() {
        _ = process.terminate(within: ResolverProcess.stopMilliseconds)
        forwardLog()
    }

    /// Without the journal's priority, which means nothing on a terminal.
    private mutating func pass(_ line: ArraySlice<UInt8>) {
        var text = Substring(String(decoding: line, as: UTF8.self))
        if text.first == "<", let end = text.firstIndex(of: ">"), text[..<end].count == 2 {
            text = text[text.index(after: end)...]
        }
        guard !text.isEmpty else { return }
        lastLine = String(text)
        StandardStreams.writeError("enigm-resolverd: \(text)\n")
    }
}
