/// What a test waited for did not come about in time.
public struct ConditionNotMet: Error, CustomStringConvertible {
    public let condition: String
    public let waited: Duration

    public var description: String { "waited \(waited) in vain until \(condition)" }
}

/// Returns as soon as `isMet` holds, asking every 5 ms; throws ``ConditionNotMet`` once `limit` has passed.
///
/// `condition` completes the sentence "waited until ...".
public func awaitCondition(
    _ condition: String, within limit: Duration = .seconds(10), _ isMet: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !isMet() {
        guard ContinuousClock.now < deadline else { throw ConditionNotMet(condition: condition, waited: limit) }
        try await Task.sleep(for: .milliseconds(5))
    }
}
