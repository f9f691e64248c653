import LoadPlan
import Metrics
import Testing

@testable import Engine

@Suite("What marks a second")
struct SaturationTests {
    private func reason(_ change: (inout Saturation.Stretch) -> Void) -> String? {
        var stretch = Saturation.Stretch(begun: 200)
        stretch.lapses.logins = 200
        change(&stretch)
        return Saturation.reason(stretch)
    }

    @Test("nothing does in a second in which all went well, or nothing at all")
    func unmarked() {
        #expect(reason { _ in } == nil)
        #expect(reason { $0 = Saturation.Stretch() } == nil)
    }

    @Test("more than one in a hundred late or held does, at a low rate a single one")
    func shares() {
        #expect(reason { $0.lapses.lateArrivals = 2 } == nil)
        #expect(reason { $0.lapses.lateArrivals = 3 } == "3 of 200 arrivals started late")
        #expect(reason { $0.lapses.heldLogins = 2 } == nil)
        #expect(reason { $0.lapses.heldLogins = 3 } == "3 of 200 logins waited for the generator")
        #expect(
            reason {
                $0.lapses.logins = 10
                $0.lapses.heldLogins = 1
            } != nil)
    }

    @Test("a failure of our own does, and an arrival that never began")
    func own() {
        #expect(reason { $0.lapses.localFailures = 1 } != nil)
        #expect(reason { $0.lapses.neverBegun = 1 } != nil)
    }

    @Test("a loop without rest does, and what stood still")
    func loops() {
        #expect(reason { $0.busyShare = 0.9 } == nil)
        #expect(reason { $0.busyShare = 0.97 } == "the event loop was busy for 97 % of the time")
        #expect(
            reason { $0.standstill = Standstill(part: .generator, length: 10_020_000_000) }
                == "the generator stood still for 10.0 s")
    }

    @Test("a login is held by more than 20 ms and more than a tenth of its time")
    func held() {
        #expect(!Saturation.isHeld(19_000_000, of: 22_000_000))
        #expect(Saturation.isHeld(21_000_000, of: 60_000_000))
        #expect(!Saturation.isHeld(90_000_000, of: 1_000_000_000))
        #expect(Saturation.isHeld(110_000_000, of: 1_000_000_000))
    }
}

@Suite("What stands still")
struct StandstillTests {
    private let ms: UInt64 = 1_000_000
    private var book: StandstillBook { StandstillBook(queues: [.loop, .snapshots], since: 0) }

    @Test("a thread that wakes when it should sees nothing, however long it looks")
    func quiet() {
        var book = book
        for step in 1...1000 {
            let instant = UInt64(step) * 50 * ms
            for number in book.woke(at: instant) { book.answered(number, at: instant + ms) }
            if step.isMultiple(of: 20) { #expect(book.take(at: instant + 2 * ms) == nil) }
        }
    }

    @Test("one that wakes late was stopped, and is told once")
    func stopped() {
        var book = book
        _ = book.woke(at: 50 * ms)
        _ = book.woke(at: 10_070 * ms)
        #expect(book.take(at: 10_071 * ms) == Standstill(part: .generator, length: 9_970 * ms))
        #expect(book.take(at: 10_072 * ms) == nil)
    }

    @Test("whoever asks before it wakes is told as well, and it is told no second time")
    func goesOn() {
        var book = book
        _ = book.woke(at: 50 * ms)
        #expect(book.take(at: 3000 * ms)?.part == .generator)
        _ = book.woke(at: 3001 * ms)
        #expect(book.take(at: 3900 * ms)?.length ?? 0 < 1000 * ms)
    }

    @Test("a queue that does not answer stands still while the rest goes on")
    func queue() {
        var book = book
        for step in 1...8 {
            for number in book.woke(at: UInt64(step) * 50 * ms) where number == 1 {
                book.answered(number, at: UInt64(step) * 50 * ms)
            }
        }
        #expect(book.take(at: 420 * ms) == Standstill(part: .loop, length: 370 * ms))
        book.answered(0, at: 1050 * ms)
        #expect(book.take(at: 1051 * ms)?.part == .generator)
        #expect(book.delays.loops == 1000 * ms)
    }
}

@Suite("The files of a run")
struct AwaitedFilesTests {
    private let ms: UInt64 = 1_000_000

    @Test("may take half a second, and are told each second that they take longer")
    func slow() {
        var book = StandstillBook(queues: [], since: 0)
        var told: [UInt64?] = []
        for instant in stride(from: 50 * ms, through: 5000 * ms, by: 50 * Int(ms)) {
            _ = book.woke(at: instant)
            switch instant / ms {
            case 100, 1050: book.expect(.files, since: instant, at: instant)
            case 500, 4000: book.expect(.files, since: nil, at: instant)
            default: break
            }
            if instant.isMultiple(of: 1000 * ms) { told.append(book.take(at: instant)?.length) }
        }
        #expect(told == [nil, 950 * ms, 1950 * ms, 2950 * ms, nil])
        #expect(book.delays.files == 2950 * ms)
    }
}

@Suite("The seconds of a run")
struct WatchTests {
    private func spans(_ ends: [Double], last: Bool = false) -> [ClosedRange<Int>] {
        var watch = Watch(stages: 1)
        return ends.enumerated().map { number, end in
            watch.advance(to: UInt64(end * 1e9), isLast: last && number == ends.count - 1).seconds
        }
    }

