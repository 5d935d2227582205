internal import NetworkTypes
internal import ProfileModel

/// The `portal` key.
enum PortalGrammar {
    static let subject = Key(
        "subject", .reference(to: .subject), isMandatory: true, child: .fixed, example: "portal-browser",
        help: "who may pass")
    static let ports = Key(
        "ports", Form<[Located<PortRange>]>.list(of: .ports, minimum: 1), isMandatory: true,
        child: .narrower("some of them"), example: "[80/tcp, 443/tcp]",
        help: "to which ports")
    static let minutes = Key(
        "minutes", Form<Located<Int>>.number(1...60, example: "10"), isMandatory: true,
        child: .narrower("a lower number"), example: "10",
        help: "for how long; it closes by itself")

    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true", help: "a child profile may redefine it")

    static let form = Form<Portal>.record(
        "a portal", [subject.erased, ports.erased, minutes.erased, isOpen.erased]
    ) { fields, _ in
        guard let subject = fields[subject], let ports = fields[ports], let minutes = fields[minutes] else {
            return nil
        }
        return Portal(
            subject: subject, ports: ports, minutes: minutes, isOpen: fields[isOpen]?.value ?? false,
            range: fields.key.range)
    }
}
