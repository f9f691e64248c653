import Foundation
import Synchronization

/// A server that answers as the documentation of Openfire's REST API plugin says: users are made and removed by whoever
/// has its authorization.
public final class RESTUsers: Sendable {
    public struct Request: Sendable {
        public var method: String
        public var path: String
        /// By lowercase name.
        public var headers: [String: String]
        public var body: String

        /// The members of a JSON object of strings.
        public var members: [String: String]? {
            try? JSONDecoder().decode([String: String].self, from: Data(body.utf8))
        }
    }

    /// What it does with a request, whatever it is.
    public enum Mood: Sendable {
        case documented
        /// This status, with nothing else to say.
        case status(Int)
        /// To the login page of the admin console, as where the plugin's paths are not excluded from it.
        case redirecting
        /// A refusal in these words.
        case saying(String)
        /// No answer ever.
        case silent
        /// An answer without end.
        case babbling
    }

    public var port: UInt16 { listener.port }
    private let listener: LoopbackListener
    private let state: State

    private final class State: Sendable {
        let authorization: String
        let mood: Mood
        let users: Mutex<Set<String>>
        let requests = Mutex<[Request]>([])

        init(authorization: String, mood: Mood, users: Set<String>) {
            self.authorization = authorization
            self.mood = mood
            self.users = Mutex(users)
        }
    }

    private static let folder = "/plugins/restapi/v1/users"

    /// - Parameter authorization: the header's value as it must be.
    public init(authorization: String, mood: Mood = .documented, users: Set<String> = []) throws {
        let state = State(authorization: authorization, mood: mood, users: users)
        self.state = state
        listener = try LoopbackListener { client in
            while let request = Self.request(from: client) {
                state.requests.withLock { $0.append(request) }
                guard Self.answer(request, state, client) else { return }
            }
        }
    }

    /// Its address for `--url`.
    public var url: String { "http://127.0.0.1:\(port)" }
    public var users: Set<String> { state.users.withLock { $0 } }
    public var requests: [Request] { state.requests.withLock { $0 } }

    private static func request(from client: Int32) -> Request? {
        var text = ""
        while !text.contains("\r\n\r\n") {
            guard let more = LoopbackListener.hear(client) else { return nil }
            text += more
        }
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\r\n")
        let headers = lines.dropFirst().map { $0.split(separator: ":", maxSplits: 1) }
            .map { ($0[0].lowercased(), $0.count > 1 ? $0[1].trimmingCharacters(in: .whitespaces) : "") }
        let words = lines[0].split(separator: " ").map(String.init)
        var request = Request(
            method: words[0], path: words[1], headers: Dictionary(headers, uniquingKeysWith: { $1 }),
            body: String(parts[1]))
        while request.body.utf8.count < Int(request.headers["content-length"] ?? "0") ?? 0 {
            guard let more = LoopbackListener.hear(client) else { return nil }
            request.body += more
        }
        return request
    }

    /// - Returns: whether the connection goes on.
    private static func answer(_ request: Request, _ state: State, _ client: Int32) -> Bool {
        switch state.mood {
        case .documented: return documented(request, state, client)
        case .status(let status): return say(status, "", client)
        case .saying(let words): return say(400, words, client)
        case .redirecting: return say(302, "", client, more: "Location: /login.jsp\r\n")
        case .silent: return LoopbackListener.hear(client) != nil
        case .babbling:
            guard LoopbackListener.say("HTTP/1.1 500 \r\nConnection: close\r\n\r\n", client) else { return false }
            while LoopbackListener.say(String(repeating: "x", count: 4096), client) {}
            return false
        }
    }

    private static func documented(_ request: Request, _ state: State, _ client: Int32) -> Bool {
        guard request.headers["authorization"] == state.authorization else { return say(401, "", client) }
        if request.method == "POST", request.path == folder {
            guard let user = request.members?["username"], request.members?["password"] != nil else {
                return say(400, "", client)
            }
            let isNew = state.users.withLock { $0.insert(user).inserted }
            return isNew ? say(201, "", client) : say(409, error(user, "UserAlreadyExistsException"), client)
        }
        if request.method == "DELETE", request.path.hasPrefix(folder + "/") {
            let user = request.path.dropFirst(folder.count + 1).removingPercentEncoding ?? ""
            let wasThere = state.users.withLock { $0.remove(user) != nil }
            return wasThere ? say(200, "", client) : say(404, error(user, "UserNotFoundException"), client)
        }
        return say(404, "<html>no such page</html>", client)
    }

    private static func error(_ user: String, _ exception: String) -> String {
        "{\"resource\":\"\(user)\",\"message\":\"Could not do it\",\"exception\":\"\(exception)\",\"exceptionStack\":null}"
    }

    private static func say(_ status: Int, _ body: String, _ client: Int32, more: String = "") -> Bool {
        LoopbackListener.say(
            "HTTP/1.1 \(status) \r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)", client)
    }
}
