package import CanonicalJSON

/// A call of a varlink method (varlink.org, "Method Calls").
package struct VarlinkCall: Equatable, Sendable {
    /// Interface and method: `io.enigm.resolver.Query`.
    package var method: String
    package var parameters: JSONObject
    /// The caller takes several replies.
    package var wantsMore: Bool
    /// The caller takes none.
    package var isOneway: Bool
    /// The caller wants to speak another protocol afterwards.
    package var wantsUpgrade: Bool

    package init(
        _ method: String, _ parameters: JSONObject = [:], wantsMore: Bool = false, isOneway: Bool = false,
        wantsUpgrade: Bool = false
    ) {
        self.method = method
        self.parameters = parameters
        self.wantsMore = wantsMore
        self.isOneway = isOneway
        self.wantsUpgrade = wantsUpgrade
    }

    /// `io.enigm.resolver` of `io.enigm.resolver.Query`; empty when there is no dot.
    package var interfaceName: String {
        method.lastIndex(of: ".").map { String(method[..<$0]) } ?? ""
    }

    /// `Query` of `io.enigm.resolver.Query`.
    package var methodName: String {
        method.lastIndex(of: ".").map { String(method[method.index(after: $0)...]) } ?? method
    }
}

extension VarlinkCall {
    var json: JSONValue {
        var object: JSONObject = ["method": .string(method)]
        if !parameters.isEmpty { object["parameters"] = .object(parameters) }
        if wantsMore { object["more"] = true }
        if isOneway { object["oneway"] = true }
        if wantsUpgrade { object["upgrade"] = true }
        return .object(object)
    }

    /// Keys that we do not know are left alone, as the specification lets callers add some.
    init(message: JSONObject) throws(VarlinkFailure) {
        guard let method = message["method"]?.string else { throw .malformedMessage("`method` is missing or no text") }
        self.init(
            method, try message.parameters(), wantsMore: try message.flag("more"), isOneway: try message.flag("oneway"),
            wantsUpgrade: try message.flag("upgrade"))
    }
}

extension JSONObject {
    func parameters() throws(VarlinkFailure) -> JSONObject {
        switch self["parameters"] {
        case nil, .null: return [:]
        case .object(let parameters): return parameters
        default: throw .malformedMessage("`parameters` is no object")
        }
    }

    func flag(_ key: String) throws(VarlinkFailure) -> Bool {
        switch self[key] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw .malformedMessage("`\(key)` is neither true nor false")
        }
    }
}
