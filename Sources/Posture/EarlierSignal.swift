package import CanonicalJSON
package import NetworkTypes

/// What an earlier document said about a signal, as far as the next one needs it.
package struct EarlierSignal: Equatable, Sendable {
    package let value: SignalValue
    package let since: UTCInstant

    package init(value: SignalValue, since: UTCInstant) {
        self.value = value
        self.since = since
    }

    /// The signals of a document by name; signals that this version does not know are left out. Nil when it is no
    /// posture document.
    package static func read(_ document: JSONValue) -> [SignalName: EarlierSignal]? {
        guard let object = document.object, object["schema"]?.string == PostureDocument.schema,
            let signals = object["signals"]?.array
        else { return nil }
        var earlier: [SignalName: EarlierSignal] = [:]
        for signal in signals.prefix(SignalName.allCases.count * 4) {
            guard let name = signal.object?["name"]?.string.flatMap(SignalName.init),
                let value = signal.object?["value"]?.string.flatMap(SignalValue.init),
                let since = signal.object?["since"]?.string.flatMap(UTCInstant.init(rfc3339:))
            else { continue }
            earlier[name] = EarlierSignal(value: value, since: since)
        }
        return earlier
    }
}
