/// One parser with everything that has to hold for whatever bytes it is given. A fuzzer feeds it, and a test replays
/// to it what fuzzers have found.
struct FuzzTarget: Sendable {
    /// Also the name of its directory of seeds.
    let name: String
    /// Throws a finding; a trap is one, too.
    let run: @Sendable ([UInt8]) throws -> Void

    static let all = [
        message, answer, name, options, parameters, query, zone, profile, bundle, json, control, netlink,
        scenario, http, proxy,
    ]

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Something that should have held.
struct FuzzFinding: Error, CustomStringConvertible {
    let description: String
}

func hold(_ condition: Bool, _ claim: @autoclosure () -> String) throws(FuzzFinding) {
    guard condition else { throw FuzzFinding(description: claim()) }
}
