internal import ProfileModel

/// The entries of `resolver.views`.
enum ViewGrammar {
    static let upstreams = Key(
        "upstreams", Form<[Located<String>]>.list(of: .reference(to: .upstream), minimum: 1), isMandatory: true,
        child: .narrower("some of them"), example: "[quad9]", help: "who is asked")
    static let filters = Key(
        "filters", Form<[Located<String>]>.list(of: .reference(to: .filter)), child: .narrower("these and more"),
        example: "[malware]",
        help: "what is blocked")
    static let port = Key(
        "port", .port, child: .fixed, example: "5301",
        help: "of its hidden listener; never moves between versions of a profile")
    static let resolve = Key(
        "resolve", Form<Located<View.Scope>>.choice(), child: .narrower("`rules`"), example: "rules",
        help: "whether an exclusive subject resolves only the names of its rules")

    static let table = Form<[View]>.table(of: form).checked(checkPorts)

    private static let form = Form<View>.record(
        "a view", [upstreams.erased, filters.erased, port.erased, resolve.erased]
    ) { fields, reading in
        let isDefault = fields.key.value == View.defaultName
        if !isDefault {
            reading.refer(to: .subject, fields.key)
            requirePort(fields, &reading)
        }
        let standard = Located(View.defaultPort, fields.key.range)
        guard let upstreams = fields[upstreams], let port = fields[port] ?? (isDefault ? standard : nil) else {
            return nil
        }
        return View(
            name: fields.key, upstreams: upstreams, filters: fields[filters] ?? [], port: port,
            resolve: fields[resolve] ?? Located(.rules, fields.key.range))
    }

    private static func requirePort(_ fields: Fields, _ reading: inout ProfileReading) {
        guard !fields.isWritten(port) else { return }
        reading.report(
            .missingKey, "the view `\(fields.key.value)` has no `port`", at: fields.key.range,
            help: "add `port: 5301`, or another port that nothing else uses: \(port.help)")
    }

    private static func checkPorts(_ views: [View], _ reading: inout ProfileReading) {
        var first: [UInt16: View] = [:]
        for view in views {
            guard let other = first[view.port.value] else {
                first[view.port.value] = view
                continue
            }
            reading.report(
                .sharedPort,
                "the views `\(other.name.value)` and `\(view.name.value)` share the port \(view.port.value)",
                at: view.port.range,
                notes: [Diagnostic.Note("`\(other.name.value)` has it here", at: other.port.range)],
                help: "give each view a port of its own")
        }
    }
}
