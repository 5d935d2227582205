internal import LinuxIO

/// The numbers below /proc/sys/net, which are those of this network namespace.
enum KernelSetting {
    private static let directory = "/proc/sys/net"
    /// No number is longer.
    private static let maximumBytes = 64

    /// Such as `ipv4/conf/all/rp_filter`; nil where there is none of that name.
    static func number(_ name: String) -> Int? {
        let bytes = try? FileContents.read("\(directory)/\(name)", limitBytes: maximumBytes)
        return bytes.flatMap { Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) }
    }

    /// Of the settings that IPv4 has for each device; `all` and `default` among them.
    static var devices: [String] { Directory.entries("\(directory)/ipv4/conf").sorted() }
}
