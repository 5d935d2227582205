import CanonicalJSON
import Testing

@testable import Varlink

@Suite struct VarlinkServerTests {
    @Test func aCallComesOutAndItsReplyGoesBack() throws {
        var server = VarlinkServer(service: service)
        receive(#"{"method":"io.example.Ping","parameters":{"text":"hello"}}"# + "\0", by: &server)
        #expect(server.nextEvent() == .call(VarlinkCall("io.example.Ping", ["text": "hello"])))
        #expect(server.nextEvent() == nil)
        server.send(VarlinkReply(["text": "hello"]))
        #expect(drain(&server) == #"{"parameters":{"text":"hello"}}"# + "\0")
        server.receiveEnd()
        #expect(server.nextEvent() == .closed)
        #expect(server.nextEvent() == nil)
    }

    @Test func callsArriveInAnyPieces() throws {
        let text = #"{"method":"io.example.A"}"# + "\0" + #"{"method":"io.example.B","oneway":true}"# + "\0"
        for size in 1...text.utf8.count {
            var server = VarlinkServer(service: service)
            var methods: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                receive(String(decoding: rest.prefix(size), as: UTF8.self), by: &server)
                rest = rest.dropFirst(size)
                while case .call(let call)? = server.nextEvent() {
                    methods.append(call.methodName)
                    server.send(VarlinkReply())
                }
            }
            #expect(methods == ["A", "B"], "pieces of \(size)")
            #expect(drain(&server) == #"{"parameters":{}}"# + "\0", "pieces of \(size)")
        }
    }

