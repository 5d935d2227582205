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
    private var remarks: [String] = []
    private var losses: [(server: String, asked: Int, lost: Int, failed: Int)] = []

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

    mutating func note(_ text: String) { remarks.append(text) }

    /// Queries without an answer, or with an error, are no figure: they are a fault that must be seen.
    mutating func count(_ load: LoadResult, of server: Server) {
        let index = losses.firstIndex { $0.server == server.name } ?? losses.count
        if index == losses.count { losses.append((server.name, 0, 0, 0)) }
        losses[index].asked += load.answered + load.failed + load.lost
        losses[index].lost += load.lost
        losses[index].failed += load.failed
    }

    /// What a reader of the figures must know: servers that are missing, and why; queries that did not count.
    var notes: [String] {
        remarks
            + losses.filter { $0.lost + $0.failed > 0 }.map { loss in
                "\(loss.server): of \(loss.asked) queries \(loss.lost) lost, \(loss.failed) answered with an error"
            }
    }
}
