/// What a process holds, to be compared with what it held before.
package struct ProcessFootprint: Equatable, Sendable, CustomStringConvertible {
    /// What an allocator may take more of the system between two equal rounds of work, without a leak.
    package static let maximumGrowthKiB = 1_024

    package let residentKiB: Int
    package let descriptorCount: Int

    /// Whether it is no more than `earlier`, but for the allocator's share.
    package func isGrown(since earlier: ProcessFootprint) -> Bool {
        residentKiB - earlier.residentKiB > ProcessFootprint.maximumGrowthKiB
            || descriptorCount > earlier.descriptorCount
    }

    package var description: String { "\(residentKiB) KiB resident, \(descriptorCount) descriptors" }
}
