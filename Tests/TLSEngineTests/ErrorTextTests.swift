import Testing

@testable import TLSEngine

@Suite struct ErrorTextTests {
    /// A code is its library's number, from bit 23 on, and the reason (ERR_PACK).
    private func code(library: UInt, reason: UInt) -> UInt { library << 23 | reason }

    @Test func aReasonIsInWords() {
        #expect(ErrorText.of(code(library: 20, reason: 267)) == "wrong version number")
        #expect(ErrorText.of(code(library: 13, reason: 102)) == "bad object header")
    }

    @Test func aReasonWithoutWordsNamesItsLibrary() {
        #expect(ErrorText.of(code(library: 20, reason: 4000)) == "SSL routines, reason 4000")
    }
}
