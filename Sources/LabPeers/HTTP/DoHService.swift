/// DNS over HTTPS (RFC 8484) as the lab serves it: one path, by POST.
enum DoHService {
    static let path = "/dns-query"
    static let mediaType = "application/dns-message"

    /// Why a request is not answered; nil for a query.
    static func refusal(of request: HTTP2ServerRequest) -> HTTP2ServerResponse? {
        guard request[":path"] == path else { return HTTP2ServerResponse(status: 404) }
        guard request[":method"] == "POST" else {
            return HTTP2ServerResponse(status: 405, fields: [HTTP2Field("allow", "POST")])
        }
        guard request["content-type"] == mediaType else { return HTTP2ServerResponse(status: 415) }
        return nil
    }
}
