internal import NetworkTypes
internal import ProfileModel
internal import YAMLSyntax

extension Form {
    /// A text that `parse` makes a value of, or refuses.
    static func scalar<Content>(
        _ noun: String, example: String, _ form: ScalarShape.Form = .text,
        parse: @escaping @Sendable (String) throws(ValueProblem) -> Content
    ) -> Form where Value == Located<Content> {
        let shape = Shape.scalar(ScalarShape(noun: noun, example: example, form: form))
        return Form(shape: shape) { place, reading in
            guard let text = text(shape, place, &reading) else { return nil }
            do throws(ValueProblem) {
                return Located(try parse(text), place.range)
            } catch {
                reading.report(error.diagnostic(at: place.range))
                return nil
            }
        }
    }

    /// The text of a scalar that says something.
    static func text(_ shape: Shape, _ place: Place, _ reading: inout ProfileReading) -> String? {
        guard case .scalar(let scalar) = place.node.content, !place.isNothing else {
            wrongType(shape, place, &reading)
            return nil
        }
        guard scalar.text.isEmpty else { return scalar.text }
        reading.report(.emptyValue, "`\(place.key.value)` is empty", at: place.range, help: "write \(shape.noun)")
        return nil
    }

    /// One of the words of an enumeration.
    static func choice<Content: RawRepresentable & CaseIterable & Sendable>(_: Content.Type = Content.self) -> Form
    where Value == Located<Content>, Content.RawValue == String, Content.AllCases == [Content] {
        word(Content.allCases.map { ($0.rawValue, $0) })
    }

    /// One of these words, each with what it means, in the order in which they are listed.
    static func word<Content: Sendable>(_ meanings: [(word: String, meaning: Content)]) -> Form
    where Value == Located<Content> {
        let order = meanings.map(\.word)
        let shape = Shape.choice(order)
        return Form(shape: shape) { place, reading in
            guard let text = text(shape, place, &reading) else { return nil }
            if let index = order.firstIndex(of: text) { return Located(meanings[index].meaning, place.range) }
            let listed = order.map { "`\($0)`" }.joined(separator: order.count == 2 ? " or " : ", ")
            let suggestion = Spelling.suggestion(for: text, among: order).map { "did you mean `\($0)`?" }
            reading.report(
                .unknownValue, "`\(text)` is no value of `\(place.key.value)`", at: place.range,
                help: suggestion ?? "write \(listed)" + (order.count == 1 ? ", or remove the key" : ""))
            return nil
        }
    }

    /// The name of something that the profile declares.
    static func reference(to declaration: Declaration, builtIn: [String] = []) -> Form where Value == Located<String> {
        let shape = Shape.reference(declaration, builtIn: builtIn)
        return Form(shape: shape) { place, reading in
            guard let text = text(shape, place, &reading) else { return nil }
            let name = Located(text, place.range)
            reading.refer(to: declaration, name, builtIn: builtIn)
            return name
        }
    }

    /// A whole number within limits.
    static func number<Content: FixedWidthInteger & Sendable>(_ limits: ClosedRange<Content>, example: String) -> Form
    where Value == Located<Content> {
        scalar("a whole number", example: example, .number(Int64(limits.lowerBound)...Int64(limits.upperBound))) {
            text throws(ValueProblem) in
            guard let number = Content(strictDecimal: text) else {
                throw ValueProblem(
                    .badNumber, "`\(text)` is not a whole number", help: "write digits only, like `\(example)`")
            }
            guard limits.contains(number) else {
                throw ValueProblem(
                    .badNumber, "\(number) is out of range",
                    help: "write a number from \(limits.lowerBound) to \(limits.upperBound)")
            }
            return number
        }
    }

    /// A length of time within limits.
    static func duration(_ limits: ClosedRange<Duration> = .zero ... .maximumWritten, example: String) -> Form
    where Value == Located<Duration> {
        scalar("a length of time", example: example, .pattern(WrittenPattern.duration)) { text throws(ValueProblem) in
            let duration = try Duration(written: text)
            guard !limits.contains(duration) else { return duration }
            throw ValueProblem(
                .badDuration, "`\(text)` is out of range",
                help: "write at least `\(limits.lowerBound.written)` and at most `\(limits.upperBound.written)`")
        }
    }

    /// A time to live: whole seconds, and no more than RFC 2181 section 8 allows.
    static func timeToLive(from minimum: Duration = .zero, example: String) -> Form where Value == Located<Duration> {
        scalar("a time to live", example: example, .pattern(WrittenPattern.duration)) { text throws(ValueProblem) in
            let duration = try Duration(written: text)
            guard duration.components.attoseconds == 0 else {
                throw ValueProblem(.badDuration, "a time to live has whole seconds", help: "write it like `\(example)`")
            }
            guard duration < minimum || duration.components.seconds > Int64(Int32.max) else { return duration }
            throw ValueProblem(.badDuration, "`\(text)` is out of range", help: "write at least `\(minimum.written)`")
        }
    }
}

