import ByteCodec
import LinuxIO
import NetworkTypes
import Testing

@Suite struct NameSteeringTests {
    static let loopbacks = [IPAddress.v4(IPv4Address(127, 0, 0, 1)), IPAddress.v6(.loopback)]

    /// The kernel's choice and ours, for names of every length and whatever comes behind them.
    @Test(arguments: loopbacks)
    func chooseAsTheKernelDoes(address: IPAddress) throws {
        let group = try Group(of: 3, at: address)
        for name in names {
            let wire = bytes(of: name)
            let expected = NameSteering.index(of: wire.span, among: 3)
            for tail in [[0, 1, 0, 1], [0, 28, 0, 1] + [UInt8](repeating: 7, count: 40)] as [[UInt8]] {
                #expect(try group.receiver(of: header + wire + tail) == expected, "\(name)")
            }
        }
    }

    @Test func foldsTheCase() throws {
        for (lower, upper) in [("www.example.org", "WWW.eXample.ORG"), ("a.b.c.d", "A.B.C.D")] {
            let (left, right) = (bytes(of: lower), bytes(of: upper))
            for count in 1...NameSteering.maximumSockets {
                #expect(
                    NameSteering.index(of: left.span, among: count) == NameSteering.index(of: right.span, among: count))
            }
        }
    }

    /// No socket gets much more than its share of the names that people ask for.
    @Test func spreadsNames() {
        for count in [2, 3, 4, 8] {
            var shares = [Int](repeating: 0, count: count)
            for number in 0..<4_000 {
                let name = ["www", "cdn\(number % 7)", "api-\(number % 13)"][number % 3] + ".host\(number).example"
                let wire = bytes(of: name)
                shares[NameSteering.index(of: wire.span, among: count)] += 1
            }
            let fair = 4_000 / count
            #expect(shares.allSatisfy { $0 > fair * 8 / 10 && $0 < fair * 12 / 10 }, "\(shares)")
        }
    }

    /// What is no question is somebody's all the same.
    @Test func givesTheRestToTheFirst() throws {
        let group = try Group(of: 2, at: NameSteeringTests.loopbacks[0])
        for rest in [
            [], [1], header, header + [63, 1, 2], header + [0, 0, 1, 0, 1], header + [UInt8](repeating: 1, count: 300),
        ] {
            #expect(try group.receiver(of: rest) == 0)
        }
    }

    private let header: [UInt8] = [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]

    private var names: [String] {
        let labels = ["a", "WWW", "mail", "static-content", "x1", String(repeating: "q", count: 63)]
        var names = ["", "a", "ab", "abc", "abcd", "org", (0..<34).map { "\($0 % 10)" }.joined(separator: ".")]
        for length in 1...60 {
            names.append(
                (0..<(length % 5 + 1)).map { labels[(length * 7 + $0) % 5] + "\(length)" }.joined(separator: "."))
        }
        names.append([labels[5], labels[5], labels[5], "last"].joined(separator: "."))
        names.append((0..<60).map { _ in "z" }.joined(separator: "."))
        return names
    }

    private func bytes(of name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// Sockets that share an endpoint, and one that sends to it.
    private final class Group {
        private let sockets: [Box]
        private let client: DatagramSocket
        private let target: Endpoint

        final class Box {
            let socket: DatagramSocket

            init(_ endpoint: Endpoint) throws { socket = try DatagramSocket(boundTo: endpoint, isShared: true) }
        }

        init(of count: Int, at address: IPAddress) throws {
            let first = try Box(Endpoint(address: address, port: 0))
            let target = first.socket.localEndpoint
            sockets = [first] + (try (1..<count).map { _ in try Box(target) })
            self.target = target
            client = try DatagramSocket(boundTo: Endpoint(address: address, port: 0))
            try DatagramSocket.steerByName(first.socket.descriptor, among: count)
        }

        /// Who gets a datagram.
        func receiver(of bytes: [UInt8]) throws -> Int? {
            var batch = DatagramSendBatch()
            var room = batch.slot
            room.copy(bytes.span, to: 0)
            batch.commit(bytes.count, to: target, from: nil)
            batch.flush(to: client)
            var receiving = DatagramReceiveBatch()
            for (index, box) in sockets.enumerated() where try receiving.receive(from: box.socket) == 1 { return index }
            return nil
        }
    }
}
