/// What a rule does to a packet beside letting it pass or not.
package enum PacketEffect: Int, Hashable, Sendable, CaseIterable {
    /// Writes bits of the packet's mark that are ours.
    case packetMark
    /// Writes such bits of the connection's.
    case connectionMark
    /// Puts the flow into another table of connections.
    case zone
    /// Keeps it out of connection tracking.
    case untracked
    /// Translates where it goes, or gives it to another socket.
    case destination
    /// Translates where it comes from, to a named address.
    case source
    /// Writes its bytes.
    case rewriting
    /// Hands it to a program, which may do anything with it.
    case queue
    /// Sends a copy of it elsewhere.
    case duplicate
    /// Sends it out of a device, past all that would follow.
    case forward
    /// Lets the rest of its flow pass by all rules.
    case offload
}
