import Foundation

/// How much a test does: little in every change (`make test`), everything before a release (`make test-long`).
public enum TestSize: Sendable {
    case small
    case long

    /// The size of this run, from `MUSTER_TEST_SIZE`.
    public static let current: TestSize =
        ProcessInfo.processInfo.environment["MUSTER_TEST_SIZE"] == "long" ? .long : .small

    /// The value that belongs to this run's size.
    public static func pick<Value>(small: Value, long: Value) -> Value {
        current == .long ? long : small
    }
}
