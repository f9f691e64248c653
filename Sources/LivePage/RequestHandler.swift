import FlyingFox
import Foundation

/// Answers a request: a resource, or the stream of events.
struct RequestHandler: HTTPHandler {
    let resources: [String: LiveResource]
    let feed: EventFeed
    /// Whether the server may be called by any name; else only by an address or as localhost, so that no page from
    /// elsewhere can reach it by a name of its own that it lets point here.
    let allowsAnyName: Bool

    static let eventsPath = "/events"

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard allowsAnyName || Self.isLocal(request.headers[.host] ?? "") else {
            return Self.text(.forbidden, "This server is called by its address or as localhost.")
        }
        guard request.method == .GET else { return Self.text(.methodNotAllowed, "Only GET is answered.") }
        if request.path == Self.eventsPath { return events() }
        guard let resource = resources[request.path] else { return Self.text(.notFound, "Nothing is here.") }
        return Self.response(.ok, resource.contentType, resource.body())
    }

    private func events() -> HTTPResponse {
        guard let reader = feed.join() else {
            return Self.text(.serviceUnavailable, "As many look on already as may.")
        }
        return HTTPResponse(
            statusCode: .ok, headers: Self.headers("text/event-stream; charset=utf-8"),
            body: HTTPBodySequence(from: EventSequence(reader: reader)))
    }

    private static func text(_ status: HTTPStatusCode, _ words: String) -> HTTPResponse {
        response(status, "text/plain; charset=utf-8", words + "\n")
    }

    private static func response(_ status: HTTPStatusCode, _ contentType: String, _ body: String) -> HTTPResponse {
        HTTPResponse(statusCode: status, headers: headers(contentType), body: Data(body.utf8))
    }

    private static func headers(_ contentType: String) -> HTTPHeaders {
        [
            .contentType: contentType,
            HTTPHeader("Cache-Control"): "no-store",
            HTTPHeader("Content-Security-Policy"): policy,
            HTTPHeader("X-Content-Type-Options"): "nosniff",
            HTTPHeader("Referrer-Policy"): "no-referrer",
            HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
        ]
    }

    /// Everything is ours: nothing inline, nothing from elsewhere, in nobody's frame.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'
        """

    /// `127.0.0.1:8089`, `[::1]:8089` or `localhost`.
    private static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("[") { return true }
        let name = host.prefix { $0 != ":" }
        return name == "localhost" || (!name.isEmpty && name.allSatisfy { $0 == "." || ("0"..."9").contains($0) })
    }
}
