/// One event of libyaml, copied: nothing here points into its memory.
struct YAMLEvent {
    let kind: Kind
    let range: Range<YAMLMark>
    /// What stands before the node; neither is read.
    var anchor: String?
    var tag: String?

    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(YAMLNode.Scalar)
        case alias(String)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }
}
