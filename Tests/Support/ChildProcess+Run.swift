extension ChildProcess {
    /// What a program that ran to its end left behind.
    public struct Outcome: Sendable {
        public let status: ExitStatus
        public let output: String
        public let errorOutput: String
    }

    public struct Failed: Error, CustomStringConvertible {
        public let program: String
        public let outcome: Outcome

        public var description: String { "\(program): \(outcome.status)\n\(outcome.errorOutput)" }
    }

    /// Runs a program to its end; one that is not over after `limit` is killed, and the call throws.
    public static func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
        currentDirectory: String? = nil, input: String = "", within limit: Duration = .seconds(60)
    ) async throws -> Outcome {
        let process = try ChildProcess(
            program, arguments, environment: environment, currentDirectory: currentDirectory, input: input)
        return try await process.outcome(within: limit)
    }

    /// What it leaves behind when it is over; throws ``ConditionNotMet`` after `limit`.
    public func outcome(within limit: Duration) async throws -> Outcome {
        let status = try await waitUntilExit(within: limit)
        return Outcome(status: status, output: output, errorOutput: errorOutput)
    }

    /// Runs a program that has to exit with 0, and returns its output.
    @discardableResult
    public static func succeed(_ program: String, _ arguments: [String], input: String = "") async throws -> String {
        let outcome = try await run(program, arguments, input: input)
        guard outcome.status == .exited(0) else { throw Failed(program: program, outcome: outcome) }
        return outcome.output
    }
}
