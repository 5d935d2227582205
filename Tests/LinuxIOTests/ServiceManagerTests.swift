import Glibc
import NetworkTypes
import Testing

@testable import LinuxIO

@Suite struct ServiceManagerTests {
    @Test func namesActivatedSockets() {
        func names(_ count: String?, _ process: String?, _ names: String?) -> [String] {
            ActivatedSockets.names(count: count, process: process, names: names, ownIdentifier: 42)
        }
        #expect(names("2", "42", "dns:control") == ["dns", "control"])
        #expect(names("2", "42", "dns") == ["dns", "unknown"])
        #expect(names("1", "42", nil) == ["unknown"])
        #expect(names("2", "41", "dns:control").isEmpty)
        #expect(names("2", nil, nil).isEmpty)
        #expect(names(nil, "42", nil).isEmpty)
        for count in ["", "0", "-1", "x", "65"] { #expect(names(count, "42", nil).isEmpty) }
    }

    @Test func speaksTheNotifyProtocol() {
        let since = MonotonicInstant(nanoseconds: 5_000)
        #expect(ServiceNotifier.State.reloading(since: since).lines == "RELOADING=1\nMONOTONIC_USEC=5")
        let own = "\(getpid())"
        #expect(watchdog("2000000", own) == 1_000_000_000)
        #expect(watchdog("2000000", nil) == 1_000_000_000)
        #expect(watchdog("2000000", "1") == nil)
        #expect(watchdog(nil, own) == nil)
    }

    @Test func givesUpEveryCapability() throws {
        // Threads have their own sets: what is given up here is not given up for the other tests.
        let pipe = try Pipe()
        let end = try pipe.writeEnd.duplicate()
        let thread = try Thread {
            let dropped = enigmDrop() ? UInt8(1) : UInt8(0)
            try? end.writeAll([dropped].span)
        }
        thread.join()
        var buffer = [UInt8](repeating: 9, count: 1)
        var room = buffer.mutableSpan
        #expect(pipe.readEnd.read(into: &room) == .moved(1))
        #expect(room[0] == 1)
    }

    private func watchdog(_ microseconds: String?, _ process: String?) -> UInt64? {
        ServiceNotifier(path: nil, watchdogMicroseconds: microseconds, watchdogProcess: process).watchdogNanoseconds
    }
}

private func enigmDrop() -> Bool {
    do {
        try Lockdown.dropCapabilities()
        return try Lockdown.effectiveCapabilities() == 0
    } catch {
        return false
    }
}
