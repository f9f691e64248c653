import LoadPlan
import ScenarioFile
import Testing

@Suite("Steps of a scenario's own")
struct OwnStepTests {
    private let vcard = """
        {name: vcard, send: "<iq type='get' id='{id}'><vCard xmlns='vcard-temp'/></iq>", expect: "/c:iq[@type='result']"}
        """

    private func own(_ text: String) throws -> [LoginPlan.OwnStep] {
        try read(least + "login: {steps: [bind, \(text)]}\n").plan.login.steps.compactMap {
            if case .own(let step) = $0 { step } else { nil }
        }
    }

    @Test("are stanzas with placeholders, an XPath, and the prefixes that it may use")
    func values() throws {
        let step = try #require(try own(vcard).first)
        #expect(step.name == "vcard" && step.kind == .iq && step.expect == "/c:iq[@type='result']")
        #expect(step.send.text == "<iq type='get' id='{id}'><vCard xmlns='vcard-temp'/></iq>")
        #expect(step.id?.pieces == [.placeholder(.id)])
        #expect(step.prefixes == ["c": "jabber:client"])
    }

    @Test("may declare prefixes for what they expect, in any place after bind, as blocks too")
    func blocks() throws {
        let scenario = try read(
            least + """
                login:
                  timeout: {private: 2s}
                  steps:
                    - bind
                    - name: private
                      send: |
                        <iq type='set' id='x-{id}' xmlns:p='jabber:iq:private'>
                          <p:query><a xmlns='urn:a' b='{domain}'>{n}</a></p:query>
                        </iq>
                      expect: not(//p:query)
                    - roster
                    - {name: here, send: <presence/>}
                thresholds: [private p99 < 1s]

                """)
        #expect(scenario.plan.login.steps.map(\.name) == ["bind", "private", "roster", "here"])
        #expect(scenario.plan.ownSteps == ["private", "here"])
        guard case .own(let step) = scenario.plan.login.steps[1] else { return }
        #expect(step.prefixes["p"] == "jabber:iq:private")
        #expect(step.id?.pieces == [.text("x-"), .placeholder(.id)])
        #expect(step.send.text.hasPrefix("<iq") && step.send.text.hasSuffix("</iq>"))
        #expect(scenario.plan.login.timeouts.limit(of: "private") == .seconds(2))
    }

    @Test("are shown as they are, and are the same scenario when that is read again")
    func rendering() throws {
        let scenario = try read(least + "login: {steps: [bind, \(vcard), presence]}\n")
        let again = try read(scenario.rendered())
        #expect(again.plan.login == scenario.plan.login)
        #expect(again.canonicalText == scenario.canonicalText)
        #expect(scenario.canonicalText.contains("login.steps.1.expect: /c:iq[@type='result']\n"))
    }

    @Test("make the plan another one")
    func hash() throws {
        let one = try read(least + "login: {steps: [bind, \(vcard)]}\n")
        let other = try read(
            least + "login: {steps: [bind, \(vcard.replacing("vCard", with: "VCARD"))]}\n")
        #expect(one.plan.planHashText != other.plan.planHashText)
    }

