/// What the scenario language knows by name and this version cannot do yet: it is refused by name, never ignored.
enum NotYetSupported {
    static let mechanisms: Set<String> = ["X-OAUTH2", "X-FACEBOOK-PLATFORM", "GSSAPI", "NTLM"]
}
