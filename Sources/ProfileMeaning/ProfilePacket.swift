package import NetworkTypes
package import ProfileModel

/// A packet that a local process or a container sends, as a profile speaks of packets.
package struct ProfilePacket: Hashable, Sendable {
    package var sender: Sender
    package var destination: IPAddress
    package var content: Content
    /// When it is sent.
    package var moment: Timestamp
    /// The path that its flow has had from this sender, under this profile and with an answer; nil for a new flow.
    package var pathOfFlow: String?

    package init(
        from sender: Sender, to destination: IPAddress, _ content: Content,
        at moment: Timestamp = Timestamp(secondsSinceEpoch: 0), pathOfFlow: String? = nil
    ) {
        self.sender = sender
        self.destination = destination
        self.content = content
        self.moment = moment
        self.pathOfFlow = pathOfFlow
    }

    /// The process behind the socket, by names; or a container, by the device that its packets arrive by.
    package struct Sender: Hashable, Sendable {
        package var user: String
        package var group: String
        /// Nil for what this machine's own processes send.
        package var interface: String?
        /// Among what the system manager runs.
        package var place: ProcessPlace
        /// Among what a user's own manager runs: whose, and where.
        package var ownPlace: OwnPlace?

        package struct OwnPlace: Hashable, Sendable {
            package var user: String
            package var place: ProcessPlace

            package init(user: String, place: ProcessPlace) {
                self.user = user
                self.place = place
            }
        }

        package init(
            user: String, group: String, place: ProcessPlace = ProcessPlace(), ownPlace: OwnPlace? = nil
        ) {
            self.user = user
            self.group = group
            self.place = place
            self.ownPlace = ownPlace
        }

        /// Nothing is known of the process.
        package init(arrivingBy interface: String) {
            self.init(user: "", group: "")
            self.interface = interface
        }
    }

    package enum Content: Hashable, Sendable {
        case transport(TransportProtocol, source: UInt16, destination: UInt16)
        /// Of the destination's family.
        case icmp(type: UInt8, code: UInt8, hopLimit: UInt8)
        /// Any other IP protocol.
        case other(protocolNumber: UInt8)
    }

    /// Whether it can be the first of a conversation. Errors and answers of ICMP are followed only as part of one, and
    /// the link's own messages never are.
    package var beginsConversation: Bool {
        guard case .icmp(let type, _, _) = content else { return true }
        return destination.family == .v4 ? [8, 13, 15, 17].contains(type) : [128, 139].contains(type)
    }
}
