internal import LinuxIO
internal import NetworkTypes

/// A daemon as a child of the lab: its log is passed on, and it does not outlive the lab, however that ends.
struct DaemonProcess: ~Copyable {
    private let name: String
    private var process: ChildProcess
    private let exit: Descriptor
    private let log: Descriptor
    private var logEnd: [UInt8] = []
    private var lastLine = "it left no message"

    init(_ name: String, _ request: ChildProcess.Request) throws(LabFailure) {
        self.name = name
        var request = request
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
    /// A drain of the resolver takes less, and the enforcer has nothing to drain.
    private static let stopMilliseconds = 5_000

    func join(_ watch: inout LabWatch, exit source: LabWatch.Sources) throws(LabFailure) {
        try watch.add(exit, source)
        try watch.add(log, .daemonLog)
    }

    /// Passes on the lines that the daemon has written.
    mutating func forwardLog() {
        var buffer = [UInt8](repeating: 0, count: DaemonProcess.maximumLine)
        while true {
            var room = buffer.mutableSpan
            guard case .moved(let count) = log.read(into: &room) else { return }
            logEnd += buffer[..<count]
            while let end = logEnd.firstIndex(of: UInt8(ascii: "\n")) {
                pass(logEnd[..<end])
                logEnd.removeSubrange(...end)
            }
            if logEnd.count >= DaemonProcess.maximumLine {
                pass(logEnd[...])
                logEnd.removeAll()
            }
        }
    }

    /// What to say about a daemon that has ended by itself.
    mutating func obituary() -> LabFailure {
        let end = process.wait()
        forwardLog()
        let how =
            switch end {
            case .code(let code): "exit code \(code)"
            case .signal(let number): "signal \(number)"
            }
        return .environment("\(name) has ended (\(how)): \(lastLine)")
    }

    /// Lets it drain, and makes sure that it is gone.
    mutating func stop() {
        _ = process.terminate(within: DaemonProcess.stopMilliseconds)
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
        StandardStreams.writeError("\(name): \(text)\n")
    }
}
