extension Table {
    /// For a terminal.
    var text: String {
        let lines = [["server"] + columns.map(\.title)] + rows.map { [$0.server] + cells(of: $0) }
        let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        let body = lines.map { line in
            zip(line, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
        return ([name] + body + notes.map { "note: \($0)" }).joined(separator: "\n") + "\n"
    }

    /// For docs/benchmarks.md; our own row stands out.
    var markdown: String {
        let header = "| server |" + columns.map { " \($0.title) |" }.joined()
        let rule = "|---|" + columns.map { _ in "---:|" }.joined()
        let body = rows.map { row in
            let mark = row.role == .own ? "**" : ""
            return "| \(mark)\(row.server)\(mark) |" + cells(of: row).map { " \(mark)\($0)\(mark) |" }.joined()
        }
        let notes = notes.isEmpty ? [] : [""] + notes.map { "- \($0)" }
        return ([header, rule] + body + notes).joined(separator: "\n") + "\n"
    }

    /// The median, and between which values it lies.
    private func cells(of row: Row) -> [String] {
        columns.map { column in
            let series = row[column.key]
            guard let median = series.median, let least = series.least, let greatest = series.greatest else {
                return "–"
            }
            let texts = [median, least, greatest].map { $0.text(places: column.places) }
            return texts[1] == texts[2] ? texts[0] : "\(texts[0]) (\(texts[1])–\(texts[2]))"
        }
    }
}
