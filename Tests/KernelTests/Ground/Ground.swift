import Bundle
import Glibc
import NetfilterBackend
import NetworkTypes
import Ruleset
import TestSupport

/// The ground that policies are tried on. The device has two ways out: `en0`, a wire, and `wg0`, which stands for a
/// tunnel: it needs no neighbours (what happens in one is for `RoutingTests`). Outside, every address answers, and a
/// recorder notes whatever arrives.
final class Ground {
    let outside: Outside
    let outsidePath: String
    /// What crosses the device's loopback.
    let loopback = PacketRecorder(wantsLeaving: true)
    private let connection: NetfilterConnection
    private let scratch = ScratchDirectory()
    private var fence: UInt32 = 0
    private var isTunnelUp = true
    /// What earlier rows have been seen to send.
    private var earlier: Set<SeenPacket> = []
    /// Sends the fence frames; kept, because the kernel takes its time to close a packet socket.
    private let wire = socket(PF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0)

    static let device = "en0"
    static let tunnel = "wg0"
    static let address4 = "198.51.100.242"
    static let address6 = "2001:db8:1::2"
    static let tunnelAddress4 = "198.51.100.246"
    static let tunnelAddress6 = "2001:db8:9::2"

    /// NETLINK_NETFILTER.
    private let flowSocket = socket(PF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 12)

    deinit {
        close(wire)
        close(flowSocket)
    }

    /// Runs `body` on fresh ground; whatever it made is gone when it returns.
    static func run<Result: Sendable>(_ body: @escaping @Sendable (Ground) throws -> Result) throws -> Result {
        try TwoNamespaces.run(outside: { Outside() }) { outside, path in
            let ground = try Ground(outside, path)
            return try body(ground)
        }
    }

    private init(_ outside: Outside, _ path: String) throws {
        self.outside = outside
        outsidePath = path
        connection = try NetfilterConnection()
        try configure()
        outside.listen()
    }

    /// Puts the table in force, in place of the one before it, the check of its wire, and the routing of these paths. A
    /// stale epoch's UDP flows are forgotten, as the daemon does it.
    func apply(
        _ table: Table, wire: Table? = nil, paths: [TunnelPath] = [], staleEpoch: UInt16? = nil
    ) throws {
        try route(paths)
        try add([table, try wire ?? GroundPolicy().wire])
        try forget(epochs: [0, staleEpoch ?? 0])
    }

    /// The table alone: flows are left to it.
    func replace(_ table: Table) throws { try add(table) }

    /// What is down sends nothing, no fence either.
    func switchTunnel(on isOn: Bool) throws {
        try ip("link set \(Ground.tunnel) \(isOn ? "up" : "down")\n")
        isTunnelUp = isOn
    }

    /// Has the kernel route what these paths mark, and nothing of others.
    func route(_ paths: [TunnelPath]) throws {
        let devices = try NetworkDeviceMonitor().devices()
        try route(Routing(paths: paths, devices: Set(devices.filter(\.isUp).map(\.name))))
    }

    func route(_ wanted: Routing) throws {
        let names = Dictionary(uniqueKeysWithValues: try NetworkDeviceMonitor().devices().map { ($0.index, $0.name) })
        let connection = try RoutingConnection()
        let standing = try connection.standing(devices: names)
        let problems = try connection.change(from: standing.routing, to: wanted, devices: names)
        let read = try connection.standing(devices: names)
        guard problems.isEmpty, read.routing == wanted else {
            throw TwoNamespaces.Failure(description: "the kernel does not route as wanted: \(problems) \(read)")
        }
    }

    /// Puts addresses into the name sets of rules, by the names of these, for a time.
    func fill(_ table: Table, _ answered: [String: [String]], milliseconds: UInt64) throws {
        var batch = NetfilterBatch()
        for (rule, addresses) in answered {
            for address in addresses.map(KernelTests.address) {
                let name = "n\(address.family == .v4 ? 4 : 6)_\(rule)"
                guard let set = table.set(name) else { preconditionFailure("no set `\(name)`") }
                batch.add(SetElement(FieldValue(address)), to: set, of: table, milliseconds: milliseconds)
            }
        }
        try connection.commit(batch)
    }

