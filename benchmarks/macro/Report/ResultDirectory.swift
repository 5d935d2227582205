import CanonicalJSON
import LinuxIO

/// Where figures are written: for each workload a table in Markdown, its values in JSON, and its pictures.
struct ResultDirectory {
    private let path: String

    init(_ path: String) throws(SystemError) {
        try Directory.create(path, mode: 0o755)
        self.path = path
    }

    func write(_ findings: Findings) throws(SystemError) {
        let table = findings.table
        try write(table.markdown, to: "\(table.name).md")
        try write(CanonicalJSONWriter.text(of: table.json) + "\n", to: "\(table.name).json")
        for (name, chart) in findings.charts where !chart.bars.isEmpty { try write(chart.svg, to: "\(name).svg") }
    }

    private func write(_ text: String, to name: String) throws(SystemError) {
        try FileContents.replace("\(path)/\(name)", with: Array(text.utf8))
    }
}
