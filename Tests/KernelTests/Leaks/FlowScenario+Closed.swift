import NetworkTypes

// What a closed socket left unsent: nobody's packets.
extension FlowScenario {
    /// The end of an allowed connection, sent after the sender has closed it.
    static func endOfConnection(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let table = try mutated(GroundPolicy().table(), mutate)
        return try Ground.run { ground in
            try ground.apply(table)
            guard let (connection, sent) = closedWhileSending(ground, family) else { return .wrong("no connection") }
            return connection.receiveAll() >= sent ? .whole : .torn
        }
    }

    /// The same, and between the close and the rest comes a policy that forbids the connection.
    static func endOfForbiddenConnection(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let first = try mutated(GroundPolicy().table(epoch: 7), mutate)
        let second = try mutated(GroundPolicy(narrower).table(epoch: 8), mutate)
        return try Ground.run { ground in
            try ground.apply(first)
            guard let (connection, sent) = closedWhileSending(ground, family) else { return .wrong("no connection") }
            try ground.apply(second, staleEpoch: 7)
            _ = ground.takeSeen()
            let received = connection.receiveAll()
            if !ground.takeSeen().isEmpty { return .leaked }
            return received < sent ? .cut : .wrong("nothing was left to send")
        }
    }

    /// alice sends more than the other end reads, and closes.
    private static func closedWhileSending(_ ground: Ground, _ family: AddressFamily) -> (GroundSocket, sent: Int)? {
        let sender = GroundSocket(.tcp, family, as: .alice)
        guard sender.connect(endpoint("\(family.host):443")) == 0,
            let connection = ground.outside.accept(family, port: 443)
        else { return nil }
        return (connection, sender.sendUntilFull())
    }
}

extension GroundSocket {
    /// As much as the kernel takes while nobody reads; how many bytes that were at least.
    func sendUntilFull() -> Int {
        let block = [UInt8](repeating: 7, count: 1 << 12)
        var sent = 0
        while sent < 8 << 20, send(block) == 0 { sent += block.count }
        return sent
    }

    /// Everything until the end, or until nothing comes any more.
    func receiveAll() -> Int {
        var received = 0
        while let bytes = receive(), !bytes.isEmpty { received += bytes.count }
        return received
    }
}
