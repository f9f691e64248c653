import Foundation
import FoundationNetworking
import LoadPlan
import Synchronization

/// The part of an HTTP response that matters here.
struct HTTPAnswer: Equatable {
    var status: Int
    /// Where a redirection leads.
    var location: String?
    /// The body; of a long one its start.
    var text: String
}

/// Sends requests to one server, over a few connections that are kept. Redirections are not followed: they would carry
/// passwords elsewhere. No proxy is asked either. Deadlines are its own: on Linux URLSession has none for a whole answer.
final class HTTPClient: NSObject, URLSessionDataDelegate, Sendable {
    private struct Exchange {
        var continuation: CheckedContinuation<HTTPAnswer, any Error>
        var body: [UInt8] = []
    }

    private let exchanges = Mutex<[Int: Exchange]>([:])
    private let session = Mutex<URLSession?>(nil)

    private let patience: Duration

    private static let longestBody = 16 * 1024

    /// - Parameter patience: how long an answer may take, to its last byte.
    init(connections: Int, patience: Duration) {
        self.patience = patience
        super.init()
        unsafe setenv("no_proxy", "*", 1)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = connections
        configuration.httpShouldSetCookies = false
        let made = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
        session.withLock { $0 = made }
    }

    /// - Throws: `URLError` if no response came.
    func answer(to request: URLRequest) async throws -> HTTPAnswer {
        try await withCheckedThrowingContinuation { continuation in
            guard let task = begin(request, continuation) else {
                return continuation.resume(throwing: URLError(.cancelled))
            }
            task.resume()
            DispatchQueue.global().asyncAfter(deadline: .now() + patience.inSeconds) { [self] in
                finish(task, URLError(.timedOut))
                task.cancel()
            }
        }
    }

    /// nil after ``close()``.
    private func begin(
        _ request: URLRequest, _ continuation: CheckedContinuation<HTTPAnswer, any Error>
    ) -> URLSessionDataTask? {
        session.withLock { session in
            guard let task = session?.dataTask(with: request) else { return nil }
            exchanges.withLock { $0[task.taskIdentifier] = Exchange(continuation: continuation) }
            return task
        }
    }

    /// Cuts what is under way, and lets go of the connections. Nobody waits for URLSession to say so of each: at times it
    /// does not.
    func close() {
        let session = session.withLock { session in
            defer { session = nil }
            return session
        }
        let cut = exchanges.withLock { exchanges in
            defer { exchanges = [:] }
            return exchanges.values
        }
        for exchange in cut { exchange.continuation.resume(throwing: URLError(.cancelled)) }
        session?.invalidateAndCancel()
    }

    /// Of a body that is too long the start is enough.
    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isEnough = exchanges.withLock { exchanges in
            exchanges[dataTask.taskIdentifier]?.body += data.prefix(Self.longestBody)
            return exchanges[dataTask.taskIdentifier].map { $0.body.count >= Self.longestBody } ?? false
        }
        guard isEnough else { return }
        finish(dataTask, nil)
        dataTask.cancel()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) { completionHandler(nil) }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        finish(task, error)
    }

    private func finish(_ task: URLSessionTask, _ error: (any Error)?) {
        guard let exchange = exchanges.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        guard error == nil, let response = task.response as? HTTPURLResponse else {
            return exchange.continuation.resume(throwing: error ?? URLError(.badServerResponse))
        }
        exchange.continuation.resume(
            returning: HTTPAnswer(
                status: response.statusCode, location: response.value(forHTTPHeaderField: "Location"),
                text: String(decoding: exchange.body, as: UTF8.self)))
    }
}
