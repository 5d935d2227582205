import CanonicalJSON
import Testing
import Varlink

@Suite struct VarlinkClientTests {
    @Test func callsGoOutAndRepliesComeBackInOrder() {
        var client = VarlinkClient()
        client.send(VarlinkCall("io.example.A", ["x": 1]))
        client.send(VarlinkCall("io.example.B", isOneway: true))
        client.send(VarlinkCall("io.example.C", wantsMore: true))
        #expect(
            drain(&client) == #"{"method":"io.example.A","parameters":{"x":1}}"# + "\0"
                + #"{"method":"io.example.B","oneway":true}"# + "\0" + #"{"method":"io.example.C","more":true}"# + "\0")
        receive(
            #"{"parameters":{"y":2}}"# + "\0" + #"{"continues":true,"parameters":{}}"# + "\0"
                + #"{"error":"io.example.Bad","parameters":{"why":"so"}}"# + "\0", by: &client)
        #expect(client.nextEvent() == .reply(VarlinkReply(["y": 2])))
        #expect(client.nextEvent() == .reply(VarlinkReply(continues: true)))
        #expect(client.nextEvent() == .reply(VarlinkReply(error: "io.example.Bad", ["why": "so"])))
        #expect(client.nextEvent() == nil)
        client.receiveEnd()
        #expect(client.nextEvent() == .closed)
    }

    /// As other implementations write them.
    @Test(arguments: [#"{}"#, #"{"parameters":null}"#, #"{"error":null,"continues":false,"parameters":{}}"#])
    func readsEverySpellingOfAnEmptyReply(text: String) {
        var client = VarlinkClient()
        client.send(VarlinkCall("io.example.A"))
        receive(text + "\0", by: &client)
        #expect(client.nextEvent() == .reply(VarlinkReply()))
    }

    @Test(
        arguments: [
            ("{}\0{}\0", .unexpectedReply, 1), (#"{"continues":true}"# + "\0", .unexpectedReply, 0),
            ("nonsense\0", .malformedJSON(.malformed(offset: 1)), 0), ("[]\0", .malformedMessage("it is no object"), 0),
            (#"{"error":1}"# + "\0", .malformedMessage("`error` is no text"), 0), ("", .closedBeforeReply, 0),
            ("{", .truncatedMessage, 0),
        ] as [(String, VarlinkFailure, Int)])
    func refuses(text: String, failure: VarlinkFailure, repliesBefore: Int) {
        var client = VarlinkClient()
        client.send(VarlinkCall("io.example.A"))
        receive(text, by: &client)
        client.receiveEnd()
        for _ in 0..<repliesBefore { #expect(client.nextEvent() == .reply(VarlinkReply())) }
        #expect(client.nextEvent() == .failed(failure))
        #expect(client.nextEvent() == nil)
        #expect(!failure.description.contains("\n"))
    }

    @Test func aReplyThatNeverEndsIsRefused() {
        var client = VarlinkClient()
        client.send(VarlinkCall("io.example.A"))
        receive(String(repeating: " ", count: VarlinkServer.maximumReplyBytes + 1), by: &client)
        #expect(client.nextEvent() == .failed(.messageTooLarge(limitBytes: VarlinkServer.maximumReplyBytes)))
    }

    private func receive(_ text: String, by client: inout VarlinkClient) {
        let bytes = Array(text.utf8)
        client.receive(bytes.span)
    }

    private func drain(_ client: inout VarlinkClient) -> String {
        var bytes = [UInt8](repeating: 0, count: 1000)
        var span = bytes.mutableSpan
        let count = client.drainOutput(into: &span)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
