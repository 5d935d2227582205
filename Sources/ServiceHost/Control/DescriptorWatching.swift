package import LinuxIO

/// The part of a daemon that waits for descriptors. `number` is the daemon's own name for one.
package protocol DescriptorWatching: ~Copyable {
    mutating func watch(
        _ descriptor: borrowing Descriptor, number: UInt64, for interest: Readiness
    ) throws(SystemError)

    /// Changes what a watched descriptor is watched for.
    mutating func rewatch(_ descriptor: borrowing Descriptor, number: UInt64, for interest: Readiness)

    mutating func unwatch(_ descriptor: borrowing Descriptor)
}
