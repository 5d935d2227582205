import TestSupport

/// docs/layers.txt, read: one row a target.
struct LayerTable {
    struct Row: Equatable {
        let layer: Int
        let name: String
        let dependencies: [String]
    }

    let rows: [Row]
    /// Lines that are neither blank, nor a comment, nor `LAYER NAME: DEPENDENCIES`.
    let unreadable: [String]

    static let ofThisPackage = LayerTable(text: TextFile.text(of: "\(Repository.root)/docs/layers.txt"))

    init(text: String) {
        var rows: [Row] = []
        var unreadable: [String] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if let row = LayerTable.row(line) { rows.append(row) } else { unreadable.append(String(line)) }
        }
        self.rows = rows
        self.unreadable = unreadable
    }

    subscript(name: String) -> Row? { rows.first { $0.name == name } }

    /// Everything that `names` reach, themselves included.
    func closure(of names: Set<String>) -> Set<String> {
        var reached = names
        var pending = Array(names)
        while let name = pending.popLast() {
            for dependency in self[name]?.dependencies ?? [] where reached.insert(dependency).inserted {
                pending.append(dependency)
            }
        }
        return reached
    }

    private static func row(_ line: Substring) -> Row? {
        let halves = line.split(separator: ":", omittingEmptySubsequences: false)
        let head = halves[0].split(separator: " ")
        guard halves.count == 2, head.count == 2, let layer = Int(head[0]) else { return nil }
        return Row(layer: layer, name: String(head[1]), dependencies: halves[1].split(separator: " ").map(String.init))
    }
}
