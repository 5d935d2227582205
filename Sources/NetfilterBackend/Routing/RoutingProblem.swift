package import NetworkTypes

/// What keeps packets from going where their marks lead.
package enum RoutingProblem: Hashable, Sendable {
    /// Another program's rule comes ahead of ours, or has packets pass ours by. `table`: where it leads, if to one.
    case foreignRule(AddressFamily, priority: UInt32, table: UInt32?)
    /// Another program's route stands in a table of ours.
    case foreignRoute(String, table: UInt32)
    /// The kernel takes no route into the device.
    case refusedRoute(device: String, AddressFamily)
}
