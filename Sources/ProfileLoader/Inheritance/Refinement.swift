internal import ProfileModel

/// Whether a profile allows no more than one that it extends. What the parent marks `open` is its child's to say; for
/// everything else each key says what a child may write (`Inheritance`), and this is where it is held to that.
///
/// Values are compared as they are written and with their defaults filled in. Every complaint points to the child's
/// place and notes the parent's.
struct Refinement {
    let parent: Profile
    let child: Profile
    /// Of named things in either profile: they are compared each with each. Nobody writes a tenth of it by hand.
    static let maximumCount = 2_000
    /// Of rules times addresses and services: a second's work.
    static let maximumWork = 20_000_000

    /// The order of the parent's author.
    let strictness: Strictness
    /// What the parent's rules speak of, by their names.
    let coverage: [String: DestinationCoverage]
    /// What the child's rules speak of.
    let ownCoverage: [String: DestinationCoverage]
    private(set) var diagnostics: [Diagnostic] = []

    init(of parent: Profile, by child: Profile) {
        self.parent = parent
        self.child = child
        strictness = Strictness(of: parent)
        guard Refinement.isManageable(parent, child) else {
            (coverage, ownCoverage) = ([:], [:])
            diagnostics = [Refinement.tooMuch(child)]
            return
        }
        (coverage, ownCoverage) = (parent.coverage, child.coverage)
        checkPaths()
        checkSubjects()
        checkResolver()
        checkDefault()
        checkRules()
        checkLocal()
    }

    mutating func complain(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange, parent place: SourceRange, help: String
    ) {
        let note = Diagnostic.Note("the profile that is extended says it here", at: place)
        diagnostics.append(Diagnostic(code, message, at: range, notes: [note], help: help))
    }

    /// A value that may only become narrower.
    mutating func narrow<Form, Value>(
        _ key: Key<Form>, _ old: Located<Value>, _ new: Located<Value>,
        _ isNarrower: (_ old: Value, _ new: Value) -> Bool
    ) {
        guard !isNarrower(old.value, new.value) else { return }
        widened(key, at: new.range, parent: old.range)
    }

    mutating func widened<Form>(_ key: Key<Form>, at range: SourceRange, parent place: SourceRange) {
        complain(
            .wider, "`\(key.name)` allows more than in the profile that is extended", at: range, parent: place,
            help: "a child may write \(key.inheritance.text) here; what it belongs to is not `open`")
    }

    /// A list that may only lose entries; an empty one in the parent means everything where it `isUnlimited`.
    mutating func lose<Form, Value: Hashable>(
        _ key: Key<Form>, _ old: [Located<Value>], _ new: [Located<Value>], of owner: SourceRange,
        isUnlimited: Bool = false
    ) {
        guard !(isUnlimited && old.isEmpty) else { return }
        let known = Set(old.map(\.value))
        lose(key, old, new, of: owner) { known.contains($0) }
    }

    /// The same with entries that may stand for several.
    mutating func lose<Form, Value>(
        _ key: Key<Form>, _ old: [Located<Value>], _ new: [Located<Value>], of owner: SourceRange,
        isCovered: (Value) -> Bool
    ) {
        for value in new where !isCovered(value.value) {
            widened(key, at: value.range, parent: old.first?.range ?? owner)
        }
    }

    /// A list that may only gain entries.
    mutating func gain<Form, Value: Hashable>(
        _ key: Key<Form>, _ old: [Located<Value>], _ new: [Located<Value>], of owner: SourceRange
    ) {
        let known = Set(new.map(\.value))
        guard let lost = old.first(where: { !known.contains($0.value) }) else { return }
        widened(key, at: new.first?.range ?? owner, parent: lost.range)
    }

    /// A value that stays as it is.
    mutating func keep<Form, Value: Equatable>(
        _ key: Key<Form>, _ old: Located<Value>?, _ new: Located<Value>?, of owner: Located<String>,
        parent place: SourceRange
    ) {
        guard old?.value != new?.value else { return }
        redefined(key.name, of: owner.value, at: new?.range ?? owner.range, parent: old?.range ?? place)
    }

    mutating func redefined(_ what: String, of owner: String, at range: SourceRange, parent place: SourceRange) {
        complain(
            .notOpen, "`\(owner)` is not open: its `\(what)` stays as it is", at: range, parent: place,
            help: "leave it out, or mark `\(owner)` with `open: true` where it is first written")
    }

    /// A mark may be taken away, never added.
    mutating func keepClosed(_ old: Bool, _ new: Bool, _ owner: Located<String>, parent place: SourceRange) {
        guard new, !old else { return }
        redefined("open", of: owner.value, at: owner.range, parent: place)
    }

    private static func isManageable(_ parent: Profile, _ child: Profile) -> Bool {
        let entries = (parent.rules + child.rules).reduce(0) { $0 + $1.destinations.count }
        return max(parent.comparisonCount, child.comparisonCount) <= maximumCount
            && max(parent.rules.count, child.rules.count) * entries <= maximumWork
    }

    private static func tooMuch(_ child: Profile) -> Diagnostic {
        Diagnostic(
            .extendsTooMuch, "a profile with so many rules or subjects cannot be held against one that it extends",
            at: child.identity.name.range,
            help:
                "there may be \(maximumCount) rules, subjects and other named things in each, and fewer rules the more "
                + "addresses they have")
    }
}

extension Profile {
    fileprivate var comparisonCount: Int {
        rules.count + subjects.count + subjects.reduce(0) { $0 + $1.selectors.count } + paths.count
            + resolver.upstreams.count + resolver.hosts.count + resolver.filters.count + resolver.views.count
    }

    fileprivate var coverage: [String: DestinationCoverage] {
        Dictionary(
            rules.map { ($0.name.value, DestinationCoverage($0.destinations)) }, uniquingKeysWith: { first, _ in first }
        )
    }
}

extension Rule.Destinations {
    fileprivate var count: Int {
        1 + addresses.count + lists.count + names.count + ports.count + protocols.count + icmp.count
    }
}
