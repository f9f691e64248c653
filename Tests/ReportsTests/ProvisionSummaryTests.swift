import Metrics
import Reports
import Testing

@Suite("What provisioning says")
struct ProvisionSummaryTests {
    private func tally(_ wanted: Int, done: Int, unneeded: Int = 0, _ failures: [Failure] = []) -> ProvisionTally {
        var tally = ProvisionTally(wanted: wanted)
        tally.add(done: done, unneeded: unneeded)
        for failure in failures { tally.add(failure) }
        return tally
    }

    @Test("counts by kind, each kind of failure with one example, and what was not tried")
    func text() {
        var tally = tally(
            1200, done: 1000, unneeded: 100,
            [
                Failure(phase: .register, kind: .stanza, condition: "not-acceptable", example: "no such name"),
                Failure(phase: .register, kind: .stanza, condition: "not-acceptable", example: "another"),
                Failure(phase: .connect, kind: .timeout, example: "no answer within 20000 ms"),
            ])
        tally.ending = .interrupted
        let summary = ProvisionSummary(tally, .creation)
        #expect(
            summary.text == """
                    1,000  created
                      100  already there
                        3  failed
                             1 connect: timeout (no answer within 20000 ms)
                             2 register: stanza: not-acceptable (no such name)
                       97  not tried
                """)
        #expect(summary.progress == "1,000 created, 100 already there, 3 failed of 1,200")
        #expect(summary.sentence == "not provisioned: 1,100 of 1,200 accounts are there; interrupted")
        #expect(summary.errorLine == nil)
    }

    @Test("all there, or all gone, is success however it came about")
    func complete() {
        #expect(
            ProvisionSummary(tally(50, done: 0, unneeded: 50), .creation).sentence.contains("all 50 accounts are there")
        )
        let gone = ProvisionSummary(tally(50, done: 20, unneeded: 30), .removal)
        #expect(gone.sentence == "provisioned: all 50 accounts are gone")
        #expect(gone.text.contains("30  not there\n"))
    }

    @Test("what is not known is not claimed: another password, a refused removal, a name that is taken")
    func doubts() {
        var tally = tally(50, done: 20, unneeded: 10)
        tally.add(refused: 20)
        #expect(!tally.isComplete && tally.untried == 0)
        let made = ProvisionSummary(tally, .creation)
        #expect(made.sentence == "not provisioned: 30 of 50 accounts are there; 20 there with another password")
        #expect(made.text.contains("       20  there with another password\n"))
        #expect(made.progress == "20 created, 10 already there, 20 there with another password of 50")
        #expect(
            ProvisionSummary(tally, .removal).sentence
                == "not provisioned: 30 of 50 accounts are gone; 20 refused: gone already, or another password")
        var taken = ProvisionTally(wanted: 9)
        taken.add(unchecked: 9)
        #expect(
            ProvisionSummary(taken, .creation).sentence
                == "provisioned: all 9 accounts are there; 9 already there, with what password is not known")
    }

    @Test("ejabberd's wish to wait has a hint")
    func hint() {
        let wait = Failure(phase: .register, kind: .stanza, condition: "resource-constraint")
        let summary = ProvisionSummary(tally(50, done: 1, [wait]), .creation)
        #expect(summary.text.contains("hint: ejabberd registers one account per address in 600 s"))
    }

    @Test("nobody to talk to is said on standard error too")
    func unreachable() {
        var tally = tally(50, done: 0)
        tally.ending = .unreachable(Failure(phase: .connect, kind: .refused))
        let summary = ProvisionSummary(tally, .creation)
        #expect(summary.sentence == "not provisioned: 0 of 50 accounts are there; not reached: refused")
        #expect(summary.errorLine == "muster: no connection was ever established: refused")
    }

    @Test("who asks to wait, or did nothing for the first ten, is left alone")
    func givingUp() {
        let refusal = Failure(phase: .register, kind: .stanza, condition: "not-allowed")
        #expect(tally(50, done: 0, Array(repeating: refusal, count: 9)).reasonToGiveUp == nil)
        #expect(tally(50, done: 0, Array(repeating: refusal, count: 10)).reasonToGiveUp != nil)
        #expect(tally(50, done: 0, unneeded: 1, Array(repeating: refusal, count: 30)).reasonToGiveUp == nil)
        #expect(tally(10, done: 0, Array(repeating: refusal, count: 10)).reasonToGiveUp == nil)
        let wait = Failure(phase: .register, kind: .stanza, condition: "resource-constraint")
        #expect(tally(50, done: 30, [wait]).reasonToGiveUp == "the server asks to wait")
    }
}
