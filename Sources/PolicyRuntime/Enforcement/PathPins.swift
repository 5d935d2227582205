internal import Bundle
internal import CanonicalJSON
internal import Ruleset

/// Which number each path has in the marks of this machine's flows. A compiler numbers the paths of one profile; here a
/// path keeps its number from bundle to bundle, because a flow that began by one path must never pass for another's.
/// A path is the same while its name and its device are.
struct PathPins: Equatable {
    private struct Pin: Equatable {
        let name: String
        let device: String?
        let number: PathNumber

        func isOf(_ path: PathSettings) -> Bool { name == path.name && device == path.device }
    }

    /// The most recently used first. As many as there are numbers: a new path then takes that of the one which was out
    /// of use for longest.
    private var pins: [Pin] = []

    init() {}

    /// Nil when `json` is damaged.
    init?(json: JSONValue?) {
        for element in json?.array ?? [] {
            guard let object = element.object, let name = object["name"]?.string,
                let number = object["number"]?.integer.flatMap(UInt8.init(exactly:)),
                PathPins.numbers.contains(number), !pins.contains(where: { $0.number.rawValue == number })
            else { return nil }
            pins.append(Pin(name: name, device: object["device"]?.string, number: PathNumber(number)))
        }
    }

    var json: JSONValue {
        .array(
            pins.map { pin in
                var object: JSONObject = ["name": .string(pin.name), "number": .integer(Int64(pin.number.rawValue))]
                object["device"] = pin.device.map { .string($0) }
                return .object(object)
            })
    }

    /// Gives every path of a bundle its number on this machine; what is answered leads from the bundle's numbers to
    /// those.
    mutating func pin(_ paths: [PathSettings]) -> [PathNumber: PathNumber] {
        let declared = paths.filter { PathPins.numbers.contains($0.number.rawValue) }
        var used = declared.compactMap { path in pins.first { $0.isOf(path) } }
        for path in declared where !used.contains(where: { $0.isOf(path) }) {
            used.append(Pin(name: path.name, device: path.device, number: unusedNumber(besides: used)))
        }
        pins = used + pins.filter { pin in !used.contains { $0.number == pin.number } }
        return declared.reduce(into: [:]) { numbers, path in
            numbers[path.number] = pins.first { $0.isOf(path) }?.number
        }
    }

    private static let numbers = PathNumber.firstDeclared...PathNumber.maximumDeclared

    private func unusedNumber(besides used: [Pin]) -> PathNumber {
        let taken = Set((pins + used).map(\.number))
        if let free = PathPins.numbers.map({ PathNumber($0) }).first(where: { !taken.contains($0) }) { return free }
        guard let oldest = pins.last(where: { pin in !used.contains { $0.number == pin.number } }) else {
            preconditionFailure("a bundle declares no more paths than there are numbers")
        }
        return oldest.number
    }
}
