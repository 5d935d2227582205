/// Makes the tree out of events with a stack of its own: no depth of the text becomes a depth of calls.
struct TreeBuilder {
    private(set) var root: YAMLNode?
    private(set) var problems: [YAMLProblem] = []

    private var open: [OpenCollection] = []
    private var nodes = 0
    private var documents = 0

    /// Reads the first document to its end, and whether another follows.
    mutating func read(_ parser: consuming YAMLParser) throws(YAMLProblem) {
        while true {
            let event = try parser.next()
            switch event.kind {
            case .streamStart, .documentEnd: break
            case .streamEnd: return
            case .documentStart:
                documents += 1
                if documents > 1 { return reportSecondDocument(event.range) }
            default: try take(event)
            }
        }
    }

    private mutating func take(_ event: YAMLEvent) throws(YAMLProblem) {
        reportProperties(event)
        switch event.kind {
        case .sequenceStart: try push(.sequence, event.range)
        case .mappingStart: try push(.mapping, event.range)
        case .sequenceEnd, .mappingEnd: pop(end: event.range.upperBound)
        case .scalar(let scalar):
            try count(event.range)
            place(YAMLNode(.scalar(scalar), event.range))
        case .alias(let name):
            try count(event.range)
            report(.alias, "the alias `*\(name)` is not read", event.range, help: "write the value itself here")
            place(YAMLNode(.unreadable, event.range))
        case .streamStart, .streamEnd, .documentStart, .documentEnd: break
        }
    }

    private mutating func count(_ range: Range<YAMLMark>) throws(YAMLProblem) {
        nodes += 1
        guard nodes > YAMLReading.maximumNodes else { return }
        throw YAMLProblem(
            .tooManyNodes, "the file holds more than \(YAMLReading.maximumNodes) values", at: range,
            help: "long address and name lists belong into files of their own")
    }

    private mutating func push(_ kind: OpenCollection.Kind, _ range: Range<YAMLMark>) throws(YAMLProblem) {
        try count(range)
        guard open.count < YAMLReading.maximumDepth else {
            throw YAMLProblem(
                .tooDeep, "values are nested more than \(YAMLReading.maximumDepth) deep", at: range,
                help: "check for brackets that are not closed")
        }
        open.append(OpenCollection(kind, start: range.lowerBound))
    }

    /// libyaml pairs starts and ends, so there is always one to close.
    private mutating func pop(end: YAMLMark) {
        let closed = open.removeLast()
        place(closed.node(end: end))
    }

    /// Puts a finished node where it belongs: into the innermost open collection, or at the root.
    private mutating func place(_ node: YAMLNode) {
        guard !open.isEmpty else {
            root = node
            return
        }
        if let problem = open[open.count - 1].add(node) { record(problem) }
    }

    private mutating func reportProperties(_ event: YAMLEvent) {
        if let anchor = event.anchor {
            report(.anchor, "the anchor `&\(anchor)` is not read", event.range, help: "remove it; aliases are not read")
        }
        if let tag = event.tag {
            report(
                .tag, "the tag `\(tag)` is not read", event.range, help: "remove it; the schema says what a value is")
        }
    }

    private mutating func reportSecondDocument(_ range: Range<YAMLMark>) {
        report(.severalDocuments, "a second document starts here", range, help: "write one profile per file")
    }

    private mutating func report(
        _ kind: YAMLProblem.Kind, _ message: String, _ range: Range<YAMLMark>, help: String
    ) {
        record(YAMLProblem(kind, message, at: range, help: help))
    }

    private mutating func record(_ problem: YAMLProblem) {
        if problems.count < YAMLReading.maximumProblems { problems.append(problem) }
    }
}
