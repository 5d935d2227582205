internal import ProfileModel

/// The `resolver.gate` key.
enum GateGrammar {
    static let deadline = Key(
        "deadline", .duration(.milliseconds(1) ... .seconds(5), example: "50ms"), child: .free, example: "50ms",
        help: "how long an answer waits until the kernel has its addresses")
    static let minimumTTL = Key(
        "min-ttl", .timeToLive(from: .seconds(1), example: "60s"), child: .narrower("a shorter time"), example: "60s",
        help: "how long the kernel keeps an address at least")
    static let grace = Key(
        "grace", .timeToLive(example: "60s"), child: .narrower("a shorter time"), example: "60s",
        help: "how long beyond an answer's end its addresses stay")
    static let maximumAddresses = Key(
        "max-addresses", Form<Located<Int>>.number(1...1_024, example: "64"), child: .narrower("a lower number"),
        example: "64",
        help: "how many addresses of one name are kept")

    static let form = Form<GateSettings>.record(
        "the gate", [deadline.erased, minimumTTL.erased, grace.erased, maximumAddresses.erased]
    ) { fields, _ in
        var gate = GateSettings(range: fields.key.range)
        fields.assign(deadline, to: &gate.deadline)
        fields.assign(minimumTTL, to: &gate.minimumTTL)
        fields.assign(grace, to: &gate.grace)
        fields.assign(maximumAddresses, to: &gate.maximumAddresses)
        return gate
    }
}
