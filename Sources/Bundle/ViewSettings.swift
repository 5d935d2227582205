package import NetworkTypes

/// What the questions of one subject get, or those of everybody without a view of their own.
package struct ViewSettings: Equatable, Sendable {
    /// The name of everybody's view.
    package static let everybody = "default"
    /// One for everybody, and one for each subject.
    package static let maximumCount = 256
    /// A profile has no more nodes.
    package static let maximumNames = 100_000
    /// ``*.`` before a name of 253 bytes (RFC 1035 section 3.1).
    package static let maximumPatternBytes = 255

    /// ``everybody``, or a subject's.
    package var name: String
    /// Of its hidden listeners, on 127.0.0.1 and ::1.
    package var port: UInt16
    /// By name, in the order of preference; at least one.
    package var upstreams: [String]
    /// The only names that are answered, lower case: `example.org`, or `*.example.org` for all below. Nil for all.
    package var names: [String]?
    /// Of containers that get it: it is asked at the addresses of these devices, too.
    package var devices: [String]

    package init(
        name: String, port: UInt16, upstreams: [String], names: [String]? = nil, devices: [String] = []
    ) {
        self.name = name
        self.port = port
        self.upstreams = upstreams
        self.names = names
        self.devices = devices
    }

    /// More than a profile has subjects with interfaces.
    package static let maximumDevices = 4096

    /// Where `redirect` lands for programs of this machine, whatever was asked.
    package var hiddenListeners: [Endpoint] {
        [.v4(IPv4Address(127, 0, 0, 1)), .v6(.loopback)].map { Endpoint(address: $0, port: port) }
    }
}

/// The names that a rule of the profile blocks.
package struct BlockedNames: Equatable, Sendable {
    /// A profile has no more nodes.
    package static let maximumCount = 10_000

    /// Its name, for those who ask why.
    package var rule: String
    /// In that view; nil for all.
    package var view: String?
    /// Lower case: `example.org`, or `*.example.org` for all below.
    package var names: [String]

    package init(rule: String, view: String?, names: [String]) {
        self.rule = rule
        self.view = view
        self.names = names
    }
}