    /// Opens the portal, as the daemon does it.
    func open(_ portal: PortalSettings?, _ resolvers: [String], in table: Table, milliseconds: UInt64) throws {
        var batch = NetfilterBatch()
        for (name, elements) in portal?.contents(resolvers.map(KernelTests.address)) ?? [] {
            guard let set = table.set(name) else { preconditionFailure("no set `\(name)`") }
            batch.empty(set, of: table)
            for element in elements { batch.add(element, to: set, of: table, milliseconds: milliseconds) }
        }
        try connection.commit(batch)
    }

    private func forget(epochs: Set<UInt16>) throws {
        for epoch in epochs {
            let bits = MarkLayout.epochBits(epoch)
            guard try connection.deleteDatagramFlows(mark: bits, mask: MarkLayout.epoch) else {
                throw TwoNamespaces.Failure(description: "the kernel cannot delete flows by mark")
            }
        }
    }

    /// Deletes every conntrack entry: without ports, or from one port, what one sender began is another's flow too.
    func forgetFlows() throws {
        // A nlmsghdr with IPCTNL_MSG_CT_DELETE, requested and to be acknowledged, and a nfgenmsg of every family.
        let request: [UInt8] = [20, 0, 0, 0, 2, 1, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        var reply = [UInt8](repeating: 0, count: 64)
        guard send(flowSocket, request, request.count, 0) == request.count,
            recv(flowSocket, &reply, reply.count, 0) >= 20, reply[16..<20].allSatisfy({ $0 == 0 })
        else { throw TwoNamespaces.Failure(description: "the kernel does not delete flows: errno \(errno)") }
    }

    /// Makes conntrack follow every flow from now on, as a table of another program may.
    func track() throws {
        let chain = Chain(
            "track_all", hook: ChainHook(.filter, .output, priority: 0, policy: .accept),
            rules: [ChainRule(.match(Match(.conntrack(.state), .notEqual(FieldValue(UInt32(0))))), .verdict(.accept))])
        try add(Table(.inet, "another_program", chains: [chain]))
    }

    /// A table beside the policy's.
    func add(_ table: Table) throws { try add([table]) }

    func remove(_ table: Table) throws {
        var batch = NetfilterBatch()
        batch.remove(table)
        try connection.commit(batch)
    }

    private func add(_ tables: [Table]) throws {
        var batch = NetfilterBatch()
        for table in tables { batch.replace(table) }
        try connection.commit(batch)
    }

    /// Everything that has reached the outside since the last time: a frame of our own behind it shows that it is all
    /// (frames of packet sockets pass the main table by, and such a frame the check of the wire).
    func takeSeen(wantsNoise: Bool = false) -> [SeenPacket] {
        var seen: [SeenPacket] = []
        for device in [Ground.device] + (isTunnelUp ? [Ground.tunnel] : []) {
            fence += 1
            sendFence(by: device)
            guard let packets = outside.recorder.take(throughFence: fence) else {
                preconditionFailure("the fence frame on \(device) has not arrived")
            }
            seen += packets
        }
        return wantsNoise ? seen : seen.filter { !$0.isLinkNoise }
    }

    /// Whether the outside has seen packets of this TCP connection in an earlier row, ends and all.
    func isOfEarlierConnection(_ packet: SeenPacket) -> Bool {
        packet.protocolNumber == 6 && earlier.contains(packet)
    }

    func remember(_ packets: [SeenPacket]) { earlier.formUnion(packets) }

    /// What a link-local address needs beside itself.
    var deviceIndex: UInt32 { if_nametoindex(Ground.device) }

    /// Runs `ip -batch` in this namespace, or in the outside.
    func ip(_ commands: String, outside isOutside: Bool = false) throws {
        try ip(commands, namespace: isOutside ? outsidePath : nil)
    }

    /// In another namespace than this one, where that is named.
    func ip(_ commands: String, namespace: String?) throws {
        let file = scratch.write(commands, to: "ip.batch")
        let arguments = ["-batch", file]
        let result =
            namespace.map { CommandResult.run("nsenter", ["--net=\($0)", "ip"] + arguments) }
            ?? CommandResult.run("ip", arguments)
        guard result.status == .exited(0) else { throw TwoNamespaces.Failure(description: result.errors) }
    }

    /// What another program says to nft.
    func nft(_ script: String) throws {
        let result = CommandResult.run("nft", ["-f", scratch.write(script, to: "another.nft")])
        guard result.status == .exited(0) else { throw TwoNamespaces.Failure(description: result.errors) }
    }

    private func configure() throws {
        // Fixed neighbours: no packet of a test waits for a question about one.
        try ip(
            """
            link set lo up
            link add \(Ground.device) address 02:00:00:00:00:01 type veth peer name out0 address 02:00:00:00:00:02 netns \(outsidePath)
            link add \(Ground.tunnel) address 02:00:00:00:00:03 type veth peer name out1 address 02:00:00:00:00:03 netns \(outsidePath)
            link set \(Ground.tunnel) arp off

            """)
        for family in ["all", "default", Ground.device, Ground.tunnel] {
            set("ipv6/conf/\(family)/accept_dad", 0)
            set("ipv6/conf/\(family)/router_solicitations", 0)
        }
        set("ipv4/icmp_ratelimit", 0)
        set("ipv6/icmp/ratelimit", 0)
        try ip(
            """
            link set lo up
            link set out0 up
            link set out1 up
            address add 198.51.100.241/30 dev out0
            address add 198.51.100.245/30 dev out1
            address add 2001:db8:1::1/64 dev out0 nodad
            address add 2001:db8:9::1/64 dev out1 nodad
            route add local 0.0.0.0/0 dev lo table main
            route add local ::/0 dev lo table main
            neighbour add 198.51.100.242 lladdr 02:00:00:00:00:01 dev out0
            neighbour add 198.51.100.246 lladdr 02:00:00:00:00:03 dev out1
            neighbour add 2001:db8:1::2 lladdr 02:00:00:00:00:01 dev out0
            neighbour add 2001:db8:9::2 lladdr 02:00:00:00:00:03 dev out1

            """, outside: true)
        try ip(
            """
            link set \(Ground.device) up
            link set \(Ground.tunnel) up
            address add \(Ground.address4)/30 dev \(Ground.device)
            address add \(Ground.tunnelAddress4)/30 dev \(Ground.tunnel)
            address add \(Ground.address6)/64 dev \(Ground.device) nodad
            address add \(Ground.tunnelAddress6)/64 dev \(Ground.tunnel) nodad
            neighbour add 198.51.100.241 lladdr 02:00:00:00:00:02 dev \(Ground.device)
            neighbour add 2001:db8:1::1 lladdr 02:00:00:00:00:02 dev \(Ground.device)
            neighbour add fe80::1 lladdr 02:00:00:00:00:02 dev \(Ground.device)
            route add default via 198.51.100.241 dev \(Ground.device)
            route add 203.0.113.0/24 via 198.51.100.245 dev \(Ground.tunnel)
            route add ::/0 via 2001:db8:1::1 dev \(Ground.device)
            route add 2001:db8:200::/48 via 2001:db8:9::1 dev \(Ground.tunnel)

            """)
        outside.learnDevices(path: outsidePath)
    }

    /// A setting below /proc/sys/net.
    func set(_ name: String, _ value: Int) {
        TextFile.write(Array("\(value)".utf8), to: "/proc/sys/net/\(name)")
    }

    private func sendFence(by device: String) {
        var frame = GroundFrame(
            EtherType.preAuthentication, withUnsafeBytes(of: fence.bigEndian, Array.init),
            to: device == Ground.device ? 2 : 3)
        frame.declared = 0
        let error = emit(frame, by: device)
        precondition(error == 0, "fence frame: errno \(error)")
    }

    /// By a packet socket: zero or errno.
    @discardableResult
    func emit(_ frame: GroundFrame, by device: String = Ground.device) -> Int32 {
        // struct sockaddr_ll, which Swift's Glibc module does not show.
        var address = [UInt8](repeating: 0, count: 20)
        address.withUnsafeMutableBytes {
            $0.storeBytes(of: UInt16(PF_PACKET), as: UInt16.self)
            $0.storeBytes(of: frame.declared.bigEndian, toByteOffset: 2, as: UInt16.self)
            $0.storeBytes(of: Int32(if_nametoindex(device)), toByteOffset: 4, as: Int32.self)
        }
        var mark = frame.mark
        setsockopt(wire, SOL_SOCKET, SO_MARK, &mark, socklen_t(MemoryLayout<UInt32>.size))
        let bytes = frame.bytes
        let sent = address.withUnsafeBytes {
            sendto(wire, bytes, bytes.count, 0, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, 20)
        }
        return sent == bytes.count ? 0 : errno
    }
}
