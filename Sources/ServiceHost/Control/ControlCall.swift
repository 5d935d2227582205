package import CanonicalJSON
package import LinuxIO
package import Varlink

/// A call that waits for its reply, and who made it.
package struct ControlCall: Sendable {
    /// The connection that waits.
    package let connection: UInt64
    package let call: VarlinkCall
    /// The caller, as the kernel attests it.
    package let credentials: PeerCredentials

    package static let privilegedGroup = "enigm"
    /// The users of the daemons themselves: what they may ask of one another.
    package static let daemonGroup = "enigm-daemon"
}

/// A call that is answered with an error.
package struct ControlRefusal: Error {
    package let reply: VarlinkReply

    package init(_ reply: VarlinkReply) { self.reply = reply }
}

extension ControlCall {
    /// Throws the reply to a caller that is neither root, nor the daemon's own user, nor a member of group `enigm`.
    package func requireRight() throws(ControlRefusal) {
        guard hasRight else { throw ControlRefusal(.permissionDenied) }
    }

    /// The same, for what the other daemon may do, too.
    package func requireRightOrDaemon() throws(ControlRefusal) {
        guard hasRight || isMember(of: ControlCall.daemonGroup) else { throw ControlRefusal(.permissionDenied) }
    }

    /// Whether the caller is root, the daemon's own user, or a member of group `enigm`. The group is looked up when it matters: the libraries that know users and groups take half a mebibyte.
    package var hasRight: Bool {
        if credentials.user == 0 || credentials.user == Environment.userIdentifier { return true }
        return isMember(of: ControlCall.privilegedGroup)
    }

    private func isMember(of name: String) -> Bool {
        Accounts.groupIdentifier(name).map { credentials.isMember(of: $0) } ?? false
    }
}

extension VarlinkCall {
    /// A parameter that is text or absent; throws the reply to anything else.
    package func optionalText(_ name: String) throws(ControlRefusal) -> String? {
        switch parameters[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw ControlRefusal(.invalidParameter(name))
        }
    }

    /// A list of texts, of at most so many.
    package func texts(_ name: String, maximum: Int) throws(ControlRefusal) -> [String] {
        guard let list = parameters[name]?.array, list.count <= maximum, list.allSatisfy({ $0.string != nil }) else {
            throw ControlRefusal(.invalidParameter(name))
        }
        return list.compactMap(\.string)
    }

    /// A whole number in that range, or nothing.
    package func optionalInteger(_ name: String, in range: ClosedRange<Int64>) throws(ControlRefusal) -> Int64? {
        switch parameters[name] {
        case nil, .null: return nil
        case let value?:
            guard let number = value.integer, range.contains(number) else {
                throw ControlRefusal(.invalidParameter(name))
            }
            return number
        }
    }

    /// An absolute path, or nothing.
    package func optionalPath(_ name: String) throws(ControlRefusal) -> String? {
        guard let path = try optionalText(name) else { return nil }
        guard path.hasPrefix("/") else { throw ControlRefusal(.invalidParameter(name)) }
        return path
    }
}

extension JSONValue {
    /// A count; past 2^53, which no counter here reaches in a machine's life, it stays there.
    package static func count(_ value: UInt64) -> JSONValue {
        .integer(Int64(min(value, UInt64(JSONValue.maximumInteger))))
    }
}
