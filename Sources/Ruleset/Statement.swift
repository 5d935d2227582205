/// One step of a rule, as the kernel sees it: one or a few expressions.
package enum Statement: Hashable, Sendable {
    /// Ends the rule here unless it holds.
    case match(Match)
    /// Looks the selected value up and takes the verdict found; goes on when there is none.
    case verdictMap(VerdictMap)
    case counter
    /// Holds while the rate is kept to; ends the rule above it.
    case limit(RateLimit)
    case log(LogTarget)
    case setMark(MarkChange)
    /// Puts the flow's original direction into a conntrack zone.
    case setOriginalZone(UInt16)
    /// Translates the destination to this host, at `port`.
    case redirect(port: UInt16)
    /// Translates the source to the address of the leaving device.
    case masquerade
    case reject(Rejection)
    case verdict(Verdict)
    /// Something another program wrote that this model has no words for: the kernel's name of the expression and a
    /// digest of its attributes, so that a change is still seen.
    case opaque(name: String, digest: [UInt8])
}

/// `rate` packets per unit with a burst on top.
package struct RateLimit: Hashable, Sendable {
    package enum Unit: UInt64, Hashable, Sendable, CaseIterable {
        case second = 1
        case minute = 60
        case hour = 3600
        case day = 86400

        package var name: String {
            switch self {
            case .second: "second"
            case .minute: "minute"
            case .hour: "hour"
            case .day: "day"
            }
        }
    }

    package var rate: UInt64
    package var unit: Unit
    /// In packets; nft's own default is 5.
    package var burst: UInt32

    package init(rate: UInt64, per unit: Unit, burst: UInt32 = 5) {
        self.rate = rate
        self.unit = unit
        self.burst = burst
    }
}

/// A line in the kernel's log, or a packet to a netlink group when there is one.
package struct LogTarget: Hashable, Sendable {
    package var prefix: String
    package var group: UInt16?

    package init(prefix: String, group: UInt16? = nil) {
        self.prefix = prefix
        self.group = group
    }

    /// NF_LOG_PREFIXLEN less the NUL.
    package static let maximumPrefixBytes = 127
}

/// `destination = (source & keep) | bits`, where `keep` and `bits` do not overlap.
package struct MarkChange: Hashable, Sendable {
    package enum Mark: Hashable, Sendable {
        case packet
        case connection
    }

    package var destination: Mark
    package var source: Mark
    package var keep: UInt32
    package var bits: UInt32

    package init(_ destination: Mark, from source: Mark, keep: UInt32, bits: UInt32) {
        precondition(keep & bits == 0, "a bit is either kept or set")
        self.destination = destination
        // A constant has no source; one spelling keeps equal changes equal.
        self.source = keep == 0 ? destination : source
        self.keep = keep
        self.bits = bits
    }
}

package enum Rejection: Hashable, Sendable {
    case tcpReset
    /// The ICMP or ICMPv6 error with the abstracted code of the kernel's inet families.
    case icmp(ICMPXCode)

    package enum ICMPXCode: UInt8, Hashable, Sendable, CaseIterable {
        case noRoute = 0
        case portUnreachable = 1
        case hostUnreachable = 2
        case administrativelyProhibited = 3

        /// The word of nft's language.
        package var name: String {
            switch self {
            case .noRoute: "no-route"
            case .portUnreachable: "port-unreachable"
            case .hostUnreachable: "host-unreachable"
            case .administrativelyProhibited: "admin-prohibited"
            }
        }
    }
}
