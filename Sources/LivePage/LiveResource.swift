/// What stands at one path, made anew for each request.
public struct LiveResource: Sendable {
    let contentType: String
    let body: @Sendable () -> String

    public init(_ contentType: String, _ body: @escaping @Sendable () -> String) {
        self.contentType = contentType
        self.body = body
    }
}

/// Why nothing is served.
public struct LiveServerError: Error, Sendable, CustomStringConvertible {
    public let description: String
}
