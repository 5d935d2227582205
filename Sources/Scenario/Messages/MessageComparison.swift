internal import DNSWire

/// Compares messages by the criteria of an entry.
struct MessageComparison {
    let rules: MatchRules
    let expected: MessageContents
    /// RA is compared only where the scenario speaks of it.
    var comparesRecursionAvailable = true
    /// An answer of this resolver is minimal: what a server may add for convenience need not be there.
    var allowsMinimal = false

    /// Whether `message` is what was expected.
    func matches(_ message: MessageContents) -> Bool {
        matchesHeader(message) && matchesQuestion(message) && matchesEDNS(message)
            && matches(message, .answer, rules.answer) && matches(message, .authority, rules.authority)
            && matches(message, .additional, rules.additional)
    }

    private func matchesHeader(_ message: MessageContents) -> Bool {
        if rules.opcode, message.flags.opcode != expected.flags.opcode { return false }
        if rules.code, message.code != expected.code { return false }
        guard message.flags.rawValue & rules.requiredFlags.rawValue == rules.requiredFlags.rawValue else {
            return false
        }
        guard rules.flags else { return true }
        return (message.flags.rawValue ^ expected.flags.rawValue) & comparedFlags == 0
    }

    /// QR, AA, TC, RD, RA, AD, CD.
    private var comparedFlags: UInt16 { comparesRecursionAvailable ? 0x87B0 : 0x8730 }

    private func matchesQuestion(_ message: MessageContents) -> Bool {
        guard rules.name || rules.type || rules.subdomain else { return true }
        guard let wanted = expected.questions.first, let question = message.questions.first else {
            return expected.questions.isEmpty && message.questions.isEmpty
        }
        if rules.name, question.name != wanted.name { return false }
        if rules.subdomain, !question.name.view.isSubdomain(of: wanted.name.view) { return false }
        return !rules.type || question.type == wanted.type && question.recordClass == wanted.recordClass
    }

    private func matchesEDNS(_ message: MessageContents) -> Bool {
        if rules.forbidsEDNS, message.hasEDNS { return false }
        if rules.requiresDNSSEC || rules.flags && expected.wantsDNSSEC, !message.wantsDNSSEC { return false }
        if rules.ednsData, message.options != expected.options { return false }
        switch rules.extendedError {
        case .none: return true
        case .any: return !message.extendedErrors.isEmpty
        case .code(let code): return message.extendedErrors.contains { $0.rawValue == code }
        }
    }

    /// The same records in any order.
    private func matches(_ message: MessageContents, _ section: Section, _ isCompared: Bool) -> Bool {
        guard isCompared else { return true }
        var missing = expected.records.filter { $0.section == section }
        for record in message.records where record.section == section {
            let place = missing.firstIndex { $0.isSame(as: record) && (!rules.ttl || $0.ttl == record.ttl) }
            guard let place else { return false }
            missing.remove(at: place)
        }
        return missing.allSatisfy { allowsMinimal && isConvenience($0) }
    }

    /// Name servers of a positive answer with their signatures, and what nobody asked for.
    private func isConvenience(_ record: MessageContents.Record) -> Bool {
        if record.section == .additional { return true }
        guard record.section == .authority, expected.records.contains(where: { $0.section == .answer }) else {
            return false
        }
        return record.type == .ns || record.type == .rrsig
    }

    /// The lines of both messages: `-` only expected, `+` only got.
    func difference(to message: MessageContents?) -> [String] {
        let wanted = expected.lines(withTTL: rules.ttl)
        let got = message?.lines(withTTL: rules.ttl) ?? []
        var unmatched = got
        var lines: [String] = []
        for line in wanted {
            let place = unmatched.firstIndex { $0.lowercased() == line.lowercased() }
            lines.append((place == nil ? "- " : "  ") + line)
            if let place { unmatched.remove(at: place) }
        }
        return lines + unmatched.map { "+ " + $0 }
    }
}
