import SecureTransport
import Testing

@Suite struct SessionTimeoutsTests {
    @Test func `a handshake leaves room for another upstream in the five seconds that clients wait`() {
        let timeouts = SessionTimeouts()
        #expect(timeouts.handshake < 5_000)
        #expect(timeouts.answerProgress < timeouts.idle)
    }
}