    @Test func theNextCallWaitsForTheReply() {
        var server = VarlinkServer(service: service)
        receive(#"{"method":"io.example.A","more":true}"# + "\0" + #"{"method":"io.example.B"}"# + "\0", by: &server)
        #expect(server.nextEvent() == .call(VarlinkCall("io.example.A", wantsMore: true)))
        server.send(VarlinkReply(["n": 1], continues: true))
        #expect(server.nextEvent() == nil)
        server.send(VarlinkReply(["n": 2]))
        #expect(server.nextEvent() == .call(VarlinkCall("io.example.B")))
        #expect(
            drain(&server) == #"{"continues":true,"parameters":{"n":1}}"# + "\0" + #"{"parameters":{"n":2}}"# + "\0")
    }

    @Test(
        arguments: [
            ("org.varlink.service.GetInfo", "{}", nil, "vendor"),
            ("org.varlink.service.GetInterfaceDescription", #"{"interface":"io.example"}"#, nil, "description"),
            (
                "org.varlink.service.GetInterfaceDescription", #"{"interface":"org.varlink.service"}"#, nil,
                "description"
            ),
            (
                "org.varlink.service.GetInterfaceDescription", #"{"interface":"io.other"}"#,
                "org.varlink.service.InterfaceNotFound", "interface"
            ),
            (
                "org.varlink.service.GetInterfaceDescription", "{}", "org.varlink.service.InvalidParameter", "parameter"
            ),
            ("org.varlink.service.Explode", "{}", "org.varlink.service.MethodNotFound", "method"),
            ("io.other.Ping", "{}", "org.varlink.service.InterfaceNotFound", "interface"),
            ("Ping", "{}", "org.varlink.service.InvalidParameter", "parameter"),
        ] as [(String, String, String?, String)])
    func answersForItself(method: String, parameters: String, error: String?, key: String) throws {
        var server = VarlinkServer(service: service)
        receive(#"{"method":"\#(method)","parameters":\#(parameters)}"# + "\0", by: &server)
        #expect(server.nextEvent() == nil)
        let text = Array(drain(&server).dropLast().utf8)
        let reply = try JSONReader.read(text.span, maximumBytes: 10_000)
        #expect(reply.object?["error"]?.string == error)
        #expect(reply.object?["parameters"]?.object?[key] != nil)
    }

    @Test func theListOfInterfacesIsWhole() throws {
        var server = VarlinkServer(service: service)
        receive(#"{"method":"org.varlink.service.GetInfo"}"# + "\0", by: &server)
        #expect(server.nextEvent() == nil)
        #expect(
            drain(&server) == #"{"parameters":{"interfaces":["org.varlink.service","io.example"],"#
                + #""product":"test","url":"https://example.org","vendor":"Enigm","version":"1"}}"# + "\0")
    }

    @Test(
        arguments: [
            ("\0", .malformedJSON(.truncated(offset: 0))),
            ("{}\0", .malformedMessage("`method` is missing or no text")),
            ("[]\0", .malformedMessage("it is no object")),
            ("{\"method\":1}\0", .malformedMessage("`method` is missing or no text")),
            (#"{"method":"a.B","parameters":[]}"# + "\0", .malformedMessage("`parameters` is no object")),
            (#"{"method":"a.B","more":1}"# + "\0", .malformedMessage("`more` is neither true nor false")),
            (#"{"method":"a.B","method":"a.C"}"# + "\0", .malformedJSON(.duplicateKey(offset: 31))),
            ("GET / HTTP/1.1\r\n\r\n\0", .malformedJSON(.malformed(offset: 0))),
        ] as [(String, VarlinkFailure)])
    func refuses(text: String, failure: VarlinkFailure) {
        var server = VarlinkServer(service: service)
        receive(text, by: &server)
        #expect(server.nextEvent() == .failed(failure))
        #expect(server.nextEvent() == nil)
        #expect(!server.acceptsInput)
        receive(#"{"method":"io.example.A"}"# + "\0", by: &server)
        #expect(server.nextEvent() == nil)
    }

    @Test func everyTruncationFailsAtTheEnd() {
        let text = #"{"method":"io.example.A","parameters":{"x":[1,2]}}"#
        for count in 1...text.utf8.count {
            var server = VarlinkServer(service: service)
            receive(String(text.prefix(count)), by: &server)
            #expect(server.nextEvent() == nil)
            server.receiveEnd()
            #expect(server.nextEvent() == .failed(.truncatedMessage), "\(count)")
        }
    }

    @Test func sizesAreBounded() {
        let limit = VarlinkServer.maximumCallBytes
        let frame = #"{"method":"io.example.A","x":""}"#
        func message(_ count: Int) -> String {
            frame.replacing("\"\"", with: "\"" + String(repeating: "x", count: count - frame.utf8.count) + "\"")
        }
        var server = VarlinkServer(service: service)
        receive(message(limit) + "\0", by: &server)
        #expect(server.nextEvent() == .call(VarlinkCall("io.example.A")))

        for end in ["\0", ""] {
            var server = VarlinkServer(service: service)
            receive(message(limit + 1) + end, by: &server)
            #expect(server.nextEvent() == .failed(.messageTooLarge(limitBytes: limit)))
        }
    }

    @Test func aPeerThatSendsTooMuchIsGivenUp() {
        var server = VarlinkServer(service: service)
        let call = #"{"method":"io.example.A"}"# + "\0"
        receive(call, by: &server)
        #expect(server.nextEvent() == .call(VarlinkCall("io.example.A")))
        var sent = 0
        while server.acceptsInput {
            receive(call, by: &server)
            sent += call.utf8.count
        }
        #expect(sent <= VarlinkServer.maximumQueuedBytes + call.utf8.count)
        // A runtime that ignores `acceptsInput` does not make it grow without end.
        for _ in 0..<50_000 { receive(call, by: &server) }
        #expect(server.nextEvent() == .failed(.tooManyCalls))
    }

    @Test func repliesThatNobodyReadsHoldBackTheNextCall() {
        var server = VarlinkServer(service: service)
        let call = #"{"method":"io.example.A"}"# + "\0"
        let reply = VarlinkReply(["x": .string(String(repeating: "x", count: 60_000))])
        var answered = 0
        for _ in 0..<1000 {
            receive(call, by: &server)
            guard case .call? = server.nextEvent() else { break }
            server.send(reply)
            answered += 1
        }
        #expect(answered > 10)
        #expect(answered * 60_000 < 2 * VarlinkServer.maximumReplyBytes)
        #expect(!server.hasRoomForReply)
        _ = drain(&server)
        #expect(server.nextEvent() == .call(VarlinkCall("io.example.A")))
    }

    private let service = VarlinkService(
        vendor: "Enigm", product: "test", version: "1", url: "https://example.org",
        interfaces: [VarlinkInterface(name: "io.example", definition: "interface io.example\n")])

    private func receive(_ text: String, by server: inout VarlinkServer) {
        let bytes = Array(text.utf8)
        server.receive(bytes.span)
    }

    private func drain(_ server: inout VarlinkServer) -> String {
        var text: [UInt8] = []
        while server.hasOutput {
            var bytes = [UInt8](repeating: 0, count: 1000)
            var span = bytes.mutableSpan
            let count = server.drainOutput(into: &span)
            text += bytes[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
