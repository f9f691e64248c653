/// What a key is for, in words.
struct Meaning: ExpressibleByStringLiteral {
    var words: String
    /// In place of the value that the least scenario has, where that would mislead.
    var initial: String?

    init(_ words: String, default initial: String? = nil) {
        self.words = words
        self.initial = initial
    }

    init(stringLiteral words: String) { self.init(words) }
}

/// By the key's path; `*` stands for all keys of a map that mean the same.
extension Grammar {
    static let meanings = scenarioMeanings.merging(targetMeanings) { $1 }.merging(accountMeanings) { $1 }
        .merging(loginMeanings) { $1 }.merging(loadMeanings) { $1 }.merging(sessionMeanings) { $1 }

    private static let scenarioMeanings: [String: Meaning] = [
        "name": "Names the scenario and its result folders.",
        "seed": Meaning("The same seed makes the same plan.", default: "random, and recorded"),
        "arrivals": "How logins are spaced: evenly, or at random with the same mean (a Poisson process).",
        "interval": Meaning(
            "How long a row of the files is, in whole seconds.", default: "`10s`; `1s` in runs under 5 min"),
        "target": "The server. An address alone is short for a map with it.",
        "accounts": "Who logs in.",
        "login": "How one logs in.",
        "load": "Stages, one after another.",
        "session": "What a session does once it is logged in.",
        "thresholds": Meaning(
            "What the verdict is made of: `PHASE p50|p90|p95|p99|p999|max|mean < DURATION`, "
                + "`failures < SHARE` or `disconnects < SHARE`, each with ` in STAGE` and ` over DURATION` (a sliding "
                + "window) if wanted; `drift p50|p99 < SHARE/h`, `failures drift < SHARE/h`, `server memory|descriptors|threads|cpu drift "
                + "< AMOUNT/h`, each with ` in STAGE` if wanted, and with ` shown` if it passes only where it is shown to "
                + "hold; `residue sessions|memory|descriptors|threads < AMOUNT`. `PHASE` is any row of `summary.csv` that the "
                + "scenario can have. Where none names `failures`, `failures < 1%` is judged too, and in a latency those who "
                + "were not reached rank above all others."),
        "thresholds.that": "The threshold.",
        "thresholds.abort": "Ends the run as soon as it is missed.",
        "compare":
            "Makes an experiment of the scenario: the same load for several variants, in blocks of random order.",
        "compare.baseline": "The variant that the others are compared with; it runs twice in each block.",
        "compare.variants": Meaning(
            "By name, the keys that a variant overrides: `{login.mechanism: PLAIN}`. Keys of `target`, "
                + "`accounts`, `login` and `session` can be."),
        "compare.blocks": Meaning(
            "How often each variant runs and is counted; with fewer than 10 nothing can be concluded.", default: "`10`"),
    ]

    private static let targetMeanings: [String: Meaning] = [
        "target.address":
            "Where the server listens; a domain alone is looked for by DNS (SRV). `embedded` starts one on this machine for the time of the run.",
        "target.domain": Meaning(
            "The XMPP domain: the stream's `to`, and the name that the certificate must have.",
            default: "the address's host; `localhost` for `embedded`"),
        "target.tls": "STARTTLS (RFC 6120), TLS from the first byte (XEP-0368), or none.",
        "target.tls-versions": "The TLS versions that may be agreed on. Openfire 4.x can hang on 1.3.",
        "target.tls-groups": Meaning("The key exchange groups to offer, best first.", default: "OpenSSL's own"),
        "target.verify": Meaning(
            "How the server's certificate is verified: by the system's roots, or not at all.",
            default: "`full`; the embedded server's is pinned"),
        "target.verify.ca": "A PEM file of authorities, in place of the system's.",
        "target.verify.pin": "Of the certificate itself, as `muster probe` prints it; nothing else is verified then.",
        "target.resume": "Whose TLS tickets are used again: nobody's, each account's own, or anybody's.",
        "target.process": Meaning(
            "The server's process, when it is on this machine: its processor time and memory are measured.",
            default: "`auto`: whoever listens at the address"),
        "target.heap": "Whether a JVM is asked for its heap after a full collection once the load is over (`jcmd`).",
        "target.owner-consents": "The owner of a target that is not this machine agrees to the load; required there.",
        "target.allow-plain-without-tls":
            "Lets PLAIN be used without TLS off this machine, where everybody on the way sees it.",
        "target.embedded": "What the embedded server does on purpose; for `address: embedded` only.",
        "target.embedded.delay": "How long it holds back its answer, by phase.",
        "target.embedded.delay.*": "How long the answer of this phase is held back.",
        "target.embedded.burn": "Processor time that each login costs it on top.",
        "target.embedded.leak": "Memory that each login costs it for good.",
        "target.embedded.fail": "The share of logins that it refuses with temporary-auth-failure.",
        "target.embedded.client-ca":
            "A PEM file: it asks clients for a certificate that one of these signed, as EXTERNAL needs.",
    ]

