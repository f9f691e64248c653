import Metrics
import Testing

@testable import Reports

@Suite("live view")
struct LiveScreenTests {
    /// A run in the middle of its second stage.
    private func status() -> LiveStatus {
        var status = LiveStatus()
        status.elapsed = 72_000_000_000
        (status.stage, status.stageNumber, status.stageCount) = ("evening", 2, 3)
        (status.stageElapsed, status.stageLength) = (42_000_000_000, 120_000_000_000)
        status.runLength = 180_000_000_000
        (status.wantedRate, status.rate) = (200, 198.4)
        (status.started, status.inFlight, status.completed) = (12_345, 20, 12_325)
        status.online = 600
        status.inPhase = [
            .init(phase: .connect, logins: 2), .init(phase: .tls, logins: 13), .init(phase: .sasl, logins: 5),
        ]
        (status.loginP50, status.loginP99) = (1_240_000, 12_300_000)
        (status.descriptors, status.descriptorLimit) = (620, 20_000)
        (status.clientCPU, status.serverCPU) = (0.43, 1.2)
        return status
    }

    private func failing(_ kinds: [(Failure.Kind, String, count: Int, at: UInt64)]) -> LiveStatus {
        var status = status()
        for (kind, condition, count, instant) in kinds {
            for _ in 0..<count {
                status.failures.record(
                    Failure(phase: .sasl, kind: kind, condition: condition), scope: Scope(stage: 1), at: instant)
            }
            status.failed += UInt64(count)
        }
        return status
    }

    private func history(_ p99: [UInt64?]) -> LiveHistory {
        var history = LiveHistory()
        for figure in p99 {
            var status = LiveStatus()
            status.loginP99 = figure
            history.add(status)
        }
        return history
    }

    private func text(
        _ status: LiveStatus, _ history: LiveHistory = LiveHistory(), columns: Int = 101, rows: Int = 24
    ) -> [String] {
        LiveScreen(status, history, columns: columns, rows: rows).lines(isColored: false).map(\.text)
    }

