// What is not said aloud. Whatever shows a password or a token, by whichever protocol, asks here before.

extension Login {
    /// Whether everybody on the way can read along, and must not read a secret.
    var isOverheard: Bool { script.encryption == .none && !mayShowSecrets }

    /// - Parameter what: that would be sent.
    mutating func refuseToShow(_ what: String, _ actions: inout [LoginAction]) {
        fail(
            .sasl, LoginFailure.plainWithoutTLS,
            "\(what) would show the password to everybody on the way: use TLS or another mechanism, "
                + "or say allow-plain-without-tls: true", &actions)
    }
}

extension LoginFailure {
    /// The condition of a login that would have shown its password, and did not.
    public static let plainWithoutTLS = "plain-without-tls"
}
