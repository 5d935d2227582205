package import CanonicalJSON

/// The reply to a call: its results, or an error and what belongs to it.
package struct VarlinkReply: Equatable, Sendable {
    package var parameters: JSONObject
    /// More replies to the same call follow.
    package var continues: Bool
    /// The qualified name of an error: `org.varlink.service.PermissionDenied`.
    package var error: String?

    package init(_ parameters: JSONObject = [:], continues: Bool = false) {
        self.parameters = parameters
        self.continues = continues
        error = nil
    }

    package init(error: String, _ parameters: JSONObject = [:]) {
        self.parameters = parameters
        self.error = error
        continues = false
    }
}

/// The errors that every service shares (varlink.org, "Service Interface"; PermissionDenied as systemd has it).
extension VarlinkReply {
    package static func interfaceNotFound(_ name: String) -> VarlinkReply {
        VarlinkReply(error: "org.varlink.service.InterfaceNotFound", ["interface": .string(name)])
    }

    package static func methodNotFound(_ name: String) -> VarlinkReply {
        VarlinkReply(error: "org.varlink.service.MethodNotFound", ["method": .string(name)])
    }

    package static func methodNotImplemented(_ name: String) -> VarlinkReply {
        VarlinkReply(error: "org.varlink.service.MethodNotImplemented", ["method": .string(name)])
    }

    package static func invalidParameter(_ name: String) -> VarlinkReply {
        VarlinkReply(error: "org.varlink.service.InvalidParameter", ["parameter": .string(name)])
    }

    package static let permissionDenied = VarlinkReply(error: "org.varlink.service.PermissionDenied")
    package static let expectedMore = VarlinkReply(error: "org.varlink.service.ExpectedMore")
}

extension VarlinkReply {
    var json: JSONValue {
        var object: JSONObject = ["parameters": .object(parameters)]
        if continues { object["continues"] = true }
        object["error"] = error.map { .string($0) }
        return .object(object)
    }

    init(message: JSONObject) throws(VarlinkFailure) {
        let error = message["error"] ?? .null
        guard error == .null || error.string != nil else { throw .malformedMessage("`error` is no text") }
        self.init(try message.parameters(), continues: try message.flag("continues"))
        self.error = error.string
    }
}
