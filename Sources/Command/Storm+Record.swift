import LoadPlan
import Metrics
import ResultFiles

extension RunDescription.Storm {
    /// - Parameter accepted: connections that the server itself counted in each second; nil where it did not.
    init(_ record: StormRecord, stages: [String], accepted: [UInt32]?) {
        self.init(
            stage: stages[record.stage], onlineBefore: record.online, lost: record.lost, left: record.left,
            secondsDown: Self.seconds(record.down), attemptsMax: record.mostAttempts, peakRatePerS: record.peakRate)
        back50S = record.time(untilBack: 0.5).map(Self.seconds)
        back95S = record.time(untilBack: 0.95).map(Self.seconds)
        back99S = record.time(untilBack: 0.99).map(Self.seconds)
        backAllS = record.time(untilBack: 1).map(Self.seconds)
        backShare = record.awaited > 0 ? record.progress.share : nil
        attemptsMean = record.meanAttempts
        serverPeakRatePerS = accepted.map { Int($0.prefix(Self.length(record)).max() ?? 0) }
        recovery = record.recovery.map {
            Recovery(
                stage: stages[$0.stage], wantedShare: $0.wanted, withinS: Self.seconds($0.limit), share: $0.share)
        }
        curve = Self.curve(record)
    }

    /// Seconds until the last of them was back: what the server sees later is no part of it.
    private static func length(_ record: StormRecord) -> Int { Int((record.returns.last ?? 0) / 1_000_000_000) + 1 }

    private static let points = 100

    private static func curve(_ record: StormRecord) -> [Point] {
        let count = record.returns.count
        return (0..<min(points, count)).map { number in
            let back = (number + 1) * count / min(points, count)
            return Point(
                s: seconds(record.returns[back - 1]), share: Double(back) / Double(max(1, record.awaited)))
        }
    }

    private static func seconds(_ nanoseconds: UInt64) -> Double { (Double(nanoseconds) / 1_000_000).rounded() / 1000 }
}
