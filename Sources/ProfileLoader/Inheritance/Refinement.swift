internal import ProfileModel

/// Whether a profile allows no more than one that it extends. What the parent marks `open` is its child's to say; for
/// everything else each key says what a child may write (`Inheritance`), and this is where it is held to that.
///
/// Values are compared as they are written and with their defaults filled in. Every complaint points to the child's
/// place and notes the parent's.
struct Refinement {
    let parent: Profile
    let child: Profile
    /// The order of the parent's author.
    let strictness: Strictness
    private(set) var diagnostics: [Diagnostic] = []

    init(of parent: Profile, by child: Profile) {
        self.parent = parent
        self.child = child
        strictness = Strictness(of: parent)
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

    /// A list that may only lose entries; an empty one in the parent means everything.
    mutating func lose<Form, Value>(
        _ key: Key<Form>, _ old: [Located<Value>], _ new: [Located<Value>], of owner: SourceRange,
        isUnlimited: Bool = false, covers: (_ old: Value, _ new: Value) -> Bool
    ) {
        guard !(isUnlimited && old.isEmpty) else { return }
        for value in new where !old.contains(where: { covers($0.value, value.value) }) {
            widened(key, at: value.range, parent: old.first?.range ?? owner)
        }
    }

    /// A list that may only gain entries.
    mutating func gain<Form, Value: Equatable>(
        _ key: Key<Form>, _ old: [Located<Value>], _ new: [Located<Value>], of owner: SourceRange
    ) {
        guard let lost = old.first(where: { one in !new.contains { $0.value == one.value } }) else { return }
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
}
