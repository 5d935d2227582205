internal import ProfileModel

/// Which keys of a path go together.
enum PathChecks {
    static func check(_ fields: Fields, _ reading: inout ProfileReading) {
        if fields.key.value == Path.direct {
            refuse(redirectKeys + tunnelKeys, "the path `direct`", fields, &reading)
            return
        }
        refuse([PathGrammar.interfaces.name], "a path other than `direct`", fields, &reading)
        if fields.isWritten(PathGrammar.interface) {
            // A service beside it is told of already.
            checkTunnel(fields, &reading)
        } else if let key = serviceKeys.first(where: { fields.range(ofKey: $0) != nil }) {
            require(PathGrammar.owner, "a path with `\(key)`", fields, &reading)
            refuse(tunnelKeys, "a path with `\(key)`", fields, &reading)
        }
    }

    private static let serviceKeys = [
        PathGrammar.redirect.name, PathGrammar.socks.name, PathGrammar.connect.name,
    ]
    private static let redirectKeys = serviceKeys + [PathGrammar.owner.name, PathGrammar.next.name]
    private static let tunnelKeys = [
        PathGrammar.interface.name, PathGrammar.kind.name, PathGrammar.listenPort.name, PathGrammar.endpoints.name,
        PathGrammar.ipv6.name,
    ]

    /// Outer packets of a kernel tunnel are known by port and endpoint, those of a user-space one by their owner.
    private static func checkTunnel(_ fields: Fields, _ reading: inout ProfileReading) {
        if fields.isWritten(PathGrammar.kind), fields[PathGrammar.kind] == nil { return }
        if fields[PathGrammar.kind]?.value == .userspace {
            require(PathGrammar.owner, "a user-space tunnel", fields, &reading)
        } else {
            refuse([PathGrammar.owner.name], "a kernel tunnel", fields, &reading)
            guard isMeantAsTunnel(fields) else {
                return reading.report(
                    .missingKey,
                    "a path with `interface` is a tunnel, and this one has no `listen-port` and `endpoints`",
                    at: fields.key.range,
                    help: "add them, or remove the path: what leaves by a cable or by Wi-Fi is `direct`")
            }
            require(PathGrammar.listenPort, "a kernel tunnel", fields, &reading)
            require(PathGrammar.endpoints, "a kernel tunnel", fields, &reading)
        }
    }

    /// Somebody who wants a path for a network's interface writes nothing else.
    private static func isMeantAsTunnel(_ fields: Fields) -> Bool {
        [PathGrammar.kind.name, PathGrammar.listenPort.name, PathGrammar.endpoints.name, PathGrammar.owner.name]
            .contains { fields.range(ofKey: $0) != nil }
    }

    private static func require<Value>(
        _ key: Key<Value>, _ noun: String, _ fields: Fields, _ reading: inout ProfileReading
    ) {
        guard !fields.isWritten(key) else { return }
        reading.report(
            .missingKey, "\(noun) has no `\(key.name)`", at: fields.key.range,
            help: "add `\(key.name): \(key.example)`: \(key.help)")
    }

    private static func refuse(
        _ names: [String], _ noun: String, _ fields: Fields, _ reading: inout ProfileReading
    ) {
        for name in names {
            guard let range = fields.range(ofKey: name) else { continue }
            reading.report(.keyDoesNotApply, "\(noun) has no key `\(name)`", at: range, help: "remove it")
        }
    }
}