    private static let accountMeanings: [String: Meaning] = [
        "accounts.pattern": "Usernames by number: `{n}` is 1 to `count`.",
        "accounts.file":
            "A CSV file with the columns username, password, resource and token, in place of a pattern; it may be a pipe.",
        "accounts.anonymous": Meaning("Nobody has a name: SASL ANONYMOUS.", default: "`false`"),
        "accounts.count": "How many accounts the pattern makes.",
        "accounts.password": Meaning(
            "Of every account of the pattern; best as `${NAME}`.", default: "required, except at the embedded server"),
        "accounts.order": "In which order they log in. One that is online is passed over while a free one exists.",
        "accounts.reuse": "Whether an account may log in more than once.",
        "accounts.resource": Meaning(
            "The resource to bind; `{n}` is the account's number.", default: "the server makes it"),
        "accounts.certificate": "A client certificate for each account, or one for all; EXTERNAL logs in by it.",
        "accounts.certificate.cert":
            "The certificate, its chain after it; `{n}` and `{username}` stand for the account's.",
        "accounts.certificate.key": "Its key, without a passphrase; named likewise.",
    ]

    private static let loginMeanings: [String: Meaning] = [
        "login.mechanism": Meaning(
            "The SASL mechanism, or several in order of preference; `strongest` takes what binds to the TLS "
                + "connection first, then the better hash."),
        "login.profile":
            "The protocol that authenticates: SASL (RFC 6120), Extensible SASL (XEP-0388), or the old iq-auth (XEP-0078).",
        "login.bind2": Meaning(
            "Within Extensible SASL: binds along with the login (XEP-0386).", default: "`true` with `sasl2`"),
        "login.fast": Meaning(
            "Within Extensible SASL: keeps a token for the account's next login (XEP-0484).", default: "`false`"),
        "login.compression": "Compresses the stream (XEP-0138), before authentication or after it.",
        "login.roster-version":
            "Names the version of the contact list that is known: it is sent only where it changed.",
        "login.scram-cache":
            "Whether SCRAM's salted password is derived once per account (RFC 5802 allows it): another experiment.",
        "login.force":
            "Tries a mechanism that the server does not offer, and begins even where no login can succeed.",
        "login.steps": "What follows authentication, in this order.",
        "login.steps.name": "Names the step's phase.",
        "login.steps.send": "The stanza to send; `{id}` is its id.",
        "login.steps.expect": "An XPath that must be true of the answer; `c:` is jabber:client.",
        "login.limits": "What a server may ask of a login; beyond it the login fails by name.",
        "login.limits.stanza":
            "The longest stanza that is taken, such as the contact list of a company; so much is kept of each that is under way.",
        "login.limits.iterations":
            "The most iterations of SCRAM that are computed: more are refused as `too many iterations`.",
        "login.timeout": "How long a phase may take; a map gives phases their own: `{connect: 5s, login: 1m}`.",
    ]

    private static let loadMeanings: [String: Meaning] = [
        "load.ramp": "Logins at a rate that grows or falls evenly.",
        "load.ramp.from": "The rate at the start.",
        "load.ramp.to": "The rate at the end.",
        "load.ramp.for": "How long it lasts.",
        "load.hold": "Logins at one rate, whether or not the server keeps up.",
        "load.hold.rate": "Logins per time; `0/s` holds what is there.",
        "load.hold.for": "How long it lasts.",
        "load.burst": "All at once: the herd after a restart.",
        "load.burst.logins": "How many.",
        "load.crowd":
            "Closed: so many sessions are kept going, each slot starting its next login when the last is over.",
        "load.crowd.sessions": "How many at once.",
        "load.crowd.for": "How long it lasts.",
        "load.crowd.logins": Meaning("Ends it after so many attempts instead.", default: "required (or for)"),
        "load.outage":
            "The server goes, with every connection, and comes back: the embedded one by itself, any other by commands.",
        "load.outage.for": "From the moment that it is down until it is told to come back.",
        "load.outage.stop": Meaning(
            "The program that takes the server down, and its arguments; no shell reads them. Required unless the target is "
                + "`embedded`.", default: "none"),
        "load.outage.start": Meaning(
            "The program that brings it back. It is run whenever `stop` was, also when the run is interrupted.",
            default: "none"),
        "load.outage.timeout": Meaning("How long each of the two may take.", default: "`60s`"),
        "load.recovery":
            "Waits for those who lost their session in the outage before to come back; nobody new logs in meanwhile.",
        "load.recovery.share": Meaning("Ends it when so many of them are back.", default: "`100%`"),
        "load.recovery.within": "Ends it at the latest; the run has failed then.",
        "load.name": Meaning("Names the stage.", default: "its number and shape: `1-ramp`"),
        "load.arrivals": Meaning(
            "As the scenario's, for this stage; for `ramp` and `hold`.", default: "the scenario's"),
    ]

    private static let sessionMeanings: [String: Meaning] = [
        "session.stay": "How long a session stays once it is logged in; `until-end` holds it, `0s` logs out at once.",
        "session.ping": "How often it asks the server for a sign of life (XEP-0199).",
        "session.ping.whitespace": "How often it sends a space instead.",
        "session.whitespace": "How often it sends a space, which has no answer (RFC 6120 section 4.6.1).",
        "session.reconnect": "When a session that died comes back; `xmppframework` is `{after: 2s, every: 20s}`.",
        "session.reconnect.by": Meaning(
            "By a login, or by resumption (XEP-0198). A login with `login.fast` uses the token that the account kept.",
            default: "`login`"),
        "session.reconnect.after": Meaning("How long it waits for the first attempt.", default: "required"),
        "session.reconnect.every": "How long for each further one.",
        "session.reconnect.max": Meaning("Up to which the wait doubles instead.", default: "required (or every)"),
        "session.reconnect.jitter": Meaning(
            "Whether each wait is drawn at random up to its length; with `max`.", default: "`full`"),
    ]
}
