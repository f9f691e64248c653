import Foundation

/// A headless Chromium, driven over WebDriver's HTTP protocol (W3C WebDriver, and Chromium's own commands under `goog`).
public final class Browser: Sendable {
    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    private let driver: ChildProcess
    private let profile: TemporaryDirectory
    private let session: String

    /// Starts chromedriver and one browser; both end with this object.
    public init() async throws {
        let port = try FreePort.take()
        profile = try TemporaryDirectory("browser")
        driver = try ChildProcess("chromedriver", ["--port=\(port)"], endsGroup: true)
        try await awaitCondition("chromedriver listened", within: .seconds(30)) {
            LoopbackConnection.isAccepted(port: port)
        }
        let root = "http://127.0.0.1:\(port)/session"
        let answer = try await Self.post(Self.capabilities(profile: profile.path), to: root)
        guard let id = (answer as? [String: Any])?["sessionId"] as? String else {
            throw Failed(description: "no session: \(answer)")
        }
        session = "\(root)/\(id)"
    }

    private static func capabilities(profile: String) -> [String: Any] {
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--user-data-dir=\(profile)",
        ]
        let wanted: [String: Any] = [
            "goog:chromeOptions": ["args": arguments], "goog:loggingPrefs": ["browser": "ALL"],
        ]
        return ["capabilities": ["alwaysMatch": wanted]]
    }

    /// Shows a file in a window of this width, in light or dark colours.
    public func open(_ path: String, width: Int, isDark: Bool) async throws {
        try await tell(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false])
        let scheme = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
        try await tell("Emulation.setEmulatedMedia", ["features": [scheme]])
        _ = try await Self.post(["url": "file://\(path)"], to: "\(session)/url")
    }

    /// Shows the page as it would be printed.
    public func print() async throws { try await tell("Emulation.setEmulatedMedia", ["media": "print"]) }

    /// What a script's `return` says, as strings.
    public func run(_ script: String) async throws -> [String] {
        let answer = try await Self.post(["script": script, "args": []], to: "\(session)/execute/sync")
        guard let strings = answer as? [String] else { throw Failed(description: "no strings: \(answer)") }
        return strings
    }

    /// What the console has been told since this was asked last.
    public func console() async throws -> [String] {
        let answer = try await Self.post(["type": "browser"], to: "\(session)/se/log")
        return (answer as? [[String: Any]] ?? []).map { "\($0["level"] ?? ""): \($0["message"] ?? "")" }
    }

    /// Ends the browser and its driver.
    public func close() async throws {
        _ = try await Self.curl(["--request", "DELETE", session])
        try await driver.terminate()
    }

    private func tell(_ command: String, _ parameters: [String: Any]) async throws {
        _ = try await Self.post(
            ["cmd": command, "params": parameters], to: "\(session)/goog/cdp/execute")
    }

    private static func post(_ body: [String: Any], to url: String) async throws -> Any {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        return try await curl(["--request", "POST", "--data-binary", "@-", url], input: text)
    }

    /// What an answer carries; one that is an error is thrown with what the driver says of it.
    private static func curl(_ arguments: [String], input: String = "") async throws -> Any {
        let outcome = try await ChildProcess.run(
            "curl", ["--silent", "--show-error", "--header", "Content-Type: application/json"] + arguments, input: input
        )
        let object = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        guard let object else { throw Failed(description: outcome.errorOutput + outcome.output) }
        if let error = object["value"] as? [String: Any], error["error"] != nil {
            throw Failed(description: "\(error["error"] ?? ""): \(error["message"] ?? "")")
        }
        return object["value"] ?? [String]()
    }
}
