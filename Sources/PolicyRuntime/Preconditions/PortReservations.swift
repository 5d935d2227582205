internal import LinuxIO

/// Whether the kernel may choose a guarded port for somebody's socket: his packets from it would be dropped.
struct PortReservations: Equatable {
    /// net.ipv4.ip_local_port_range, which holds for IPv6 too: the kernel chooses among these.
    let chosen: ClosedRange<UInt16>
    /// net.ipv4.ip_local_reserved_ports: never these.
    let reserved: [ClosedRange<UInt16>]

    /// As the two files have them; nil when they are not as the kernel writes them.
    init?(range: String, reserved: String) {
        let ends = range.split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { return nil }
        chosen = ends[0]...ends[1]
        var ranges: [ClosedRange<UInt16>] = []
        for part in reserved.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let ends = part.split(separator: "-").compactMap { UInt16($0) }
            guard let lower = ends.first, let upper = ends.last, ends.count <= 2, lower <= upper else { return nil }
            ranges.append(lower...upper)
        }
        self.reserved = ranges
    }

    /// Those of this network namespace; nil where they cannot be read.
    static var ofKernel: PortReservations? {
        guard let range = text(of: "ip_local_port_range"), let reserved = text(of: "ip_local_reserved_ports") else {
            return nil
        }
        return PortReservations(range: range, reserved: reserved)
    }

    /// One for each port that is not reserved and may be chosen.
    func findings(_ guarded: [UInt16]) -> [Finding] {
        guarded.filter { port in chosen.contains(port) && !reserved.contains { $0.contains(port) } }.map { port in
            Finding(
                "the kernel may choose port \(port), which the profile guards, for any program's socket, which is then "
                    + "cut off", at: "net.ipv4.ip_local_reserved_ports", remedy: "add \(port) to it")
        }
    }

    private static func text(of name: String) -> String? {
        // The list of reserved ports is one page at most (Documentation/networking/ip-sysctl.rst: large lists are cut).
        let bytes = try? FileContents.read("/proc/sys/net/ipv4/\(name)", limitBytes: 1 << 16)
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}
