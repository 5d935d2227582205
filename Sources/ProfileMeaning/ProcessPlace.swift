/// Where a process is among the units and slices of one manager.
package struct ProcessPlace: Hashable, Sendable {
    package var unit: String?
    /// From the outermost in.
    package var slices: [String]

    package init(unit: String? = nil, slices: [String] = []) {
        self.unit = unit
        self.slices = slices
    }
}
