extension Statement {
    /// The statement in nft's language; `opaque` reads as a comment that cannot be loaded, on purpose.
    package var text: String {
        switch self {
        case .match(let match): match.text
        case .verdictMap(let map): map.text
        case .counter: "counter"
        case .limit(let limit): "limit rate \(limit.rate)/\(limit.unit.name) burst \(limit.burst) packets"
        case .log(let target): target.text
        case .setMark(let change): change.text
        case .setOriginalZone(let zone): "ct original zone set \(zone)"
        case .redirect(let port): "redirect to :\(port)"
        case .masquerade: "masquerade"
        case .reject(.tcpReset): "reject with tcp reset"
        case .reject(.icmp(let code)): "reject with icmpx type \(code.name)"
        case .verdict(let verdict): verdict.text
        case .opaque(let name, _): "<\(name)>"
        }
    }
}

extension Verdict {
    package var text: String {
        switch self {
        case .accept: "accept"
        case .drop: "drop"
        case .return: "return"
        case .jump(let chain): "jump \(chain)"
        case .goto(let chain): "goto \(chain)"
        }
    }
}

extension LogTarget {
    fileprivate var text: String {
        "log" + (prefix.isEmpty ? "" : " prefix \"\(prefix)\"") + (group.map { " group \($0)" } ?? "")
    }
}

extension MarkChange {
    fileprivate var text: String {
        let value =
            switch (keep, bits) {
            case (0, _): bits.hexadecimal
            case (_, 0): "\(source.text) & \(keep.hexadecimal)"
            default: "\(source.text) & \(keep.hexadecimal) | \(bits.hexadecimal)"
            }
        return "\(destination.text) set \(value)"
    }
}

extension MarkChange.Mark {
    fileprivate var text: String { self == .packet ? "meta mark" : "ct mark" }
}

extension UInt32 {
    /// Eight digits, as marks are read.
    var hexadecimal: String {
        let digits = String(self, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}
