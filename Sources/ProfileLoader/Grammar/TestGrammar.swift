internal import NetworkTypes
internal import ProfileModel

/// The entries of `tests`.
enum TestGrammar {
    static let name = Key(
        "name", .prose, isMandatory: true, child: .free, example: "chat only by the proxy", help: "what is tested")
    static let from = Key(
        "from", .reference(to: .subject, builtIn: [Subject.any, Subject.resolver]), isMandatory: true,
        child: .free, example: "browser",
        help: "who sends")
    static let to = Key(
        "to",
        Form<[Located<TestDestination>]>.list(
            of: .scalar(
                "a destination", example: "tcp 203.0.113.7:443", .pattern(WrittenPattern.destination),
                parse: TestDestination.init(written:)),
            minimum: 1,
            repeats: true),
        isMandatory: true, child: .free, example: "[\"tcp 203.0.113.7:443\"]", help: "what is sent")
    static let expect = Key(
        "expect", Form<[Located<Expectation>]>.list(of: expectation, minimum: 1, repeats: true), isMandatory: true,
        child: .free, example: "[via vpn]", help: "what must become of each of them")

    static let portal = Key(
        "portal", Form<[Located<IPAddress>]>.list(of: .address, minimum: 1), child: .free, example: "[192.0.2.1]",
        help: "it is sent while the portal is open, on a link with these resolvers")

    static let list = Form<[ProfileTest]>.records(form)

    private static let form = Form<ProfileTest>.record(
        "a test", [name.erased, from.erased, to.erased, expect.erased, portal.erased]
    ) { fields, reading in
        checkCounts(fields, &reading)
        guard let name = fields[name], let from = fields[from], let to = fields[to], let expect = fields[expect]
        else { return nil }
        return ProfileTest(
            name: name, from: from, destinations: to, expectations: expect, portalResolvers: fields[portal])
    }

    private static func checkCounts(_ fields: Fields, _ reading: inout ProfileReading) {
        guard let sent = fields.writtenCount(of: to), let expected = fields.writtenCount(of: expect), sent != expected,
            sent > 0, expected > 0
        else { return }
        reading.report(
            .expectationCount, "`to` and `expect` are of different lengths: \(sent) and \(expected)",
            at: fields.range(of: expect),
            notes: [Diagnostic.Note("the destinations are written here", at: fields.range(of: to))],
            help: "write one expectation for each destination, in the same order")
    }

    private static let expectation = Form<Located<Expectation>>.scalar(
        "an expectation", example: "via vpn", .pattern(WrittenPattern.expectation), parse: Expectation.init(written:)
    ).checked { expectation, reading in
        guard case .via(let path) = expectation.value else { return }
        reading.refer(to: .path, Located(path, expectation.range), builtIn: [Path.direct])
    }
}
