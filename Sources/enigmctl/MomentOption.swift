internal import ArgumentParser
internal import LinuxIO
internal import ProfileModel

/// When packets that are only thought of are sent: rules may end.
struct MomentOption: ParsableArguments {
    @Option(
        name: .customLong("at"),
        help: ArgumentHelp("When it is sent, like 2027-03-01T00:00:00Z (default: now).", valueName: "moment"))
    private var written: String?

    var moment: Timestamp {
        get throws(Failure) {
            guard let written else { return .now }
            do throws(ValueProblem) {
                return try Timestamp(written: written)
            } catch {
                throw Failure.usage("\(error.message): \(error.help ?? "")")
            }
        }
    }
}

extension Timestamp {
    /// By this machine's clock.
    static var now: Timestamp { Timestamp(secondsSinceEpoch: WallClock.unixSeconds) }
}
