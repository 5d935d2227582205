internal import CanonicalJSON
internal import LinuxIO
internal import ProfileModel

/// The one JSON document of a run with `--json`.
enum Document {
    static func write(_ value: JSONValue) {
        StandardStreams.writeOutput(CanonicalJSONWriter.text(of: value) + "\n")
    }

    /// What a daemon replied, as a document of that schema.
    static func write(_ reply: JSONObject, schema: String) {
        var document = KebabCase.keys(of: reply)
        document["schema"] = .string(schema)
        write(.object(document))
    }
}

extension Diagnostic {
    /// Lines and columns count from 1, columns in Unicode scalars; the end is excluded.
    /// `sources` are the files that it may be about.
    func json(_ sources: [SourceFile]) -> JSONValue {
        var object: JSONObject = [
            "severity": .string(severity.rawValue), "code": .string(code.rawValue), "message": .string(message),
            "range": range.json(sources), "notes": .array(notes.map { $0.json(sources) }),
        ]
        object["help"] = help.map { .string($0) }
        return .object(object)
    }
}

extension Diagnostic.Note {
    func json(_ sources: [SourceFile]) -> JSONValue {
        var object: JSONObject = ["message": .string(message)]
        object["range"] = range?.json(sources)
        return .object(object)
    }
}

extension SourceRange {
    func json(_ sources: [SourceFile]) -> JSONValue {
        [
            "file": sources.indices.contains(file) ? .string(sources[file].name) : .null,
            "line": .integer(Int64(start.line)), "column": .integer(Int64(start.column)),
            "end-line": .integer(Int64(end.line)), "end-column": .integer(Int64(end.column)),
        ]
    }
}
