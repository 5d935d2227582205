/// Whether frames that a bridge passes from one port to another come to the rules for IP, which take them for forwarded
/// packets: what containers send each other is then judged, and dropped.
enum BridgeFilter {
    /// In the order of ``settings``: nil where the kernel has no bridge that asks.
    static func findings(_ numbers: [Int?]) -> [Finding] {
        zip(settings, numbers).compactMap { setting, number in
            guard let number, number != 0 else { return nil }
            return Finding(
                "what containers send each other across a bridge is judged as forwarded, and dropped",
                at: "net.bridge.\(setting)", remedy: "set it to 0")
        }
    }

    static var ofKernel: [Int?] { settings.map { KernelSetting.number("bridge/\($0)") } }

    private static let settings = ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"]
}
