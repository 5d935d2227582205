internal import Glibc

extension NetfilterFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notPermitted: "no permission"
        case .stale: "the ruleset has changed meanwhile"
        case .refused(let refusals): refusals.map { "\($0.part): \($0.reason)" }.joined(separator: "; ")
        case .interrupted: "the ruleset kept changing"
        case .system(let call, let errno): "\(call): \(NetfilterFailure.text(errno))"
        }
    }

    /// What nf_tables means by an error number, where that is not what the number says.
    fileprivate static func text(_ number: Int32) -> String {
        switch number {
        case ENFILE: "the set is full"
        case EOPNOTSUPP: "this kernel does not support it"
        case ENOENT: "it, or something it names, does not exist (or the kernel lacks the module)"
        default: errorText(number)
        }
    }

    private static func errorText(_ number: Int32) -> String {
        // strerror's text is valid until the next call, and copied at once.
        let text = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

extension NetfilterFailure.Refusal {
    /// Why, in words.
    package var reason: String { NetfilterFailure.text(errno) }
}
