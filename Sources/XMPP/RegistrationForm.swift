import SASL
import XMLStream

/// What an account is registered with.
struct NewAccount {
    var username: String
    var password: Secret
    var email: String

    /// The value of a field that is known by its name (XEP-0077 section 3.1); nil for any other.
    func value(of field: String) -> String? {
        switch field {
        case "username": username
        case "password": String(decoding: password.reveal(), as: UTF8.self)
        case "email": email
        default: nil
        }
    }
}

/// What a server asks of a new account: plain fields (XEP-0077 section 3.1), a data form (XEP-0004), or both.
///
/// Where username and password may be given as plain fields they are: every server understands those.
struct RegistrationForm {
    private let query: Element
    private let form: Element?

    /// The form cannot be answered.
    struct Unanswerable: Error {
        /// Groups what failed alike.
        var reason: String
        var example: String
    }

    init(_ query: Element) {
        self.query = query
        form = query.firstChild("x", Namespace.dataForms)
    }

    /// The content of the `<query/>` to be sent.
    ///
    /// - Throws: `Unanswerable` naming the field that is required and not known, such as a CAPTCHA's.
    func answer(_ account: NewAccount) throws(Unanswerable) -> String {
        let missing = form.map { Self.unknownFields(of: $0, account) } ?? unknownPlainFields(account)
        if let name = missing.first { throw unanswerable("registration asks for \(name)") }
        if has("username"), has("password") { return plainAnswer(account) }
        if let form, Self.names(of: form).contains("username"), Self.names(of: form).contains("password") {
            return Self.answer(form, account)
        }
        throw unanswerable("registration asks for no username and password")
    }

    private func unanswerable(_ reason: String) -> Unanswerable {
        let page = query.firstChild("x", Namespace.outOfBand)?.firstChild("url", Namespace.outOfBand)?.text.string
        let instructions = query.firstChild("instructions", Namespace.register)?.text.string
        return Unanswerable(reason: reason, example: page ?? instructions ?? "")
    }

    // MARK: Plain fields

    private func has(_ field: StaticString) -> Bool { query.firstChild(field, Namespace.register) != nil }

    private func unknownPlainFields(_ account: NewAccount) -> [String] {
        fieldNames.filter { $0 != "instructions" && account.value(of: $0) == nil }
    }

    private var fieldNames: [String] {
        query.children.filter { $0.isInNamespace(Namespace.register) }.map(\.localName)
    }

    private func plainAnswer(_ account: NewAccount) -> String {
        fieldNames.compactMap { name in
            account.value(of: name).map { "<\(name)>\(escaped($0))</\(name)>" }
        }.joined()
    }

    // MARK: Data form

    private static func fields(of form: Element) -> [Element] {
        form.children.filter { $0.matches("field", Namespace.dataForms) && $0.attribute("var") != nil }
    }

    private static func names(of form: Element) -> [String] { fields(of: form).map(name) }

    private static func name(_ field: Element) -> String { field.attribute("var")?.string ?? "" }

    /// The value that a field brings along: it is given back as it is.
    private static func preset(_ field: Element) -> String? {
        field.firstChild("value", Namespace.dataForms)?.text.string
    }

    private static func unknownFields(of form: Element, _ account: NewAccount) -> [String] {
        fields(of: form).filter { field in
            let isRequired = field.firstChild("required", Namespace.dataForms) != nil
            return isRequired && account.value(of: name(field)) == nil && preset(field) == nil
        }.map(name)
    }

    private static func answer(_ form: Element, _ account: NewAccount) -> String {
        let fields = fields(of: form).compactMap { field -> String? in
            guard let value = account.value(of: name(field)) ?? preset(field) else { return nil }
            return "<field var='\(escaped(name(field)))'><value>\(escaped(value))</value></field>"
        }
        return "<x xmlns='jabber:x:data' type='submit'>\(fields.joined())</x>"
    }
}
