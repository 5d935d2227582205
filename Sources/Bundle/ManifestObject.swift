internal import CanonicalJSON

/// An object of the manifest while it is being read: each key is asked for once, and those nobody asked for are
/// refused, so that a bundle of a later format is never half understood.
struct ManifestObject: ~Copyable {
    private let path: ManifestPath
    let object: JSONObject
    /// A bit for each member; no object of the format has as many members as there are bits.
    private var asked: UInt64 = 0

    /// `path` is where the object stands, for messages: `resolver.upstreams[0]`.
    init(_ value: JSONValue, at path: ManifestPath) throws(BundleError) {
        guard let object = value.object else { throw .manifestInvalid(key: path.description, problem: "is no object") }
        self.path = path
        self.object = object
    }

    /// Where a member stands; an empty name is the object itself.
    func key(_ name: String) -> ManifestPath { .member(name, of: path) }

    func invalid(_ name: String, _ problem: String) -> BundleError {
        .manifestInvalid(key: key(name).description, problem: problem)
    }

    func has(_ name: String) -> Bool { object.index(of: name) != nil }

    mutating func optional(_ name: String) -> JSONValue? {
        guard let index = object.index(of: name) else { return nil }
        asked |= 1 << UInt64(index)
        return object[index].value
    }

    mutating func value(_ name: String) throws(BundleError) -> JSONValue {
        guard let value = optional(name) else { throw invalid(name, "is missing") }
        return value
    }

    mutating func text(_ name: String) throws(BundleError) -> String {
        guard let text = try value(name).string else { throw invalid(name, "is no text") }
        return text
    }

    mutating func optionalText(_ name: String) throws(BundleError) -> String? {
        has(name) ? try text(name) : nil
    }

    mutating func truth(_ name: String) throws(BundleError) -> Bool {
        guard let truth = try value(name).bool else { throw invalid(name, "is no truth value") }
        return truth
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(BundleError) -> Int {
        guard let value = try value(name).integer, range.contains(Int(value)) else {
            throw invalid(name, "is no integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(value)
    }

    mutating func list(_ name: String, counting range: ClosedRange<Int>) throws(BundleError) -> [JSONValue] {
        guard let list = try value(name).array else { throw invalid(name, "is no list") }
        guard range.contains(list.count) else {
            throw invalid(name, "has not \(range.lowerBound) to \(range.upperBound) entries")
        }
        return list
    }

    /// A list of texts, each turned into a value by `parse`.
    mutating func list<Value>(
        _ name: String, counting range: ClosedRange<Int>, of kind: String, _ parse: (String) -> Value?
    ) throws(BundleError) -> [Value] {
        var values: [Value] = []
        for (index, element) in try list(name, counting: range).enumerated() {
            guard let value = element.string.flatMap(parse) else { throw invalid("\(name)[\(index)]", "is no \(kind)") }
            values.append(value)
        }
        return values
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Value.Type
    ) throws(BundleError) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: try text(name)) else {
            throw invalid(name, "is none of " + Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))
        }
        return value
    }

    /// To be called last.
    consuming func finish() throws(BundleError) {
        for index in object.indices where asked & 1 << UInt64(index) == 0 {
            throw invalid(object[index].key, "is unknown")
        }
    }
}
