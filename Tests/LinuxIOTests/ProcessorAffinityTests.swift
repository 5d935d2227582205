import LinuxIO
import Testing

@Suite struct ProcessorAffinityTests {
    /// On a thread of its own: what it does to itself must not stay.
    @Test func aThreadKeepsToItsProcessors() throws {
        let all = try ProcessorAffinity.allowed()
        #expect(!all.isEmpty && all == all.sorted())
        let last = try #require(all.last)
        let thread = try Thread {
            let result = Result { () throws in
                try ProcessorAffinity.restrict(to: [last])
                return try ProcessorAffinity.allowed()
            }
            #expect((try? result.get()) == [last])
        }
        thread.join()
        #expect(try ProcessorAffinity.allowed() == all)
    }

    @Test func noProcessorIsRefused() {
        #expect(throws: SystemError.self) { try ProcessorAffinity.restrict(to: []) }
    }
}
