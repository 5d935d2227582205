internal import ProfileModel

/// A `log` key: `true`, `false`, or a mapping with a rate.
enum LogGrammar {
    static let rate = Key(
        "rate", .rate, isMandatory: true, child: .free, example: "6/minute", help: "at most this many lines")

    static let form = Form<Located<LogSetting>>.either(text: onOrOff, mapping: limited)

    private static let onOrOff = Form<Located<Bool>>.truth.map { $0.map { $0 ? LogSetting.standard : .off } }

    private static let limited = Form<Located<LogSetting>>.record("a log", [rate.erased]) { fields, _ in
        fields[rate]?.map(LogSetting.limited)
    }
}
