internal import CYAML

/// Owns one libyaml parser and the text it reads.
@safe
struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>
    private let file: Int

    /// `bytes` are valid UTF-8 without a byte order mark; marks will be places of `file`.
    init(_ bytes: [UInt8], file: Int) {
        self.file = file
        // Both live, at one address, until deinit: the parser keeps a pointer to the text and to itself.
        unsafe parser = .allocate(capacity: 1)
        unsafe text = .allocate(capacity: bytes.count)
        _ = unsafe text.initialize(from: bytes)
        let initialized = unsafe yaml_parser_initialize(parser)
        precondition(initialized == 1, "out of memory")
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        // Initialised in init, deleted nowhere else; the text goes after the parser that points to it.
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    /// The next event; not to be asked again after `streamEnd` or a throw.
    mutating func next() throws(YAMLProblem) -> YAMLEvent {
        // libyaml fills the event whenever it returns 1, and only then has it to be deleted.
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe copy(event)
    }

    /// The strings of an event are NUL-terminated or nil, and valid until the event is deleted.
    private func copy(_ event: yaml_event_t) -> YAMLEvent {
        let range = unsafe range(event.start_mark, event.end_mark)
        switch unsafe event.type {
        case YAML_SCALAR_EVENT: return unsafe scalar(event.data.scalar, range)
        case YAML_ALIAS_EVENT:
            return unsafe YAMLEvent(kind: .alias(YAMLParser.string(event.data.alias.anchor) ?? ""), range: range)
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe node(.sequenceStart, anchor: start.anchor, tag: start.tag, range)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe node(.mappingStart, anchor: start.anchor, tag: start.tag, range)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, range: range)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, range: range)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, range: range)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, range: range)
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, range: range)
        default: return YAMLEvent(kind: .streamEnd, range: range)
        }
    }

    private typealias Text = UnsafeMutablePointer<yaml_char_t>
    private typealias ScalarData = yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar

    private func scalar(_ data: ScalarData, _ range: Range<YAMLMark>) -> YAMLEvent {
        // `length` bytes at `value` belong to the event.
        let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        let isQuoted = unsafe data.style != YAML_PLAIN_SCALAR_STYLE
        let content = YAMLNode.Scalar(text: text, isQuoted: isQuoted)
        return unsafe node(.scalar(content), anchor: data.anchor, tag: data.tag, range)
    }

    private func node(_ kind: YAMLEvent.Kind, anchor: Text?, tag: Text?, _ range: Range<YAMLMark>) -> YAMLEvent {
        unsafe YAMLEvent(kind: kind, range: range, anchor: YAMLParser.string(anchor), tag: YAMLParser.string(tag))
    }

    /// After a failed call the parser holds static strings and marks that say why.
    private func problem() -> YAMLProblem {
        precondition(unsafe parser.pointee.error != YAML_MEMORY_ERROR, "out of memory")
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "the text is not YAML"
        let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) }
        let place = unsafe mark(parser.pointee.problem_mark)
        let contextMark = unsafe mark(parser.pointee.context_mark)
        let note = context.map { YAMLProblem.Note(message: $0, range: contextMark..<contextMark) }
        let rest = restOfLine(unsafe parser.pointee.problem_mark.index)
        return SyntaxAdvice.problem(problem, at: place, before: rest, note: note)
    }

    /// What stands behind so many characters of the text, to the end of its line.
    private func restOfLine(_ index: Int) -> String {
        // The buffer is filled in init and lives until deinit.
        let characters = unsafe String(decoding: text, as: UTF8.self).unicodeScalars.dropFirst(index)
        return String(String.UnicodeScalarView(characters.prefix { !["\n", "\r"].contains($0) }))
    }

    private static func string(_ text: Text?) -> String? {
        unsafe text.map { unsafe String(decodingCString: $0, as: UTF8.self) }
    }

    private func range(_ start: yaml_mark_t, _ end: yaml_mark_t) -> Range<YAMLMark> {
        let start = mark(start)
        return start..<max(start, mark(end))
    }

    private func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int(mark.line), column: Int(mark.column), file: file)
    }
}