    @Test("of all variants together are at most 16")
    func most() throws {
        let many = (1...17).map { "{name: s\($0), send: <presence/>}" }.joined(separator: ", ")
        #expect(
            refusal(of: least + "login:\n  steps: [bind, \(many)]\n").contains("at most 16 steps of your own"))
        let variants = (1...9).map { number in
            "    v\(number): {login.steps: [bind, {name: a\(number), send: <presence/>}, {name: b\(number), send: <presence/>}]}"
        }
        let text = "compare:\n  baseline: v1\n  variants:\n\(variants.joined(separator: "\n"))\n"
        #expect(refusal(of: least + text).contains("s.yml:6:3: the variants have 18 steps of your own"))
        let eight = text.split(separator: "\n").filter { !$0.contains("v9") }.joined(separator: "\n") + "\n"
        #expect(try read(least + eight).experiment?.ownSteps.count == 16)
    }

    /// What is wrong is pointed at in the file, however the scalar is written.
    @Test(
        "that are wrong are refused where they are",
        arguments: [
            (
                "login: {steps: [bind, {name: x, send: \"<iq type='get' id='{id}'><a></iq>\"}]}",
                "5:72: not a stanza: Opening and ending tag mismatch: a line 1 and iq"
            ),
            (
                "login: {steps: [bind, {name: x, send: '<iq type=\"get\" id=''{id}''><a b=''1'' b=''2''/></iq>'}]}",
                "5:85: not a stanza: Attribute b redefined"
            ),
            (
                #"login: {steps: [bind, {name: x, send: "<iq type=\"get\" id=\"{id}\">é<q:a/></iq>"}]}"#,
                "5:74: not a stanza: Namespace prefix q on a is not defined"
            ),
            (
                """
                login:
                  steps:
                    - bind
                    - name: x
                      send: |
                        <iq type='get' id='{id}'>
                          <a>&nbsp;</a>
                        </iq>
                """, "11:20: not a stanza: Entity 'nbsp' not defined"
            ),
            (
                """
                login:
                  steps:
                    - bind
                    - name: x
                      send: >-
                        <message>
                        <!-- no -->
                        </message>
                """, "11:9: a comment: XMPP forbids it (RFC 6120 section 11.1)"
            ),
            (
                "login: {steps: [bind, {name: x, send: <presence/><presence/>}]}",
                "5:50: not a stanza: Extra content at the end of the document"
            ),
            (
                "login: {steps: [bind, {name: x, send: \"<?xml version='1.0'?><presence/>\"}]}",
                "5:40: a processing instruction: XMPP forbids it (RFC 6120 section 11.1)"
            ),
            (
                "login: {steps: [bind, {name: x, send: \"<!DOCTYPE a><presence/>\"}]}",
                "5:40: a document type: XMPP forbids it (RFC 6120 section 11.1)"
            ),
            (
                "login: {steps: [bind, {name: x, send: <starttls/>}]}",
                "5:39: expected <iq/>, <message/> or <presence/>, found <starttls/>"
            ),
            (
                "login: {steps: [bind, {name: x, send: <message xmlns='jabber:server'/>}]}",
                "5:39: expected <iq/>, <message/> or <presence/>, found <message/>"
            ),
            ("login: {steps: [bind, {name: x, send: <iq type='result' id='1'/>}]}", "5:39: an iq asks something"),
            ("login: {steps: [bind, {name: x, send: <iq type='get'/>}]}", "5:39: an iq needs an id: id='{id}'"),
            (
                "login: {steps: [bind, {name: x, send: \"<message to='{nick}'/>\"}]}",
                "5:53: unknown placeholder {nick}: expected {id}, {jid}, {resource}, {user}, {domain} or {n}"
            ),
            (
                "login: {steps: [bind, {name: x, send: <presence/>, expect: \"/c:presence[\"}]}",
                "5:72: not an XPath: it cannot be read on from here"
            ),
            (
                "login: {steps: [bind, {name: x, send: <presence/>, expect: \"//v:vCard\"}]}",
                "5:63: not an XPath: no namespace has the prefix v"
            ),
            (
                """
                login:
                  steps:
                    - bind
                    - name: x
                      send: <presence/>
                      expect: /c:presence and
                        foo(.)
                """, "11:9: not an XPath: there is no function foo()"
            ),
            ("login: {steps: [bind, {name: sasl.1, send: <presence/>}]}", "5:30: sasl.1 is a phase already"),
            ("login: {steps: [bind, {name: presence, send: <presence/>}]}", "5:30: presence is a phase already"),
            (
                "login: {steps: [bind, {name: x, send: <presence/>}, {name: x, send: <presence/>}]}",
                "5:53: step x is given twice"
            ),
            ("login: {steps: [{name: x, send: <presence/>}, bind]}", "5:17: the first step is bind"),
            ("login: {steps: [bind, {name: x}]}", "5:23: missing key \"send\""),
        ])
    func refusals(_ text: String, _ message: String) {
        let shown = refusal(of: least + text + "\n")
        #expect(shown.hasPrefix("s.yml:\(message)"), "\(shown)")
    }

    @Test("with a variable in them are refused at their start, and an argument by its name")
    func elsewhere() {
        let text = least + "login: {steps: [bind, {name: x, send: \"<presence>${X}</presence>\"}]}\n"
        #expect(refusal(of: text, environment: ["X": "<"]).hasPrefix("s.yml:5:39: not a stanza: "))
        let argument = "login.steps=[bind, {name: x, send: <presence}]"
        #expect(refusal(of: least, overrides: [argument]).hasPrefix("--set \(argument): not a stanza: "))
    }
}
