/// Whether packets from a network may be for 127.0.0.0/8 (net.ipv4.conf.DEVICE.route_localnet), where services listen that
/// take everybody who reaches them for a program of this machine.
struct LoopbackExposure: Equatable {
    /// By device, `all` among them.
    let settings: [String: Int]

    init(_ settings: [String: Int]) { self.settings = settings }

    /// Those of this network namespace.
    static var ofKernel: LoopbackExposure {
        LoopbackExposure(
            Dictionary(
                KernelSetting.devices.compactMap { device in
                    KernelSetting.number("ipv4/conf/\(device)/route_localnet").map { (device, $0) }
                }
            ) { first, _ in first })
    }

    /// Every device has that of `all`, too; `default` is that of devices to come.
    var findings: [Finding] {
        if settings["all"] ?? 0 != 0 { return [finding("all", "any device")] }
        let exposed = settings.filter { $0.value != 0 && !["lo", "default"].contains($0.key) }.keys.sorted()
        return exposed.map { finding($0, "`\($0)`") }
    }

    private func finding(_ device: String, _ words: String) -> Finding {
        Finding(
            "packets for 127.0.0.0/8 may come by \(words)", at: "net.ipv4.conf.\(device).route_localnet",
            remedy: "set it to 0")
    }
}
