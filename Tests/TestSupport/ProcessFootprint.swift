/// What a process holds, to be compared with what it held before.
package struct ProcessFootprint: Equatable, Sendable, CustomStringConvertible {
    /// What an allocator may take more of the system between two equal rounds of work, without a leak.
    package static let maximumGrowthKiB = 1_024
    /// An upstream's connection and the one that takes its place may both be there, of two upstreams.
    package static let maximumMoreDescriptors = 4

    package let residentKiB: Int
    package let descriptorCount: Int

    /// Whether it is more than `earlier` by what only a leak explains.
    package func isGrown(since earlier: ProcessFootprint) -> Bool {
        residentKiB - earlier.residentKiB > ProcessFootprint.maximumGrowthKiB
            || descriptorCount - earlier.descriptorCount > ProcessFootprint.maximumMoreDescriptors
    }

    package var description: String { "\(residentKiB) KiB resident, \(descriptorCount) descriptors" }
}
