/// The figures of a workload: a row for each server, a column for each figure, in the order in which they came.
struct Table {
    struct Column: Sendable {
        let key: String
        let title: String
        /// Digits behind the point.
        let places: Int

        init(_ key: String, _ title: String, places: Int) {
            self.key = key
            self.title = title
            self.places = places
        }
    }

    struct Row {
        let server: String
        let role: Server.Role
        fileprivate(set) var cells: [String: Series] = [:]

        subscript(key: String) -> Series { cells[key] ?? Series() }
    }

    /// Names the workload, and files.
    let name: String
    let columns: [Column]
    private(set) var rows: [Row] = []
    /// What a reader of the figures must know: servers that are missing, and why.
    private(set) var notes: [String] = []

    init(_ name: String, _ columns: [Column]) {
        self.name = name
        self.columns = columns
    }

    mutating func add(_ value: Double, _ key: String, of server: Server) {
        precondition(columns.contains { $0.key == key }, "no such column")
        if !rows.contains(where: { $0.server == server.name }) {
            rows.append(Row(server: server.name, role: server.role))
        }
        guard let index = rows.firstIndex(where: { $0.server == server.name }) else { return }
        rows[index].cells[key, default: Series()].append(value)
    }

    mutating func note(_ text: String) { notes.append(text) }
}
