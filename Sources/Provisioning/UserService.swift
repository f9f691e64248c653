public import Foundation
import FoundationNetworking
public import LoadPlan
import Metrics

/// The users of Openfire's REST API plugin: which request makes or removes an account, and what its answer means.
public struct UserService: Sendable {
    /// How the plugin is set up to authenticate.
    public enum Authorization: Sendable {
        /// Its shared secret.
        case secret(Password)
        /// The name and password of an administrator (RFC 7617).
        case basic(user: String, Password)
    }

    private let users: URL
    private let authorization: Password
    private let secret: Password
    private let domain: String

    let patience: Duration

    /// - Parameters:
    ///   - base: of the admin console, such as `http://127.0.0.1:9090`.
    ///   - domain: for the accounts' e-mail addresses, which some servers insist on.
    ///   - patience: how long a request may take.
    public init(base: URL, authorization: Authorization, domain: String, patience: Duration = .seconds(120)) {
        users = base.appendingPathComponent("plugins/restapi/v1/users")
        self.domain = domain
        self.patience = patience
        switch authorization {
        case .secret(let secret):
            self.authorization = secret
            self.secret = secret
        case .basic(let user, let password):
            secret = password
            self.authorization = Password(
                "Basic " + Data("\(user):\(password.plain)".utf8).base64EncodedString())
        }
    }

    /// What the answers to an account's request come through.
    ///
    /// - Parameter others: what the other accounts log in by.
    func door(for account: Accounts.Account, _ others: SecretIndex?) -> ForeignTextDoor {
        ForeignTextDoor(secrets: [account.password, secret].map { Array($0.plain.utf8) }, others: others)
    }

    func request(_ change: AccountChange, _ account: Accounts.Account) throws -> URLRequest {
        switch change {
        case .creation:
            var request = request("POST", users)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = try JSONEncoder().encode(User(account, domain: domain))
            return request
        case .removal: return request("DELETE", users.appendingPathComponent(account.username))
        }
    }

    private func request(_ method: String, _ url: URL) -> URLRequest {
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue(authorization.plain, forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        return request
    }

    private struct User: Encodable {
        var username: String
        var password: String
        var name: String
        var email: String

        init(_ account: Accounts.Account, domain: String) {
            username = account.username
            password = account.password.plain
            name = account.username
            email = "\(account.username)@\(domain)"
        }
    }
}

// MARK: - Answers

extension UserService {
    enum Outcome: Equatable {
        case done
        /// Not there.
        case unneeded
        /// There already, with what password it does not say.
        case taken
        case failed(Failure)
    }

    /// A 404 says that there is no such user only where the plugin itself says so: where there is no plugin, everything
    /// is not found.
    static func outcome(of change: AccountChange, _ answer: HTTPAnswer) -> Outcome {
        switch (change, answer.status) {
        case (.creation, 201), (.removal, 200), (.removal, 204): .done
        case (.creation, 409): .taken
        case (.removal, 404) where answer.text.contains("UserNotFoundException"): .unneeded
        default:
            .failed(
                Failure(
                    phase: .register, kind: .protocol, condition: "HTTP \(answer.status)", example: explanation(answer))
            )
        }
    }

    private static func explanation(_ answer: HTTPAnswer) -> String {
        switch answer.status {
        case 401: "the secret is not accepted, or this address is not among those that the plugin allows"
        case 403: "the plugin is not enabled"
        case 404: "the REST API plugin is not there"
        case 300..<400:
            "redirected to \(answer.location ?? "another place"): "
                + "Openfire may want adminConsole.access.allow-wildcards-in-excludes=true"
        default: answer.text
        }
    }

    static func outcome(of error: any Error) -> Outcome {
        let text = (error as NSError).userInfo[NSLocalizedDescriptionKey] as? String ?? ""
        let (kind, condition) = failure((error as? URLError)?.code ?? .unknown)
        return .failed(Failure(phase: .register, kind: kind, condition: condition, example: text))
    }

    private static func failure(_ code: URLError.Code) -> (Failure.Kind, String) {
        switch code {
        case .timedOut: (.timeout, "")
        case .cancelled: (.timeout, "still in flight at the end")
        case .cannotConnectToHost: (.refused, "")
        case .cannotFindHost, .dnsLookupFailed: (.dns, "")
        case .networkConnectionLost: (.closed, "")
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
            (.tls, "")
        default: (.protocol, "URLSession error \(code.rawValue)")
        }
    }
}
