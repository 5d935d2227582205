internal import LinuxIO

/// Descriptors that are kept for when the process has no other left: whoever asks what is wrong is to get an answer.
struct DescriptorReserve {
    /// Callers of a control socket who come together. More take the places of those before.
    static let maximumCount = 2

    private var kept: [SharedDescriptor] = []

    /// Keeps copies of `original` until there are enough, or the process has no more.
    mutating func fill(with original: borrowing Descriptor) {
        while kept.count < DescriptorReserve.maximumCount, let copy = try? original.duplicate() {
            kept.append(SharedDescriptor(copy))
        }
    }

    /// Gives one back to the process; false when there is none.
    mutating func spend() -> Bool { kept.popLast() != nil }
}
