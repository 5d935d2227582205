internal import Cryptography
internal import NetworkTypes
internal import Posture

/// The posture as aligned text: a line a signal with its age, then what was not observed.
struct PostureTable {
    private let document: PostureDocument
    private let isColoured: Bool

    init(_ document: PostureDocument, isColoured: Bool) {
        self.document = document
        self.isColoured = isColoured
    }

    var text: String { (head + [""] + signals + [""] + limits).joined(separator: "\n") + "\n" }

    private var head: [String] {
        let digest = document.bundleDigest.map { "\($0)" } ?? "none that all daemons run"
        return ["observed  \(document.observedAt)", "bundle    \(digest)"]
    }

    private var signals: [String] {
        let header = ["signal", "value", "for", "seen", "why"]
        let rows = document.signals.map { signal in
            [
                signal.name.rawValue, signal.value.rawValue, age(of: signal.since),
                seen(signal.observedAt), signal.reason,
            ]
        }
        let lines = StatsTable.aligned([header] + rows, numeric: [2])
        return [lines[0]] + zip(lines.dropFirst(), document.signals).map { coloured($0, $1.value) }
    }

    private var limits: [String] { ["not observed:"] + document.limits.map { "  - \($0)" } }

    private func age(of moment: UTCInstant) -> String {
        StatsTable.duration(max(0, document.observedAt.milliseconds - moment.milliseconds) / 1000)
    }

    private func seen(_ moment: UTCInstant) -> String {
        document.observedAt.milliseconds - moment.milliseconds < 1000 ? "now" : "\(age(of: moment)) ago"
    }

    /// Colours the value, which stands behind the signal's name and is no part of it.
    private func coloured(_ line: String, _ value: SignalValue) -> String {
        guard isColoured, let blank = line.firstIndex(of: " ") else { return line }
        let rest = line[blank...]
        guard let start = rest.firstIndex(where: { $0 != " " }) else { return line }
        let end = line.index(start, offsetBy: value.rawValue.count)
        return "\(line[..<start])\u{1B}[\(PostureTable.colour(value))m\(line[start..<end])\u{1B}[0m\(line[end...])"
    }

    private static func colour(_ value: SignalValue) -> Int {
        switch value {
        case .enforced: 32
        case .degraded: 33
        case .violated: 31
        case .unknown: 35
        }
    }
}
