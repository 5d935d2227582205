import Glibc
import LinuxIO
import Testing

@Suite struct SystemCallCounterTests {
    private static let isPermitted = SystemCallCounter(process: getpid()) != nil

    /// What `cat` is given byte by byte costs it two calls each.
    @Test(.enabled(if: isPermitted, "needs the right to trace other processes, and tracefs"))
    func callsOfAnotherProcessAreCounted() throws {
        let input = try Pipe()
        let output = try Pipe()
        var request = ChildProcess.Request("/bin/cat")
        request.input = .descriptor(input.readEnd.rawValue)
        request.output = .descriptor(output.writeEnd.rawValue)
        let process = try ChildProcess(request)
        // When the first byte has come back, it has started.
        try passByte(input, output)
        let counter = try #require(SystemCallCounter(process: process.identifier))
        let byteCount = 100
        for _ in 0..<byteCount { try passByte(input, output) }
        #expect((2 * byteCount - 1...2 * byteCount + 1).contains(Int(counter.count)))
    }

    @Test func aProcessThatIsNotThereHasNone() {
        #expect(SystemCallCounter(process: .max) == nil)
    }

    private func passByte(_ input: borrowing Pipe, _ output: borrowing Pipe) throws {
        var bytes: [UInt8] = [1]
        try input.writeEnd.writeAll(bytes.span)
        var room = bytes.mutableSpan
        #expect(output.readEnd.read(into: &room) == .moved(1))
    }
}
