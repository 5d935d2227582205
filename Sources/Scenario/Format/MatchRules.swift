internal import DNSWire

/// What of two messages must be the same.
struct MatchRules {
    var opcode = false
    var type = false
    var name = false
    var subdomain = false
    var flags = false
    var code = false
    var answer = false
    var authority = false
    var additional = false
    var ttl = false
    var ednsData = false
    /// Flags that the message must have.
    var requiredFlags = Flags(rawValue: 0)
    var requiresDNSSEC = false
    var forbidsEDNS = false
    var extendedError: ExtendedErrorRule?
    var transport: TransportRule?
    /// How many criteria there are: of two entries that match, the one with more is meant.
    var count = 0

    enum ExtendedErrorRule: Equatable {
        case any
        case code(UInt16)
    }

    enum TransportRule { case datagram, stream }

    /// Adds the criterion that a word of a MATCH line names.
    mutating func add(_ word: Substring, line: Int) throws(ScenarioError) {
        count += 1
        switch word {
        case "opcode": opcode = true
        case "qtype": type = true
        case "qname": name = true
        case "subdomain": subdomain = true
        case "question": (name, type) = (true, true)
        case "flags": flags = true
        case "rcode": code = true
        case "answer": answer = true
        case "authority": authority = true
        case "additional": additional = true
        case "ttl": ttl = true
        case "ednsdata": ednsData = true
        case "all": addAll()
        case "all_noedns": addAll()
        default: try addOther(word, line: line)
        }
    }

    private mutating func addAll() {
        (opcode, type, name, flags, code) = (true, true, true, true, true)
        (answer, authority, additional) = (true, true, true)
    }

    private mutating func addOther(_ word: Substring, line: Int) throws(ScenarioError) {
        switch word {
        case "AD": requiredFlags.authenticData = true
        case "CD": requiredFlags.checkingDisabled = true
        case "RD": requiredFlags.recursionDesired = true
        case "TC": requiredFlags.isTruncated = true
        case "DO": requiresDNSSEC = true
        case "noedns": forbidsEDNS = true
        case "UDP": transport = .datagram
        case "TCP": transport = .stream
        case "ede=any": extendedError = .any
        default:
            guard word.hasPrefix("ede="), let code = UInt16(word.dropFirst(4)) else {
                throw .unsupported("MATCH \(word)", line: line)
            }
            extendedError = .code(code)
        }
    }
}
