import DNSWire
import LabPeers
import Testing

@Suite struct ZoneTextTests {
    func error(_ text: String) -> ZoneTextError? {
        do throws(ZoneTextError) {
            _ = try Zone(text: text)
            return nil
        } catch { return error }
    }

    @Test func `the lab's own zone can be read`() {
        #expect(LabZone.zone.recordCount > 2_000)
    }

    @Test(arguments: [
        "www 300", "www 300 A", "www 300 A 1.2.3", "www 300 A 1.2.3.4 5.6.7.8", "www soon A 1.2.3.4",
        "www 300 NOTHING x", "www 300 MX mail", "www 300 TXT \"open", "www..x 300 A 1.2.3.4", "www 300 DS 1 2 3 abc",
        "www 300 HTTPS 1 . port=http", "www 300 HTTPS 1 . port=1 port=2", "$GENERATE 9-1 a 0 A 1.2.3.$",
        "$GENERATE 1-99999999 a 0 A 1.2.3.$", "$GENERATE", "$ORIGIN", "www 300 CH A 1.2.3.4", "www 300 TYPE1 0a",
        "www 300 TYPE1 \\# 2 0a",
    ])
    func `a mistake is refused with its line`(line: String) {
        #expect(error("; nothing wrong here\n\n\(line)\n")?.line == 3)
    }

    @Test func `relative names, escapes and comments are understood`() throws {
        let zone = try Zone(
            text: #"""
                $ORIGIN x.
                @ 1 SOA a b 1 2 3 4 5
                a\.b\032c 1 TXT "semi;colon" plain ; comment
                """#)
        var query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] as [UInt8]
        query += [5] + Array("a.b c".utf8) + [1, UInt8(ascii: "x"), 0, 0, 16, 0, 1]
        let answer = try #require(ZoneResponder(zone: zone).reply(query))
        let text = String(decoding: answer, as: UTF8.self)
        #expect(text.contains("semi;colon") && text.contains("plain") && !text.contains("comment"))
    }
}
