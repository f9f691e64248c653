import TestSupport
import Testing

@Suite("Recorded Openfire conversations")
struct OpenfireReplayTests {
    /// The server's side of each recording, answered by a login value in place of the recorded client. Where that client
    /// misbehaved on purpose, or spoke what a login does not (registration), the value
    /// ends by a named failure, or waits for what the server had no reason to send: a timeout of that phase.
    static let ends: [String: String] = [
        "ANONYMOUS-plaintext": "logged in, then logged out",
        "ANONYMOUS-tls": "logged in, then logged out",
        "CRAM-MD5-plaintext": "logged in, then logged out",
        "CRAM-MD5-tls": "logged in, then logged out",
        "DIGEST-MD5-plaintext": "logged in, then logged out",
        "DIGEST-MD5-tls": "logged in, then logged out",
        "JIVE-SHAREDSECRET-plaintext": "logged in, then logged out",
        "JIVE-SHAREDSECRET-tls": "logged in, then logged out",
        "PLAIN-plaintext": "logged in, then logged out",
        "PLAIN-tls": "logged in, then logged out",
        "SCRAM-SHA-1-plaintext": "logged in, then logged out",
        "SCRAM-SHA-1-tls": "logged in, then logged out",
        "anonymous-with-trace": "logged in",
        "bad-content-ns": "greeting: stream: invalid-namespace",
        "bad-host": "waiting in sasl",
        "bad-xml": "sasl: closed: by </stream:stream>",
        "bind-no-resource": "waiting in session",
        "conflict-second": "logged in, then logged out",
        "conflict": "logged in, then online: stream: conflict",
        "cram-unknown-user": "sasl: sasl: not-authorized",
        "cram-wrongpw": "sasl: sasl: not-authorized",
        "default-ns-stream": "waiting in greeting",
        "digest-uri-host": "sasl: sasl: not-authorized",
        "digest-wrongpw": "sasl: sasl: not-authorized",
        "disco-ping-vcard": "logged in",
        "doctype": "logged in",
        "garbage": "waiting in greeting",
        "half-close": "logged in, then end of file in online",
        "idle-authenticated": "logged in, then online: closed: by </stream:stream>",
        "idle-tcp-only": "greeting: closed: by </stream:stream>",
        "idle-unauthenticated": "sasl: closed: by </stream:stream>",
        "iq-before-auth": "sasl: protocol: expected <challenge/> or <success/>, came <iq/>",
        "jive-leading-nul": "waiting in restart",
        "jive-no-ir": "sasl: sasl: unexpected-message",
        "jive-wrong": "sasl: sasl: not-authorized",
        "logout-presence-then-close": "logged in, then logged out",
        "message-before-auth": "sasl: protocol: expected <challenge/> or <success/>, came <message/>",
        "no-restart-bind": "restart: protocol: expected <stream:stream>, came <iq/>",
        "no-session-ok": "waiting in session",
        "no-to": "waiting in sasl",
        "other-prefix": "waiting in greeting",
        "pipelined-all": "waiting in session",
        "pipelined-auth-stream": "waiting in bind",
        "plain-authzid-self": "waiting in restart",
        "plain-authzid-user": "waiting in restart",
        "plain-jid-authcid": "waiting in restart",
        "plain-no-ir": "sasl: sasl: unexpected-message",
        "presence-echo-second": "logged in, then logged out",
        "presence-echo": "logged in",
        "presence-sequence": "logged in, then logged out",
        "restart-without-xmldecl": "waiting in bind",
        "roster-before-bind": "waiting in bind",
        "sasl-abort": "sasl: sasl: aborted",
        "sasl-bad-password-x4": "sasl: sasl: not-authorized",
        "sasl-external": "sasl: sasl: mechanism-not-offered",
        "sasl-unknown-mech": "sasl: sasl: mechanism-not-offered",
        "sasl-unknown-user-scram": "waiting in sasl",
        "scram-authzid": "waiting in sasl",
        "scram-no-ir": "sasl: sasl: not-authorized",
        "scram-p-flag": "waiting in sasl",
        "scram-y-flag": "waiting in sasl",
        "scramonly-tls": "logged out",
        "shutdown-authenticated": "logged in, then online: stream: system-shutdown",
        "shutdown-unauthenticated": "sasl: stream: system-shutdown",
        "sm-enable": "logged in, then logged out",
        "split-bytes": "waiting in bind",
        "starttls-pipelined-hello": "waiting in sasl",
        "starttls-twice": "sasl: protocol: expected <challenge/> or <success/>, came <failure/>",
        "tls-TLSv1": "waiting in tls",
        "tls-TLSv1_1": "waiting in tls",
        "tls-TLSv1_2-resume": "logged in, then logged out",
        "tls-TLSv1_2": "logged in, then logged out",
        "tls-TLSv1_3-resume": "logged in, then logged out",
        "tls-TLSv1_3": "waiting in tls",
        "tls-cert": "logged out",
        "tls-required-iq": "greeting: protocol: the server requires STARTTLS",
        "tls-required": "greeting: protocol: the server requires STARTTLS",
        "tls13-coalesced-finished": "waiting in sasl",
        "unknown-element": "logged in, then online: closed: by </stream:stream>",
        "whitespace-ping": "logged in",
        "xep0077-existing": "sasl: protocol: expected <challenge/> or <success/>, came <iq/>",
        "xep0077-register-new": "sasl: protocol: expected <challenge/> or <success/>, came <iq/>",
        "xep0078-bad": "iq-auth: protocol: expected <iq/>, came <iq/>",
        "xep0078-digest-oldstream": "logged out",
        "xep0078-plain": "logged in, then logged out",
        "zlib-after-auth": "logged in, then logged out",
        "zlib-bad-method": "compress: protocol: compression refused: unsupported-method",
        "zlib-before-auth": "logged in, then logged out",
        "zlib-plain-notls": "logged in, then logged out",
    ]

