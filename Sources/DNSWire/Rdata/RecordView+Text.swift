extension RecordView {
    /// The record as a line of a zone file: owner, TTL, class, type, data, with one blank between them.
    package var text: String { "\(owner.text) \(ttl) \(recordClass) \(type) \(rdataText)" }

    /// The data as a zone file writes it; in the form of RFC 3597 section 5 for types without one of their own here,
    /// and for data that does not have the form of its type.
    package var rdataText: String {
        guard let format = RdataFormat.format(of: type), let text = try? RdataText.text(of: self, format) else {
            return rdata.isEmpty ? "\\# 0" : "\\# \(rdata.count) \(Base16.encode(rdata))"
        }
        return text
    }
}
