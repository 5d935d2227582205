internal import ProfileModel

/// The `on-block` key.
enum BlockedGrammar {
    static let answer = Key(
        "answer", Form<Located<BlockedTraffic.Answer>>.choice(), child: .free, example: "reject",
        help: "an error at once, or silence"
    )
    static let log = Key(
        "log", LogGrammar.form, child: .free, example: "{ rate: 6/minute }", help: "whether blocked traffic is logged")

    static let form = Form<BlockedTraffic>.record("on-block", [answer.erased, log.erased]) { fields, _ in
        var blocked = BlockedTraffic(range: fields.key.range)
        fields.assign(answer, to: &blocked.answer)
        fields.assign(log, to: &blocked.log)
        return blocked
    }
}
