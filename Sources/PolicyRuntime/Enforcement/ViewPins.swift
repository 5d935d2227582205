internal import Bundle
internal import CanonicalJSON

/// Which port each view has on this machine, for good. A flow that was translated to a view's port stays so while it
/// lives, and the port is the view's zone in conntrack: another view with that port would be given the first one's
/// questions, and a view with another port would find its own flows astray. So a bundle that moves one is refused.
struct ViewPins: Equatable {
    /// So many views that were once in force are remembered; of more, those that were out of use for longest are not.
    static let maximumCount = 1024

    /// The most recently used first.
    private var pins: [ViewPort] = []

    init() {}

    /// Nil when `json` is damaged.
    init?(json: JSONValue?) {
        for element in json?.array ?? [] {
            guard let object = element.object, let name = object["name"]?.string,
                let port = object["port"]?.integer.flatMap(UInt16.init(exactly:)),
                !pins.contains(where: { $0.name == name || $0.port == port })
            else { return nil }
            pins.append(ViewPort(name: name, port: port))
        }
    }

    var json: JSONValue {
        .array(pins.map { ["name": .string($0.name), "port": .integer(Int64($0.port))] })
    }

    /// A view of a bundle that stands elsewhere than before, or in another one's place.
    struct Move: Equatable {
        let view: ViewPort
        /// What was there before.
        let pinned: ViewPort
    }

    /// The first of `views` that may not be where it is.
    func firstMove(in views: [ViewPort]) -> Move? {
        for view in views {
            guard
                let pinned = pins.first(where: { $0.name == view.name }) ?? pins.first(where: { $0.port == view.port }),
                pinned != view
            else { continue }
            return Move(view: view, pinned: pinned)
        }
        return nil
    }

    /// Remembers views that are put in force, none of which is moved.
    mutating func pin(_ views: [ViewPort]) {
        pins = Array((views + pins.filter { !views.contains($0) }).prefix(ViewPins.maximumCount))
    }
}

extension ViewPins.Move: CustomStringConvertible {
    var description: String {
        if view.name == pinned.name {
            return "the view `\(view.name)` has the port \(view.port), and had \(pinned.port) before: a view keeps its "
                + "port; write `port: \(pinned.port)`"
        }
        return "the view `\(view.name)` has the port \(view.port), which was that of the view `\(pinned.name)`: a port "
            + "is never another view's; write another one"
    }
}
