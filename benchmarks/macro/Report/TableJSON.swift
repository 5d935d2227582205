import CanonicalJSON

extension Table {
    /// Every value that was measured, in the order of the repetitions.
    var json: JSONValue {
        let rows = rows.map { row in
            let figures = columns.filter { !row[$0.key].values.isEmpty }.map { column in
                (column.key, JSONValue.array(row[column.key].values.map { .double($0) }))
            }
            return JSONValue.object(
                JSONObject([
                    ("server", .string(row.server)), ("role", .string(row.role.rawValue)),
                    ("figures", .object(JSONObject(figures))),
                ]))
        }
        return .object(
            JSONObject([("rows", .array(rows)), ("notes", .array(notes.map { .string($0) }))]))
    }
}
