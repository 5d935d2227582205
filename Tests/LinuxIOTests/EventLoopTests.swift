import LinuxIO
import NetworkTypes
import Testing

@Suite struct EventLoopTests {
    @Test func namesWhatIsReady() throws {
        var loop = try EventLoop()
        let quiet = try Pipe()
        let busy = try Pipe()
        try loop.add(quiet.readEnd, token: 1, for: .readable)
        try loop.add(busy.readEnd, token: 2, for: .readable)
        try busy.writeEnd.writeAll([1].span)
        let now = MonotonicClock.now
        #expect(try loop.wait(until: now.advanced(bySeconds: 5), now: now) == 1)
        #expect(loop[0].token == 2)
        #expect(loop[0].readiness.contains(.readable))
        try loop.remove(busy.readEnd)
        #expect(try loop.wait(until: now, now: now) == 0)
    }

    @Test func wakesAtTheDeadlineAndNotBefore() throws {
        var loop = try EventLoop()
        let start = MonotonicClock.now
        let deadline = start.advanced(byMilliseconds: 20)
        #expect(try loop.wait(until: deadline, now: start) == 0)
        #expect(MonotonicClock.now >= deadline)
    }

    /// The timer still stands at an earlier deadline, which is nobody's any more, or at a later one.
    @Test func waitsForDeadlinesThatHaveMoved() throws {
        var loop = try EventLoop()
        let busy = try Pipe()
        try loop.add(busy.readEnd, token: 2, for: .readable)
        try busy.writeEnd.writeAll([1].span)
        let start = MonotonicClock.now
        #expect(try loop.wait(until: start.advanced(byMilliseconds: 10), now: start) == 1)
        try loop.remove(busy.readEnd)
        let later = start.advanced(byMilliseconds: 40)
        #expect(try loop.wait(until: later, now: start) == 0)
        #expect(MonotonicClock.now >= later)

        try loop.add(busy.readEnd, token: 2, for: .readable)
        let now = MonotonicClock.now
        #expect(try loop.wait(until: now.advanced(bySeconds: 60), now: now) == 1)
        try loop.remove(busy.readEnd)
        #expect(try loop.wait(until: now.advanced(byMilliseconds: 10), now: now) == 0)
        #expect(MonotonicClock.now < now.advanced(bySeconds: 30))
    }

    @Test func isWokenFromAnotherThread() throws {
        var loop = try EventLoop()
        let wakeUp = try WakeUp()
        try loop.add(wakeUp.descriptor, token: 9, for: .readable)
        let other = try wakeUp.descriptor.duplicate()
        let thread = try Thread { try? other.writeAll([1, 0, 0, 0, 0, 0, 0, 0].span) }
        let now = MonotonicClock.now
        #expect(try loop.wait(until: now.advanced(bySeconds: 5), now: now) == 1)
        thread.join()
        wakeUp.acknowledge()
        #expect(try loop.wait(until: now, now: now) == 0)
    }
}
