internal import LinuxIO

/// Takes away the files and names that the lab leaves, when the lab is gone, however it went: a process in a session of
/// its own, so that what ends the lab's terminal or process group does not end it.
struct Caretaker: ~Copyable {
    private var process: ChildProcess
    /// It reads the other end; nothing is ever written, and the lab's death closes this one.
    private var lifeline: Descriptor?

    init(removing paths: [String]) throws(LabFailure) {
        var request = ChildProcess.Request("/bin/sh", ["-c", Caretaker.script, "enigm-lab-caretaker"] + paths)
        request.output = .null
        request.error = .null
        request.hasOwnSession = true
        do throws(SystemError) {
            let pipe = try Pipe()
            request.input = .descriptor(pipe.readEnd.rawValue)
            process = try ChildProcess(request)
            lifeline = pipe.takeWriteEnd()
        } catch {
            throw .environment("\(error)")
        }
    }

    /// Has it do its work now, and waits for that.
    mutating func finish() {
        lifeline = nil
        _ = process.wait()
    }

    /// More than once: daemons that are killed with the lab may write until they are dead.
    private static let script = #"read -r line; for round in 1 2 3 4 5; do rm -rf -- "$@" && exit; sleep 0.2; done"#
}
