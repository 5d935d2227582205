import Bundle
import CanonicalJSON
import Testing

@testable import PolicyRuntime

/// A view's port is its own for good.
@Suite struct ViewPinsTests {
    private let views = [ViewPort(name: "default", port: 5300), ViewPort(name: "chat", port: 5301)]

    private func pinned() -> ViewPins {
        var pins = ViewPins()
        #expect(pins.firstMove(in: views) == nil)
        pins.pin(views)
        return pins
    }

    @Test func theSamePlacesAreNoMove() {
        #expect(pinned().firstMove(in: views.reversed() + [ViewPort(name: "new", port: 5302)]) == nil)
    }

    @Test func aViewThatMovesIsRefusedWithTheWayBack() throws {
        let move = try #require(pinned().firstMove(in: [ViewPort(name: "chat", port: 5302)]))
        #expect(
            "\(move)"
                == "the view `chat` has the port 5302, and had 5301 before: a view keeps its port; write `port: 5301`")
    }

    /// Also when that one is in no bundle any more.
    @Test func thePortOfAnotherViewIsRefused() throws {
        var pins = pinned()
        pins.pin([views[0]])
        let move = try #require(pins.firstMove(in: [views[0], ViewPort(name: "web", port: 5301)]))
        #expect(
            "\(move)"
                == "the view `web` has the port 5301, which was that of the view `chat`: a port is never another view's; "
                + "write another one")
    }

    @Test func theyOutliveTheDaemon() throws {
        let pins = pinned()
        #expect(ViewPins(json: pins.json) == pins)
        #expect(ViewPins(json: nil) == ViewPins())
        for damaged in ["[1]", #"[{"name":"a"}]"#, #"[{"name":"a","port":1},{"name":"b","port":1}]"#] {
            let json = try JSONReader.read(Array(damaged.utf8).span, maximumBytes: 100)
            #expect(ViewPins(json: json) == nil, "\(damaged)")
        }
    }

    @Test func thoseOutOfUseForLongestAreForgotten() {
        var pins = pinned()
        for port in 0..<UInt16(ViewPins.maximumCount) { pins.pin([ViewPort(name: "v\(port)", port: 10_000 + port)]) }
        #expect(pins.firstMove(in: [ViewPort(name: "other", port: 5300)]) == nil)
        #expect(pins.firstMove(in: [ViewPort(name: "other", port: 10_000)]) != nil)
        #expect(pins.json.array?.count == ViewPins.maximumCount)
    }
}