extension Form where Value == Located<Bool> {
    static var truth: Form {
        scalar("`true` or `false`", example: "true", .truth) { text throws(ValueProblem) in
            switch text {
            case "true": return true
            case "false": return false
            case "yes", "on", "True", "TRUE", "Yes", "On", "1":
                throw ValueProblem(.badTruthValue, "`\(text)` is not a truth value here", help: "write `true`")
            case "no", "off", "False", "FALSE", "No", "Off", "0":
                throw ValueProblem(.badTruthValue, "`\(text)` is not a truth value here", help: "write `false`")
            default:
                throw ValueProblem(.badTruthValue, "`\(text)` is not a truth value", help: "write `true` or `false`")
            }
        }
    }
}

extension Form where Value == Located<String> {
    static var name: Form { scalar("a name", example: "office", parse: Identifier.name) }
    static var user: Form { scalar("a user", example: "alice", parse: Identifier.user) }
    static var group: Form { scalar("a group", example: "staff", parse: Identifier.user) }
    static var unit: Form {
        scalar("a unit", example: "app.service", .pattern(WrittenPattern.unit), parse: Identifier.unit)
    }
    static var slice: Form {
        scalar("a slice", example: "app.slice", .pattern(WrittenPattern.slice), parse: Identifier.slice)
    }
    static var interface: Form {
        scalar("an interface", example: "wg0", .numberLike(WrittenPattern.interface), parse: Identifier.interface)
    }
    static var fileName: Form { scalar("a file", example: "lists/ads.txt", parse: Identifier.file) }

    /// Relative to the profile that was asked for, wherever it is written.
    static var file: Form {
        let name = fileName
        return Form(shape: name.shape) { place, reading in name.read(place, &reading).map { reading.resolved($0) } }
    }

    static var prose: Form { scalar("a text", example: "office printer") { text throws(ValueProblem) in text } }
}

extension Form where Value == Located<UInt16> {
    static var port: Form { scalar("a port", example: "853", .number(1...65_535), parse: UInt16.init(writtenPort:)) }
}

extension Form where Value == Located<IPAddress> {
    static var address: Form {
        scalar("an address", example: "9.9.9.9", .pattern(WrittenPattern.address), parse: IPAddress.init(written:))
    }
}

extension Form where Value == Located<IPPrefix> {
    static var prefix: Form {
        scalar(
            "an address or prefix", example: "192.0.2.0/24", .pattern(WrittenPattern.prefix),
            parse: IPPrefix.init(written:))
    }
}

extension Form where Value == Located<Endpoint> {
    static var endpoint: Form {
        scalar(
            "an endpoint", example: "127.0.0.1:9040", .pattern(WrittenPattern.endpoint), parse: Endpoint.init(written:))
    }
}

extension Form where Value == Located<TransportEndpoint> {
    static var transportEndpoint: Form {
        scalar(
            "an endpoint", example: "203.0.113.7:51820/udp", .pattern(WrittenPattern.transportEndpoint),
            parse: TransportEndpoint.init(written:))
    }
}

extension Form where Value == Located<PortRange> {
    static var ports: Form {
        scalar(
            "a port and transport", example: "443/tcp", .pattern(WrittenPattern.ports), parse: PortRange.init(written:))
    }
}

extension Form where Value == Located<DomainName> {
    static var domainName: Form {
        scalar("a domain name", example: "dns.example.net", .numberLike(WrittenPattern.domainName)) {
            text throws(ValueProblem) in
            if let address = IPAddress(text) {
                throw ValueProblem(
                    .badName, "`\(address)` is an address; a name belongs here", help: "write it like `dns.example.net`"
                )
            }
            if text.contains(":") {
                throw ValueProblem(
                    .badName, "`\(text)` is more than a name", help: "write the name alone, without a port")
            }
            return try DomainName(text)
        }
    }
}

extension Form where Value == Located<NamePattern> {
    static var namePattern: Form {
        scalar("a domain name or `*.` and one", example: "*.example.org", .numberLike(WrittenPattern.namePattern)) {
            text throws(ValueProblem) in
            if IPPrefix(text) != nil {
                throw ValueProblem(
                    .badName, "`\(text)` is an address; a name belongs here",
                    help: "a rule has its addresses under `addresses`")
            }
            return try NamePattern(text)
        }
    }
}

extension Form where Value == Located<Rate> {
    static var rate: Form {
        scalar("a rate", example: "6/minute", .pattern(WrittenPattern.rate), parse: Rate.init(written:))
    }
}
