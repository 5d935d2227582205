import ByteCodec
import Testing

@testable import DNSWire

@Suite struct HeaderTests {
    @Test func everyFieldIsReadAndWrittenBack() throws {
        let bytes: [UInt8] = [0x12, 0x34, 0x81, 0xB3, 0, 1, 0, 2, 0, 3, 0, 4]
        let header = try Header(bytes.span)
        #expect(header.id == 0x1234)
        #expect(header.flags.isResponse && header.flags.recursionDesired && header.flags.recursionAvailable)
        #expect(header.flags.authenticData && header.flags.checkingDisabled)
        #expect(!header.flags.isTruncated && !header.flags.isAuthoritative)
        #expect(header.flags.responseCode == .nameError)
        #expect(header[.answer] == 2 && header[.authority] == 3 && header[.additional] == 4)
        var copy = [UInt8](repeating: 0xFF, count: 12)
        var span = copy.mutableSpan
        header.write(to: &span)
        #expect(copy == bytes)
    }

    @Test func setters() {
        var flags = Flags(rawValue: 0)
        flags.opcode = .update
        #expect(flags.rawValue == 0x2800)
        flags.opcode = .query
        flags.isResponse = true
        flags.isTruncated = true
        flags.responseCode = .refused
        #expect(flags.rawValue == 0x8205)
        flags.responseCode = ResponseCode(rawValue: 16)
        #expect(flags.responseCode == .noError, "the upper bits of a code do not belong into the header")
    }

    @Test(arguments: 0..<12) func shorterThanAHeaderIsTruncated(_ count: Int) {
        let bytes = [UInt8](repeating: 0, count: count)
        do {
            _ = try Header(bytes.span)
            Issue.record("\(count) bytes were read as a header")
        } catch {
            #expect(error == .truncated(offset: count))
        }
    }
}
