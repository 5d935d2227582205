import CanonicalJSON
import Testing

@Suite struct JSONReaderTests {
    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("7", 7), ("-12", -12),
            ("9007199254740992", 9_007_199_254_740_992), ("-9007199254740992", -9_007_199_254_740_992),
            ("1.5", 1.5), ("-1.5e-3", -0.0015), ("1e2", 100), ("1.0", 1), ("2E+2", 200), ("1e300", 1e300),
            ("\"\"", ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u20ac\ud83d\ude00""#, "€😀"),
            ("[]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{}", [:]), (" { \"a\" : [ 1 , 2 ] }\r\n\t", ["a": [1, 2]]),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test(
        arguments: [
            ("", .truncated(offset: 0)), ("  ", .truncated(offset: 2)), ("{", .truncated(offset: 1)),
            ("[1", .truncated(offset: 2)), ("\"abc", .truncated(offset: 4)), ("tru", .truncated(offset: 3)),
            ("-", .truncated(offset: 1)), ("1.", .truncated(offset: 2)), ("1e", .truncated(offset: 2)),
            ("[1,]", .malformed(offset: 3)), ("[,1]", .malformed(offset: 1)), ("{\"a\":1,}", .malformed(offset: 7)),
            ("{a:1}", .malformed(offset: 1)), ("{\"a\"1}", .malformed(offset: 4)), ("[1 2]", .malformed(offset: 3)),
            ("'a'", .malformed(offset: 0)), ("+1", .malformed(offset: 0)), (".5", .malformed(offset: 0)),
            ("NaN", .malformed(offset: 0)), ("nil", .malformed(offset: 1)), ("// x\n1", .malformed(offset: 0)),
            ("01", .trailingBytes(offset: 1)), ("1 2", .trailingBytes(offset: 2)), ("{}\0", .trailingBytes(offset: 2)),
            ("0x1", .trailingBytes(offset: 1)), ("]", .malformed(offset: 0)), ("[1}", .malformed(offset: 2)),
            ("\"a\nb\"", .malformed(offset: 2)), (#""\x""#, .malformed(offset: 2)),
            (#""\u12g4""#, .malformed(offset: 5)),
            (#""\ud800""#, .invalidText(offset: 0)), (#""\udc00""#, .invalidText(offset: 0)),
            (#""\ud800\u0041""#, .invalidText(offset: 0)), (#""\ud800x""#, .invalidText(offset: 0)),
            (#"{"a":1,"b":2,"a":3}"#, .duplicateKey(offset: 19)), (#"{"a":1,"\u0061":3}"#, .duplicateKey(offset: 18)),
            ("9007199254740993", .numberOutOfRange(offset: 0)), ("-99999999999999999999", .numberOutOfRange(offset: 0)),
            ("[1e999]", .numberOutOfRange(offset: 1)),
        ] as [(String, JSONError)])
    func refuses(text: String, error: JSONError) {
        #expect(throws: error) { try read(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0xFF],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.invalidText(offset: 0)) { try read([0x22] + bytes + [0x22]) }
    }

    @Test func keysThatOnlyLookAlikeAreDifferent() throws {
        let object = try #require(try read("{\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != JSONValue.string("e\u{301}"))
    }

    @Test func depthIsBounded() throws {
        let limit = JSONReader.maximumDepth
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try read(nested(limit)) }
        #expect(throws: JSONError.tooDeep(offset: limit)) { try read(nested(limit + 1)) }
        #expect(throws: JSONError.tooDeep(offset: limit)) { try read(String(repeating: "[", count: 3_000_000)) }
    }

    @Test func sizeIsBounded() {
        #expect(throws: Never.self) { try JSONReader.read(Array("[1]".utf8).span, maximumBytes: 3) }
        #expect(throws: JSONError.tooLarge(limitBytes: 2)) {
            try JSONReader.read(Array("[1]".utf8).span, maximumBytes: 2)
        }
    }

    @Test func everyTruncationIsRefused() {
        let whole = Array(document.utf8)
        #expect(throws: Never.self) { try read(whole) }
        for count in whole.indices { #expect(throws: JSONError.self, "\(count)") { try read(Array(whole[..<count])) } }
    }

    /// A changed byte is refused or gives a value whose canonical form reads back as the same value.
    @Test func everyMutationIsRefusedOrStable() throws {
        let whole = Array(document.utf8)
        var accepted = 0
        for index in whole.indices {
            for replacement in Array("\"\\{}[],:09-+eE. \u{0}a".utf8) + [0x80, 0xFF] {
                var changed = whole
                changed[index] = replacement
                var isCanonical = false
                let limit = changed.count
                guard let value = try? JSONReader.read(changed.span, maximumBytes: limit, isCanonical: &isCanonical)
                else { continue }
                accepted += 1
                #expect(isCanonical == (CanonicalJSONWriter.bytes(of: value) == changed))
                #expect(try read(CanonicalJSONWriter.bytes(of: value)) == value)
            }
        }
        #expect(accepted > 0)
    }

    /// Every way in which a text can be JSON and not the canonical text of its value.
    @Test(
        arguments: [
            (#"{"a":[0,-1,1.5,1e+21,"é\n"],"b":{}}"#, true), ("0", true), ("9007199254740992", true), ("[]", true),
            (#""\u001f\\\"""#, true), (" 0", false), ("[0 ]", false), ("[0,\n0]", false), (#"{"b":0,"a":0}"#, false),
            (#"{"a" :0}"#, false), ("-0", false), ("-0.0", false), ("1.0", false), ("1e0", false), ("1E+21", false),
            ("1e21", false), ("0.50", false), (#""\u0041""#, false), (#""\/""#, false), (#""\u001F""#, false),
            (#""\u000a""#, false),
        ])
    func tellsTheCanonicalForm(_ text: String, isIt: Bool) throws {
        var isCanonical = !isIt
        let bytes = Array(text.utf8)
        _ = try JSONReader.read(bytes.span, maximumBytes: bytes.count, isCanonical: &isCanonical)
        #expect(isCanonical == isIt)
    }

    private let document = #"{"a":[1,-2.5e3,true,null],"b":{"c":"\u20ac\"x","d":{}},"é":false}"#
}

func read(_ text: String) throws(JSONError) -> JSONValue { try read(Array(text.utf8)) }

func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    try JSONReader.read(bytes.span, maximumBytes: 4_000_000)
}
