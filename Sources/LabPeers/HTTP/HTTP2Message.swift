/// A request as a server sees it.
package struct HTTP2ServerRequest: Sendable, Equatable {
    package let stream: Int32
    /// In the order in which they came, pseudo-header fields first.
    package fileprivate(set) var fields: [HTTP2Field] = []
    package fileprivate(set) var body: [UInt8] = []

    init(stream: Int32) { self.stream = stream }

    /// The value of the first field of that name, which is in lower case.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    mutating func append(_ field: HTTP2Field) { fields.append(field) }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe body.append(contentsOf: bytes) }
}

/// What a server answers.
package struct HTTP2ServerResponse: Sendable, Equatable {
    package var status: Int
    package var fields: [HTTP2Field]
    package var body: [UInt8]

    package init(status: Int = 200, fields: [HTTP2Field] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// A DNS message by RFC 8484.
    package init(message: [UInt8]) {
        self.init(fields: [HTTP2Field("content-type", "application/dns-message")], body: message)
    }
}

package struct HTTP2Field: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
