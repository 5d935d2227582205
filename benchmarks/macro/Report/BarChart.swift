/// Bars that lie: one for each server, the shortest first where less is better. Written as SVG whose colours can be read
/// on a light and on a dark page alike; nothing in it depends on fonts that a reader may not have.
struct BarChart {
    struct Bar {
        let label: String
        let value: Double
        let role: Server.Role
    }

    let title: String
    /// What the bars measure, with the unit.
    let caption: String
    let places: Int
    let bars: [Bar]
    /// A line across all bars, such as the goal.
    var mark: (value: Double, label: String)?
    /// Longer bars are cut here, so that one server does not make those of all others dots.
    var limit = Double.infinity

    private static let width = 720
    private static let labelWidth = 150
    private static let valueWidth = 90
    private static let rowHeight = 26
    private static let barHeight = 16
    private static let headHeight = 58
    private static let footHeight = 26

    private static let ink = "#808890"
    private static let colours: [Server.Role: String] = [.own: "#2f81c7", .peer: "#98a1ab", .reference: "#6b9e5f"]

    private var height: Int { Self.headHeight + bars.count * Self.rowHeight + Self.footHeight }
    private var greatest: Double {
        max(bars.map { min($0.value, limit) }.max() ?? 0, mark?.value ?? 0, .leastNormalMagnitude)
    }

    var svg: String {
        let head = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(Self.width) \(height)\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">",
            "<title>\(Self.escaped(title)): \(Self.escaped(caption))</title>",
            Self.text(title, x: 0, y: 20, size: 16, weight: "bold"),
            Self.text(caption, x: 0, y: 40),
        ]
        return (head + bars.enumerated().flatMap(row) + marking + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func row(_ index: Int, _ bar: Bar) -> [String] {
        let top = Self.headHeight + index * Self.rowHeight
        let baseline = top + Self.barHeight - 3
        let weight = bar.role == .own ? "bold" : "normal"
        let colour = Self.colours[bar.role] ?? Self.ink
        let value = bar.value.text(places: places) + (bar.value > greatest ? " (cut)" : "")
        return [
            Self.text(bar.label, x: Self.labelWidth - 8, y: baseline, anchor: "end", weight: weight),
            "<rect x=\"\(Self.labelWidth)\" y=\"\(top)\" width=\"\(length(bar.value))\" height=\"\(Self.barHeight)\" "
                + "rx=\"2\" fill=\"\(colour)\"/>",
            Self.text(value, x: Self.width, y: baseline, anchor: "end", weight: weight),
        ]
    }

    private var marking: [String] {
        guard let mark else { return [] }
        let x = Self.labelWidth + length(mark.value)
        let bottom = height - Self.footHeight
        return [
            "<line x1=\"\(x)\" y1=\"\(Self.headHeight - 6)\" x2=\"\(x)\" y2=\"\(bottom)\" stroke=\"\(Self.ink)\" "
                + "stroke-dasharray=\"4 3\"/>",
            Self.text(mark.label, x: x, y: bottom + 16, anchor: "middle"),
        ]
    }

    private func length(_ value: Double) -> Int {
        max(1, Int(min(value, greatest) / greatest * Double(Self.width - Self.labelWidth - Self.valueWidth)))
    }

    private static func text(
        _ text: String, x: Int, y: Int, anchor: String = "start", size: Int = 13, weight: String = "normal"
    ) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" font-weight=\"\(weight)\" "
            + "fill=\"\(ink)\">\(escaped(text))</text>"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }
}

extension BarChart {
    /// The medians of one column, in the order of their size.
    init(
        _ table: Table, _ key: String, title: String, caption: String, lessIsBetter: Bool = true,
        mark: (value: Double, label: String)? = nil, limit: Double = .infinity
    ) {
        let bars = table.rows.compactMap { row in
            row[key].median.map { Bar(label: row.server, value: $0, role: row.role) }
        }
        self.title = title
        self.caption = caption
        self.mark = mark
        self.limit = limit
        self.bars = bars.sorted { lessIsBetter ? $0.value < $1.value : $0.value > $1.value }
        places = table.columns.first { $0.key == key }?.places ?? 0
    }
}
