import Reports
import ResultFiles
import Testing

@Suite("What a calibration says in a terminal")
struct CalibrationTextTests {
    private func load(_ rate: Double, error: Double, marked: Int = 0) -> Calibration.Load {
        let names = ["connect", "greeting", "sasl", "login"]
        return Calibration.Load(
            tls: "none", loginsPerSecond: rate, seconds: 4, markedSeconds: marked,
            phases: names.map { name in
                let off = name == "sasl" ? error : 20
                return .init(
                    phase: name, count: 400, server: .init(p50Us: 40, p90Us: 60, p99Us: 80),
                    error: .init(p50Us: -3, p90Us: off / 2, p99Us: off))
            })
    }

    private func text(_ loads: [Calibration.Load]) -> String {
        let limit = "at 6,400/s the event loop was busy for 99 % of the second, and this line goes on and on and on"
        let calibration = Calibration(
            measuredAt: WallTime(secondsSince1970: 0), machine: .init(), loads: loads,
            capacities: [.init(tls: "none", loginsPerSecond: 4525, limit: limit)])
        return CalibrationText(calibration, isColored: false).text
    }

    @Test("the greatest errors at each load, and each phase at half of the greatest")
    func tables() throws {
        let lines = text([load(400, error: 30), load(2200, error: 60), load(4400, error: 70)]).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 100 })
        let row = try #require(lines.first { $0.hasPrefix("                 2,200") })
        #expect(row.contains("3.00 µs") && row.contains("60.0 µs") && row.contains("sasl") && row.contains("0 of 4 s"))
        #expect(lines.contains { $0.hasPrefix("at 2,200 logins/s") })
        #expect(lines.contains { $0.hasPrefix("sasl ") && $0.contains("-3.00 µs") && $0.contains("+60.0 µs") })
        #expect(lines.contains("tls: none: within 100 µs and 1 % of the truth up to 4,400 logins/s"))
    }

    @Test("the load at which it would begin to lie, and whether it would say so")
    func lies() {
        func words(_ loads: [Calibration.Load]) -> String {
            text(loads).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let (good, bad) = (load(400, error: 30), load(2200, error: 300))
        #expect(words([good, bad]).contains("truth up to 400 logins/s; at 2,200 sasl is off by more, unmarked"))
        #expect(words([good, load(2200, error: 300, marked: 2)]).contains("at 2,200 2 of 4 seconds are marked"))
        #expect(words([bad]).contains("truth up to 0 logins/s; at 2,200 sasl is off by more"))
    }
}