    @Test("every recording is in the table")
    func tableIsComplete() {
        #expect(OpenfireTranscript.all.count == 89)
        #expect(Set(OpenfireTranscript.all.map(\.name)) == Set(Self.ends.keys))
    }

    @Test("ends as it should", arguments: OpenfireTranscript.all)
    func end(_ transcript: OpenfireTranscript) {
        #expect(Replay.outcome(of: transcript).outcome == Self.ends[transcript.name])
    }

    @Test("ends the same, and says the same, wherever its reads are cut", arguments: OpenfireTranscript.all)
    func cutAtEveryByte(_ transcript: OpenfireTranscript) {
        let recording = Recording(transcript)
        let whole = Replay.outcome(of: transcript, recording)
        for cut in stride(from: 1, to: transcript.longestRead, by: 1) {
            let replay = Replay.outcome(of: transcript, recording, cut: cut)
            #expect(replay.outcome == whole.outcome, "cut at \(cut)")
            #expect(replay.sent == whole.sent, "cut at \(cut)")
        }
    }

    @Test(
        "the recorded client's own bytes are reproduced",
        arguments: ["SCRAM-SHA-1-tls", "SCRAM-SHA-1-plaintext", "CRAM-MD5-tls"])
    func reproduces(_ name: String) throws {
        let transcript = try #require(OpenfireTranscript.all.first { $0.name == name })
        let recorded = transcript.events.compactMap { event -> String? in
            guard case .client(let text, _) = event, text.hasPrefix("<response") else { return nil }
            return text
        }
        let said = Replay.outcome(of: transcript).sent.filter { $0.hasPrefix("<response") }
        #expect(said.first == recorded.first)
    }

    @Test("the recorded client's digest is reproduced, and its password is sent as it was")
    func reproducesIQAuth() throws {
        for name in ["xep0078-digest-oldstream", "xep0078-plain"] {
            let transcript = try #require(OpenfireTranscript.all.first { $0.name == name })
            let recorded = transcript.events.compactMap { event -> String? in
                guard case .client(let text, _) = event, text.contains("id='a2'") else { return nil }
                return text.replacing(" to='localhost'", with: "")
            }
            #expect(Replay.outcome(of: transcript).sent.contains(try #require(recorded.first)))
        }
    }

    @Test("EXTERNAL, which that server does not offer, is said as it was recorded when forced, and refused by name")
    func forcedExternal() throws {
        let transcript = try #require(OpenfireTranscript.all.first { $0.name == "sasl-external" })
        let replay = Replay.outcome(of: transcript, force: true)
        #expect(replay.outcome == "sasl: sasl: not-authorized")
        #expect(
            replay.sent.last == "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
    }
}
