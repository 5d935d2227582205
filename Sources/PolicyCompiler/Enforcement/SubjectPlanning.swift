internal import ProfileModel
internal import Ruleset

/// Who sends: the subjects that a profile declares and the owners of its paths, numbered. A sender is one of them: the
/// same selector in two of equal rank is a contradiction.
struct SubjectPlanning {
    private(set) var subjects: [EnforcementPlan.Subject] = []
    private(set) var owners: [EnforcementPlan.Subject] = []
    private(set) var containers: [EnforcementPlan.Subject] = []
    /// By name.
    private(set) var numbers: [String: SubjectNumber] = [:]
    /// By the name of their path.
    private(set) var ownerNumbers: [String: SubjectNumber] = [:]
    /// Of who sets the clock.
    private(set) var timeNumber: SubjectNumber?
    /// Of what leaves by the portal.
    private(set) var portalNumber: SubjectNumber?
    private(set) var diagnostics: [Diagnostic] = []

    private let resolverUser: Located<String>
    /// Who has a selector; exclusive subjects are a rank of their own.
    private var holders: [ProfileModel.Selector: Located<String>] = [:]
    private var exclusiveHolders: [ProfileModel.Selector: Located<String>] = [:]
    private var nextNumber = SubjectNumber.firstDeclared

    init(_ profile: Profile, paths: [String: PathNumber]) {
        resolverUser = profile.resolver.user
        for subject in profile.subjects { plan(subject) }
        for path in profile.paths { plan(path, paths) }
        if let time = profile.local.time { plan(time) }
        portalNumber = profile.portal.flatMap { takeNumber(at: $0.subject.range) }
    }

    private mutating func plan(_ subject: ProfileModel.Subject) {
        guard let number = takeNumber(at: subject.name.range) else { return }
        numbers[subject.name.value] = number
        for selector in subject.selectors {
            // A device is one subject's, whatever that is.
            hold(
                selector, "`\(subject.name.value)`", subject.name,
                isExclusive: subject.isExclusive && !subject.isOfContainers)
        }
        let role: EnforcementPlan.Subject.Role =
            subject.isOfContainers ? .containers : subject.isExclusive ? .exclusive : .ordinary
        let planned = EnforcementPlan.Subject(
            number: number, name: subject.name.value, selectors: subject.selectors.map(\.value), role: role)
        if role == .containers { containers.append(planned) } else { subjects.append(planned) }
    }

    /// Several paths may have one owner: he leaves by one `next`.
    private mutating func plan(_ path: ProfileModel.Path, _ paths: [String: PathNumber]) {
        guard let owner = path.owner else { return }
        let role = EnforcementPlan.Subject.Role.owner(
            next: paths[path.next?.value ?? ProfileModel.Path.direct] ?? .block)
        if let known = owners.first(where: { $0.selectors == [owner.value] }) {
            ownerNumbers[path.name.value] = known.number
            guard known.role != role else { return }
            diagnostics.append(
                Diagnostic(
                    .conflictingKeys, "\(owner.value.words) owns the path `\(known.name)` too, with another `next`",
                    at: path.next?.range ?? owner.range,
                    help: "all that an owner sends leaves by one path: give both the same `next`"))
            return
        }
        guard let number = takeNumber(at: owner.range) else { return }
        ownerNumbers[path.name.value] = number
        hold(owner, "the path `\(path.name.value)`", path.name, isExclusive: false)
        owners.append(.init(number: number, name: path.name.value, selectors: [owner.value], role: role))
    }

    /// A subject of its own, whose one rule is `local: time`.
    private mutating func plan(_ time: LocalTraffic.TimeService) {
        guard let number = takeNumber(at: time.from.range) else { return }
        timeNumber = number
        let name = Located(EnforcementPlan.Subject.timeService, time.from.range)
        // An exclusive subject would have its packets.
        let isExclusive = exclusiveHolders[time.from.value] != nil
        hold(time.from, "`\(name.value)`", name, isExclusive: isExclusive)
        subjects.append(.init(number: number, name: name.value, selectors: [time.from.value], role: .ordinary))
    }

    private mutating func takeNumber(at range: SourceRange) -> SubjectNumber? {
        guard nextNumber <= SubjectNumber.maximumDeclared else {
            if nextNumber == SubjectNumber.maximumDeclared + 1 {
                let most = SubjectNumber.maximumDeclared - SubjectNumber.firstDeclared + 1
                diagnostics.append(.unenforced("more than \(most) subjects and owners of paths", at: range))
                nextNumber += 1
            }
            return nil
        }
        defer { nextNumber += 1 }
        return SubjectNumber(nextNumber)
    }

    private mutating func hold(
        _ selector: Located<ProfileModel.Selector>, _ holder: String, _ name: Located<String>, isExclusive: Bool
    ) {
        refuse(selector)
        if selector.value == .user(resolverUser.value) {
            diagnostics.append(
                Diagnostic(
                    .subjectOverlap, "\(selector.value.words) is the resolver", at: selector.range,
                    notes: [.init("it is named here", at: resolverUser.range)],
                    help: "the resolver is a subject of its own: leave it out, or give it another user"))
        } else if let first = isExclusive ? exclusiveHolders[selector.value] : holders[selector.value] {
            diagnostics.append(
                Diagnostic(
                    .subjectOverlap, "\(selector.value.words) belongs to two subjects of equal rank",
                    at: selector.range, notes: [.init("\(first.value) has it here", at: first.range)],
                    help: "every sender has one subject: leave it in one of them"))
        } else {
            let held = Located(holder, selector.range)
            if isExclusive { exclusiveHolders[selector.value] = held } else { holders[selector.value] = held }
        }
    }

    private mutating func refuse(_ selector: Located<ProfileModel.Selector>) {
        switch selector.value {
        case .user, .group, .unit, .interface: break
        case .slice(let name, _):
            guard Symbol.path(ofSlice: name).isEmpty else { break }
            diagnostics.append(
                .unenforced(
                    "the root slice (`\(name)`)", at: selector.range, help: "every process is in it: write `any`"))
        }
    }
}

extension ProfileModel.Selector {
    /// As a message names it: "user `alice`".
    var words: String {
        switch self {
        case .user(let name): "user `\(name)`"
        case .group(let name): "group `\(name)`"
        case .unit(let name, nil): "unit `\(name)`"
        case .unit(let name, let user?): "unit `\(name)` of user `\(user)`"
        case .slice(let name, nil): "slice `\(name)`"
        case .slice(let name, let user?): "slice `\(name)` of user `\(user)`"
        case .interface(let name): "interface `\(name)`"
        }
    }
}
