/// What all requests of a session ask for: one resource, by POST, with bodies and answers of one media type.
package struct HTTP2Target: Equatable, Sendable {
    /// `host`, or `host:port` where the port is not 443 (RFC 9113 section 8.3.1).
    package let authority: String
    /// With its leading slash.
    package let path: String
    /// In lower case, without parameters.
    package let mediaType: String

    package init(authority: String, path: String, mediaType: String) {
        self.authority = authority
        self.path = path
        self.mediaType = mediaType
    }
}
