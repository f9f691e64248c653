/// Answers a request: a resource, or the stream of events.
struct RequestHandler: Sendable {
    let resources: [String: LiveResource]
    let feed: EventFeed
    /// Whether the server may be called by any name; else only by an address or as localhost, so that no page from
    /// elsewhere can reach it by a name of its own that it lets point here.
    let allowsAnyName: Bool

    static let eventsPath = "/events"

    func answer(to head: RequestHead) -> Answer {
        guard allowsAnyName || Self.isLocal(head.host) else {
            return .text(.forbidden, "This server is called by its address or as localhost.")
        }
        guard head.method == "GET" else { return .text(.methodNotAllowed, "Only GET is answered.") }
        if head.path == Self.eventsPath { return events() }
        guard let resource = resources[head.path] else { return .text(.notFound, "Nothing is here.") }
        return Answer(.ok, resource.contentType, .whole(Array(resource.body().utf8)))
    }

    func answer(to refusal: RequestHead.Refusal) -> Answer {
        switch refusal {
        case .malformed: .text(.badRequest, "This is no request that names its host once.")
        case .tooLarge: .text(.headTooLarge, "The head of this request is too large.")
        }
    }

    private func events() -> Answer {
        guard let reader = feed.join() else { return .text(.unavailable, "As many look on already as may.") }
        return Answer(.ok, "text/event-stream; charset=utf-8", .events(reader))
    }

    /// `127.0.0.1:8089`, `[::1]:8089` or `localhost`.
    private static func isLocal(_ host: String) -> Bool {
        host.wholeMatch(of: /(\[[0-9A-Fa-f:.]+\]|[0-9.]+|localhost)(:[0-9]*)?/) != nil
    }
}

/// A response, and what follows its head.
struct Answer {
    enum Status: String {
        case ok = "200 OK"
        case badRequest = "400 Bad Request"
        case forbidden = "403 Forbidden"
        case notFound = "404 Not Found"
        case methodNotAllowed = "405 Method Not Allowed"
        case headTooLarge = "431 Request Header Fields Too Large"
        case unavailable = "503 Service Unavailable"
    }

    enum Body {
        case whole([UInt8])
        case events(EventReader)
    }

    let status: Status
    let contentType: String
    let body: Body

    init(_ status: Status, _ contentType: String, _ body: Body) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    static func text(_ status: Status, _ words: String) -> Answer {
        Answer(status, "text/plain; charset=utf-8", .whole(Array((words + "\n").utf8)))
    }

    /// The status line and the header fields. Each connection has one answer.
    var head: String {
        let length =
            switch body {
            case .whole(let bytes): "Content-Length: \(bytes.count)"
            case .events: "Transfer-Encoding: chunked"
            }
        return """
            HTTP/1.1 \(status.rawValue)\r
            Content-Type: \(contentType)\r
            Cache-Control: no-store\r
            Content-Security-Policy: \(Self.policy)\r
            X-Content-Type-Options: nosniff\r
            Referrer-Policy: no-referrer\r
            Cross-Origin-Resource-Policy: same-origin\r
            \(length)\r
            Connection: close\r
            \r

            """
    }

    /// Everything is ours: nothing inline, nothing from elsewhere, in nobody's frame.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'
        """
}
