import NetworkTypes

// Questions that another program translates before the policy does.
extension FlowScenario {
    /// Another table sends everybody's questions to the stub's port at an address where somebody else listens.
    static func translatedElsewhere(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let table = try mutated(GroundPolicy().table(), mutate)
        return try Ground.run { ground in
            try ground.apply(table)
            let address = family == .v4 ? "127.0.0.2" : family.ownAddress
            try ground.nft(
                """
                table \(family == .v4 ? "ip" : "ip6") another_program {
                    chain c {
                        type nat hook output priority -101
                        udp dport 53 dnat to \(address):\(Stub.port)
                    }
                }
                """)
            let squatter = GroundSocket(.udp, family, as: .eve)
            squatter.listen(endpoint("\(address):\(Stub.port)"))
            let sender = GroundSocket(.udp, family, as: .bob)
            let error = sender.send([1], to: endpoint("\(family.host):53"))
            if squatter.receive(milliseconds: 200) != nil || !ground.takeSeen().isEmpty { return .leaked }
            return error != 0 ? .cut : .wrong("nobody got it and the sender was not told")
        }
    }
}
