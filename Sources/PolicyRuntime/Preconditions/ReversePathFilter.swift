/// Whether the kernel takes an answer that comes by a tunnel for a forgery: with strict filtering it asks whether it would
/// send to the answer's source by that device, and it asks by the flow's mark only where it is told to.
struct ReversePathFilter: Equatable {
    /// net.ipv4.conf.DEVICE.rp_filter, the larger of the device's and that of `all`: 1 is strict.
    let filter: Int
    /// net.ipv4.conf.DEVICE.src_valid_mark, the device's or that of `all`.
    let asksByMark: Bool

    init(filter: Int, asksByMark: Bool) {
        self.filter = filter
        self.asksByMark = asksByMark
    }

    /// That of a device; nil where there is none of that name.
    init?(ofDevice device: String) {
        let all = ["rp_filter", "src_valid_mark"].map { ReversePathFilter.setting($0, of: "all") ?? 0 }
        guard let filter = ReversePathFilter.setting("rp_filter", of: device),
            let mark = ReversePathFilter.setting("src_valid_mark", of: device)
        else { return nil }
        self.init(filter: max(filter, all[0]), asksByMark: mark != 0 || all[1] != 0)
    }

    /// That answers by `device` are lost; nil when they are not.
    func finding(_ device: String) -> Finding? {
        guard isStrict, !asksByMark else { return nil }
        return Finding(
            "rp_filter is strict: the kernel drops answers that come by `\(device)`", at: Self.place(device),
            remedy: "set net.ipv4.conf.all.src_valid_mark=1, or rp_filter=2")
    }

    var isStrict: Bool { filter == ReversePathFilter.strict }

    static func place(_ device: String) -> String { "net.ipv4.conf.\(device).rp_filter" }

    private static let strict = 1

    private static func setting(_ name: String, of device: String) -> Int? {
        KernelSetting.number("ipv4/conf/\(device)/\(name)")
    }
}