    @Test("it shows stage and progress, logins, rate, latency, what is in flight, and the machine")
    func everything() {
        #expect(
            text(status(), history([1_000_000, nil, 2_000_000, 8_000_000])) == [
                "stage      evening 2/3   ████████████░░░░░░░░░░░░░░░░░░   0:42 of 2:00   1:12 of 3:00 in all",
                "logins     12,345 begun   20 going   12,325 done   600 online",
                "rate       198 of 200/s wanted",
                "login      p50 1.24 ms   p99 12.3 ms   ▂ ▃█   to 8.00 ms",
                "in flight  connect 2   tls 13   sasl 5",
                "machine    cpu: muster 43 %   server 120 %   descriptors 620 of 20,000",
            ])
    }

    @Test("a narrow terminal has no labels, and what matters less gives way")
    func narrow() {
        let status = failing([(.sasl, "not-authorized", count: 7, at: 71_900_000_000)])
        #expect(
            text(status, history([1_000_000, 8_000_000]), columns: 40) == [
                "evening 2/3  ████░░░░░░  0:42 of 2:00",
                "20 going  12,325 done  7 failed",
                "198 of 200/s wanted",
                "p99 12.3 ms  ▂█  to 8.00 ms",
                "connect 2  tls 13  sasl 5",
                "7  sasl: not-authorized  in sasl",
                "cpu: muster 43 %  server 120 %",
            ])
    }

    @Test("a low terminal keeps the stage, the logins and the latency")
    func low() {
        let shown = text(status(), columns: 80, rows: 4)
        #expect(shown.map { $0.prefix(9) } == ["stage    ", "logins   ", "login    "])
        #expect(text(status(), columns: 80, rows: 1).count == 1)
    }

    @Test("it never leaves its columns or rows", arguments: [1, 2, 8, 20, 40, 59, 60, 61, 80, 100, 101, 300])
    func size(columns: Int) {
        var status = failing(
            (0..<9).map { (.protocol, String(repeating: "long \($0) ", count: 40), count: 1000, at: UInt64($0)) })
        status.stage = String(repeating: "x", count: 64)
        (status.started, status.completed, status.failed) = (.max, .max, .max)
        status.inPhase = Phase.all.map { .init(phase: $0, logins: 1_000_000) }
        (status.descriptors, status.descriptorLimit) = (1_000_000, 1_000_000)
        status.isMarked = true
        for rows in 1...20 {
            let lines = LiveScreen(
                status, history(Array(repeating: 5_000_000, count: 100)), columns: columns, rows: rows
            )
            .lines(isColored: true)
            #expect(lines.count <= max(1, rows - 1))
            for line in lines { #expect(line.width <= max(1, min(100, columns - 1)), "\(line.text)") }
        }
    }

    @Test("failures come by name: those that happen now first, then the most frequent")
    func failures() {
        let status = failing([
            (.timeout, "", count: 900, at: 10_000_000_000), (.sasl, "not-authorized", count: 2, at: 71_900_000_000),
            (.tls, "bad certificate", count: 30, at: 69_000_000_000), (.stream, "conflict", count: 5, at: 1),
            (.reset, "", count: 4, at: 1),
        ])
        #expect(
            text(status).filter { $0.contains("  in sasl") || $0.contains("more kinds") } == [
                "failures   30  tls: bad certificate   in sasl   3 s ago",
                "           2  sasl: not-authorized   in sasl   just now",
                "           900  timeout   in sasl   1:02 ago", "           and 2 more kinds",
            ])
    }

    @Test("a kind of several stages is one kind")
    func stages() {
        var status = failing([(.timeout, "", count: 3, at: 71_900_000_000)])
        status.failures.record(Failure(phase: .sasl, kind: .timeout), scope: Scope(stage: 0), at: 5)
        #expect(text(status).contains("failures   4  timeout   in sasl   just now"))
    }

    @Test("a step of the scenario's own is called by its name")
    func ownSteps() {
        var status = status()
        status.phases = PhaseNames(steps: ["vcard", "disco"])
        status.inPhase = [.init(phase: .tls, logins: 1), .init(phase: .own(1), logins: 7)]
        status.failures.record(Failure(phase: .own(0), kind: .timeout), scope: Scope(stage: 1), at: 71_900_000_000)
        #expect(text(status).contains("in flight  tls 1   disco 7"))
        #expect(text(status).contains("failures   1  timeout   in vcard   just now"))
    }

    @Test("what a server says is as wide as its characters are many")
    func wide() {
        let status = failing([(.stream, "接続\u{301}拒否", count: 1, at: 71_900_000_000)])
        #expect(text(status).contains("failures   1  stream: ?????   in sasl   just now"))
    }

    @Test("before the first login there is nothing to show of latency, and no bar where the end is not known")
    func early() {
        var status = LiveStatus()
        (status.stage, status.stageElapsed, status.elapsed) = ("1-burst", 1_000_000_000, 1_000_000_000)
        #expect(
            text(status) == [
                "stage      1-burst   0:01", "logins     0 begun   0 going   0 done   0 online", "rate       0/s",
                "login      p50 -   p99 -", "in flight  nobody", "machine    -",
            ])
    }

    @Test("at the end it says so, and that the generator was the bottleneck where it was")
    func trouble() {
        var status = status()
        (status.isEnding, status.wantedRate, status.isMarked) = (true, nil, true)
        let shown = text(status)
        #expect(shown[0] == "ending     no more logins are due   \(String(repeating: "█", count: 30))   1:12")
        #expect(shown[2] == "rate       198/s")
        #expect(shown.last?.hasPrefix("machine    the generator was the bottleneck   cpu: muster 43 %") == true)
    }

    @Test("colours change no character")
    func colours() throws {
        let status = failing([(.sasl, "not-authorized", count: 7, at: 71_900_000_000)])
        let colored = LiveScreen(status, history([1, 2]), columns: 101, rows: 24).lines(isColored: true).map(\.text)
        #expect(colored.joined().contains("\u{1B}[31m7  sasl: not-authorized\u{1B}[0m"))
        #expect(colored.map { $0.replacing(#/\u{1B}\[[0-9]+m/#, with: "") } == text(status, history([1, 2])))
    }

    @Test("the history is as long as its capacity, however long the run")
    func bounded() {
        let history = history((0..<10_000).map { UInt64($0) })
        #expect(history.p99.count == LiveHistory.capacity)
        #expect(history.p99.last == 9_999)
    }
}

@Suite("lines drawn over lines")
struct LiveBlockTests {
    private func lines(_ texts: String...) -> [LiveScreen.Line] { texts.map { .init(text: $0, width: $0.count) } }

    @Test("the next lines stand where the last ones stood, and nothing of those is left")
    func overdraws() {
        var block = LiveBlock()
        #expect(block.draw(lines("one", "two"), columns: 80) == "\r\u{1B}[2Kone\r\n\u{1B}[2Ktwo\r\n\u{1B}[J")
        #expect(block.draw(lines("three"), columns: 80) == "\r\u{1B}[2A\u{1B}[2Kthree\r\n\u{1B}[J")
        #expect(block.erase(columns: 80) == "\r\u{1B}[1A\u{1B}[J")
        #expect(block.erase(columns: 80) == "\r\u{1B}[J")
    }

    @Test("lines that a narrower terminal has wrapped are found again")
    func wrapped() {
        var block = LiveBlock()
        _ = block.draw(lines(String(repeating: "x", count: 99), "", "short"), columns: 100)
        #expect(block.draw([], columns: 40).hasPrefix("\r\u{1B}[5A"))
    }

    @Test("what is forgotten stays")
    func forgotten() {
        var block = LiveBlock()
        _ = block.draw(lines("one"), columns: 80)
        block.forget()
        #expect(!block.draw(lines("two"), columns: 80).contains("A"))
    }

    @Test("no mode of the terminal is changed")
    func modes() {
        var block = LiveBlock()
        #expect(!block.draw(lines("one"), columns: 80).contains("\u{1B}[?"))
    }
}
