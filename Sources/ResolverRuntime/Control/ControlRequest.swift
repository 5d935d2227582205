internal import CanonicalJSON
internal import Cryptography
internal import DNSWire
internal import ServiceHost
internal import Varlink

/// What a caller of the control socket wants of the service as a whole.
struct ControlRequest {
    enum Kind {
        case statistics
        case upstreams
        /// The uncompressed wire form of a name; nil for everything.
        case flush([UInt8]?)
        /// An absolute path; nil for the bundle of the command line.
        case reload(String?)
    }

    /// The connection that waits for the reply.
    let connection: UInt64
    let kind: Kind
}

// What the calls of `io.enigm.resolver` carry, and the replies to them.

extension VarlinkCall {
    func optionalName(_ name: String) throws(ControlRefusal) -> OwnedName? {
        guard let text = try optionalText(name) else { return nil }
        guard let result = OwnedName(text) else { throw ControlRefusal(.invalidName(text)) }
        return result
    }
}

extension VarlinkReply {
    static func invalidName(_ name: String) -> VarlinkReply {
        VarlinkReply(
            error: "io.enigm.resolver.InvalidName",
            ["name": .string(name), "reason": "labels are 1 to 63 bytes, a name at most 255"])
    }

    static func unknownType(_ type: String) -> VarlinkReply {
        VarlinkReply(error: "io.enigm.resolver.UnknownType", ["type": .string(type)])
    }

    static func busy(_ reason: String) -> VarlinkReply {
        VarlinkReply(error: "io.enigm.resolver.Busy", ["reason": .string(reason)])
    }

    static func flushed(_ count: Int) -> VarlinkReply { VarlinkReply(["removed": .count(UInt64(count))]) }

    static func reloaded(_ outcome: ReloadOutcome) -> VarlinkReply {
        switch outcome {
        case .accepted(let digest, let isChanged):
            VarlinkReply(["bundleDigest": .string(digest), "changed": .bool(isChanged)])
        case .refused(let path, let reason):
            VarlinkReply(
                error: "io.enigm.resolver.BundleRefused", ["bundle": .string(path), "reason": .string(reason)])
        }
    }
}