    @Test("are those that have passed, however late they are told")
    func late() {
        #expect(spans([1.001, 2.003, 12.4, 13.0]) == [1...1, 2...2, 3...12, 13...13])
        #expect(spans([1.0, 8.6, 9.0, 10.0]) == [1...1, 2...9, 9...9, 10...10])
    }

    @Test("count to the last part of one")
    func last() {
        #expect(spans([0.06], last: true) == [1...1])
        #expect(spans([1.001, 1.3], last: true) == [1...1, 2...2])
    }
}

@Suite("The arrivals of a stage")
struct StageFeedTests {
    private func feed(_ shape: Stage.Shape, lane: Int = 0, of lanes: Int = 1) throws -> StageFeed {
        let trial = try Trial([Stage(name: "one", shape: shape)])
        var feed = StageFeed()
        feed.begin(0, of: trial.plan, at: 0, lane: lane, of: lanes)
        return feed
    }

    @Test("are counted when they are due, begun or not, and once")
    func counted() throws {
        var feed = try feed(.hold(rate: 1000, duration: .seconds(10)))
        #expect(feed.take(at: 0)?.wasCounted == false)
        #expect(feed.countDue(at: 999_500_000) == 999)
        #expect(feed.take(at: 1_000_000_000)?.wasCounted == true)
        #expect(feed.countDue(at: 1_999_500_000) == 1000)
        var begun = 0
        while let arrival = feed.take(at: 1_999_500_000) {
            #expect(arrival.wasCounted)
            begun += 1
        }
        #expect(begun == 1998)
        #expect(feed.take(at: 2_000_500_000)?.wasCounted == false)
        #expect(feed.countDue(at: 1_999_500_000) == 0)
    }

    @Test("that were due and have not begun are told at the end, on any number of lanes", arguments: [1, 3])
    func dropped(_ lanes: Int) throws {
        var due = 0
        for lane in 0..<lanes {
            var feed = try feed(.hold(rate: 4000, duration: .seconds(60)), lane: lane, of: lanes)
            #expect(feed.take(at: 1_000_000) != nil)
            due += 1 + feed.countDue(at: 29_999_900_000)
            #expect(feed.stop() > 0)
            #expect(feed.stop() == 0)
            #expect(feed.countDue(at: .max) == 0)
        }
        #expect(due == 120_000)
    }

    @Test("of a herd are all due at its start, of a crowd when they begin")
    func closed() throws {
        var herd = try feed(.burst(logins: 60))
        #expect(herd.take(at: 0)?.isOfHerd == true)
        #expect(herd.countDue(at: 1) == 59)
        var crowd = try feed(.crowd(sessions: 5, end: .logins(20)))
        #expect(crowd.take(at: 0)?.isOfHerd == true)
        #expect(crowd.countDue(at: 1) == 0)
    }
}

@Suite("What a lane records")
struct RecorderTests {
    private func scope(_ since: UInt64) -> LoginScope { LoginScope(Scope(stage: 0), since: since) }

    @Test("is marked where its login was under way in a marked second, and only there")
    func marked() {
        var recorder = Recorder(names: ScopeNames(stages: ["one"]))
        recorder.ended(.login, scope(10), after: 5_000_000)
        #expect(recorder.take().marked == nil)
        recorder.markedUntil = 100
        recorder.ended(.login, scope(99), after: 7_000_000)
        recorder.ended(.login, scope(100), after: 9_000_000)
        recorder.unreached(scope(50), by: .timeout)
        let snapshot = recorder.take()
        #expect(snapshot.phases.record(of: .login).completed == 2)
        #expect(snapshot.marked?.record(of: .login).completed == 1)
        #expect(snapshot.marked?.record(of: .login).latencies?.maximum == 7_000_000)
        #expect(snapshot.marked?.record(of: .due).latencies?.unreached == 1)
        #expect(recorder.take().marked == nil)
    }

    @Test("a mark takes what is ours: logins that we held up and local failures, never what the server answered")
    func parts() {
        var recorder = Recorder(names: ScopeNames(stages: ["one"]))
        var late = scope(0)
        late.isHeld = true
        recorder.ended(.login, late, after: 900_000_000)
        recorder.ended(.login, scope(0), after: 950_000_000)
        recorder.unreached(scope(0), by: .sasl)
        recorder.unreached(scope(0), by: .timeout)
        recorder.unreached(scope(0), by: .local)
        let snapshot = recorder.take()
        for (isWhole, logins, unreached) in [(false, 1, 1), (true, 2, 2)] as [(Bool, UInt64, UInt64)] {
            var second = Gathering.Second(ScopeNames(stages: ["one"]))
            second.add(snapshot)
            second.mark(0, isWhole: isWhole)
            #expect(second.marked?.record(of: .login).completed == logins)
            #expect(second.marked?.record(of: .due).latencies?.unreached == unreached)
        }
    }

    @Test("a herd's wait for its turn is none of ours, and what it waits beyond that is")
    func turn() {
        var recorder = Recorder(names: ScopeNames(stages: ["one"]))
        var scope = scope(0)
        scope.turn = 500_000_000
        recorder.noteOwnWait(505_000_000, of: 600_000_000, scope)
        recorder.noteOwnWait(600_000_000, of: 900_000_000, scope)
        #expect(recorder.lapses[0].logins == 2 && recorder.lapses[0].heldLogins == 1)
    }
}
