package import CanonicalJSON

/// In what this machine falls short of what a profile needs of it.
package struct Finding: Hashable, Sendable {
    /// What it makes of the policy's state.
    package enum Weight: String, Hashable, Sendable {
        /// The tables hold; something is missing, or another program is in the way.
        case degraded
        /// A promise of the profile is not kept, and the tables cannot keep it.
        case violated
    }

    /// What of the profile is concerned.
    package enum Concern: String, Hashable, Sendable {
        case packets
        case names
    }

    /// One line, without the remedy.
    package let what: String
    /// The file, setting, table or program that it is about.
    package let place: String
    /// What to do about it.
    package let remedy: String
    package let weight: Weight
    package let concern: Concern

    package init(
        _ what: String, at place: String, remedy: String, weight: Weight = .degraded, concern: Concern = .packets
    ) {
        self.what = what
        self.place = place
        self.remedy = remedy
        self.weight = weight
        self.concern = concern
    }

    /// Whether it is the same, though what mends it may be another thing by now: rules get new numbers.
    func isStill(_ other: Finding) -> Bool { (what, place, weight) == (other.what, other.place, other.weight) }

    /// For a log, and for whoever wants one line.
    package var line: String { "\(place): \(what); \(remedy)" }

    /// As `io.enigm.policy` has it.
    package init?(json: JSONValue) {
        guard let object = json.object, let what = object["what"]?.string, let place = object["where"]?.string,
            let remedy = object["remedy"]?.string,
            let weight = object["weight"]?.string.flatMap(Weight.init),
            let concern = object["concern"]?.string.flatMap(Concern.init)
        else { return nil }
        self.init(what, at: place, remedy: remedy, weight: weight, concern: concern)
    }

    package var json: JSONValue {
        [
            "what": .string(what), "where": .string(place), "remedy": .string(remedy),
            "weight": .string(weight.rawValue), "concern": .string(concern.rawValue),
        ]
    }
}
