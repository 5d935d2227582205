import Glibc
import NetworkTypes
import TestSupport
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
        // The manager compares the time stamp with this very clock.
        var before = timespec()
        clock_gettime(CLOCK_MONOTONIC, &before)
        let stamp = ServiceNotifier.State.reloading.lines.split(separator: "=").last.flatMap { Int($0) } ?? 0
        #expect((0..<60_000_000).contains(stamp - (before.tv_sec * 1_000_000 + before.tv_nsec / 1000)))
        #expect(ServiceNotifier.State.reloading.lines.hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        let own = "\(getpid())"
        #expect(watchdog("2000000", own) == 1_000_000_000)
        #expect(watchdog("2000000", nil) == 1_000_000_000)
        #expect(watchdog("2000000", "1") == nil)
        #expect(watchdog(nil, own) == nil)
    }

    /// A manager that reads nothing holds nobody up, and hears everything once it reads again.
    @Test func doesNotWaitForTheManager() throws {
        let manager = NotificationSocket()
        var notifier = ServiceNotifier(path: manager.path, watchdogMicroseconds: nil, watchdogProcess: nil)
        var room = 0
        while notifier.deadline == nil {
            notifier.notify(.watchdog)
            room += 1
            try #require(room < 10_000, "the queue has no end")
        }
        notifier.notify(.ready, status: "as ever")
        let first = notifier.deadline
        let deadline = try #require(first)
        notifier.deadlineReached(now: deadline)
        let next = notifier.deadline
        #expect(next == deadline.advanced(byMilliseconds: ServiceNotifier.pauseMilliseconds))
        var heard: [String] = []
        while let message = manager.next() { heard.append(message.text) }
        #expect(heard.count == room - 1)
        notifier.deadlineReached(now: deadline)
        let last = notifier.deadline
        #expect(last == nil)
        #expect(manager.next()?.text == "WATCHDOG=1")
        #expect(manager.next()?.text == "READY=1\nSTATUS=as ever")
        for _ in 0..<room + 2 * ServiceNotifier.maximumWaiting { notifier.notify(.watchdog) }
        while manager.next() != nil {}
        heard = []
        while notifier.deadline != nil {
            notifier.deadlineReached(now: deadline)
            while let message = manager.next() { heard.append(message.text) }
        }
        #expect(heard.count == ServiceNotifier.maximumWaiting)
    }

    /// What is given to the manager is the same file, and nobody changes it any more.
    @Test func keepsAFileWithTheManager() throws {
        let manager = NotificationSocket()
        let notifier = ServiceNotifier(path: manager.path, watchdogMicroseconds: nil, watchdogProcess: nil)
        var file = try MemoryFile(name: "test")
        try file.append([1, 2, 3].span)
        try file.seal()
        let isStored = notifier.store(file.descriptor, name: "what")
        #expect(isStored)
        let message = try #require(manager.next())
        #expect(message.text == "FDSTORE=1\nFDNAME=what")
        let descriptor = Descriptor(owning: try #require(message.descriptor))
        guard let taken = MemoryFile(sealed: descriptor) else { return #expect(Bool(false), "it is sealed") }
        let count = taken.count
        #expect(count == 3)
        var bytes: [UInt8] = [0, 0, 0, 0]
        var room = bytes.mutableSpan
        let read = taken.read(at: 1, into: &room)
        #expect(read == 2)
        #expect(bytes == [2, 3, 0, 0])
        guard case .failed = taken.descriptor.write([4].span) else { return #expect(Bool(false), "it was changed") }
    }

    @Test func takesNoFileThatCanChange() throws {
        let file = try MemoryFile(name: "test")
        for descriptor in [try file.descriptor.duplicate().release(), try Pipe().readEnd.duplicate().release()] {
            if MemoryFile(sealed: Descriptor(owning: descriptor)) != nil { Issue.record("it was taken") }
        }
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
