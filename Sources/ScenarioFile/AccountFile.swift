import LoadPlan

/// Reads accounts from CSV (RFC 4180): a header of `username`, `password`, `resource` and `token` in any order, then a
/// row an account. Messages name the row, and show nothing of it but a username.
struct AccountFile {
    let path: String
    /// Where the scenario names the file.
    let named: Place.Position
    let diagnostics: Diagnostics

    private static let columns = ["username", "password", "resource", "token"]
    private static let mostRows = 10_000_000

    func read(_ bytes: [UInt8]) -> [Accounts.Account]? {
        if FileBytes.isUTF16(bytes) {
            refuse(1, 1, "UTF-16: save the account file as UTF-8")
            return nil
        }
        var rows = CSVRows(bytes)
        do throws(CSVError) {
            guard let header = try rows.next(), let columns = columns(header) else {
                if bytes.isEmpty {
                    refuse(1, 1, "the file is empty: the first line names the columns, username among them")
                }
                return nil
            }
            return try accounts(&rows, columns)
        } catch {
            refuse(error.line, error.column, error.message)
            return nil
        }
    }

    /// Which column is which, as indices; nil where the header was refused.
    private func columns(_ header: CSVRow) -> [String: Int]? {
        var columns: [String: Int] = [:]
        guard header.fields.contains(where: Self.namesColumn) else {
            refuse(header.line, 1, "the first line names no column: expected \(Self.columns.joined(separator: ","))")
            return nil
        }
        for (index, field) in header.fields.enumerated() {
            let name = field.text.trimmed(of: [" "])
            guard Self.columns.contains(name) else {
                refuseColumn(name, header.line, field.column)
                return nil
            }
            guard columns.updateValue(index, forKey: name) == nil else {
                refuse(header.line, field.column, "column \"\(name)\" is given twice")
                return nil
            }
        }
        if columns["username"] == nil {
            refuse(header.line, 1, "missing column \"username\"")
            return nil
        }
        if columns["password"] == nil, columns["token"] == nil {
            refuse(header.line, 1, "missing column \"password\"")
            return nil
        }
        return columns
    }

    private func refuseColumn(_ name: String, _ line: Int, _ column: Int) {
        let signs: [(sign: Character, name: String)] = [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
        let other = signs.first { name.contains($0.sign) }
        let hint = other.map { ": columns are separated by commas, not by \($0.name)" } ?? ""
        let near = Nearest.to(name.lowercased(), among: Self.columns)
        refuse(line, column, "unknown column \"\(name.shortened)\"\(hint)", suggestion: other == nil ? near : nil)
    }

    /// Whether it is a header, right or wrong, and no account whose password is nobody's business.
    private static func namesColumn(_ field: CSVRow.Field) -> Bool {
        let text = field.text.lowercased()
        return columns.contains { text.contains($0) } || Nearest.to(text, among: columns) != nil
    }

    private func accounts(_ rows: inout CSVRows, _ columns: [String: Int]) throws(CSVError) -> [Accounts.Account]? {
        var accounts: [Accounts.Account] = []
        var lines: [String: Int] = [:]
        var refusals = 0
        while let row = try rows.next(), refusals < ScenarioErrors.limit {
            guard accounts.count < Self.mostRows else {
                refuse(row.line, 1, "too many: an account file has at most 10 million accounts")
                return nil
            }
            guard let account = account(row, columns), isNew(account, row, &lines, accounts) else {
                refusals += 1
                continue
            }
            accounts.append(account)
        }
        if accounts.isEmpty, refusals == 0 { refuse(1, 1, "no accounts in this file") }
        return accounts
    }

    private func account(_ row: CSVRow, _ columns: [String: Int]) -> Accounts.Account? {
        guard row.fields.count == columns.count else {
            refuse(row.line, 1, "expected \(columns.count) fields as in the header, found \(row.fields.count)")
            return nil
        }
        func field(_ name: String) -> CSVRow.Field? { columns[name].map { row.fields[$0] } }
        func text(_ name: String) -> String? { field(name).flatMap { $0.text.isEmpty ? nil : $0.text } }
        func refused(_ name: String, _ message: String) -> Accounts.Account? {
            refuse(row.line, field(name)?.column ?? 1, message)
            return nil
        }
        let username = text("username") ?? ""
        if let flaw = AccountText.flaw(inUsername: username) { return refused("username", flaw) }
        if isHeader(row, username) { return refused("username", "the header again: were files put together?") }
        let (password, token, resource) = (text("password"), text("token"), text("resource"))
        guard password != nil || token != nil else { return refused("password", "expected a password, found nothing") }
        if let flaw = password.flatMap(AccountText.flaw(inPassword:)) { return refused("password", flaw) }
        if let flaw = token.flatMap(AccountText.flaw(inToken:)) { return refused("token", flaw) }
        if let flaw = resource.flatMap(AccountText.flaw(inResource:)) { return refused("resource", flaw) }
        return Accounts.Account(
            username: username, password: Password(password ?? ""), resource: resource,
            token: token.map { Password($0) })
    }

    /// In whatever order its columns are.
    private func isHeader(_ row: CSVRow, _ username: String) -> Bool {
        Self.columns.contains(username) && row.fields.allSatisfy { Self.columns.contains($0.text) }
    }

    private func isNew(
        _ account: Accounts.Account, _ row: CSVRow, _ lines: inout [String: Int], _ others: [Accounts.Account]
    ) -> Bool {
        guard let first = lines.updateValue(row.line, forKey: AccountText.identity(of: account.username)) else {
            return true
        }
        let isSame = others.contains { $0.username == account.username }
        refuse(
            row.line, 1,
            "username \"\(account.username)\" "
                + (isSame
                    ? "is given twice, first in line \(first)"
                    : "is the account of line \(first): servers fold capitals and forms of writing"))
        return false
    }

    private func refuse(_ line: Int, _ column: Int, _ message: String, suggestion: String? = nil) {
        let place = Place.accounts(file: path, line: line, column: column, named: named)
        diagnostics.refuse(place, message, suggestion: suggestion)
    }
}

/// What RFC 4180 does not allow, and where.
struct CSVError: Error {
    var line: Int
    var column: Int
    var message: String
}

/// A row with the places of its fields.
struct CSVRow {
    struct Field {
        var text: String
        /// From 1, in bytes.
        var column: Int
    }

    var line: Int
    var fields: [Field]
}

/// Cuts CSV into rows, one at a time. Empty lines are passed over; a line may end in CRLF or LF.
struct CSVRows {
    private let bytes: [UInt8]
    private var position: Int
    private var line = 1
    private var lineStart: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        lineStart = position
    }

    /// The next row; nil at the end.
    mutating func next() throws(CSVError) -> CSVRow? {
        while takeLineEnd() {}
        guard position < bytes.count else { return nil }
        var row = CSVRow(line: line, fields: [])
        repeat { row.fields.append(try field()) } while take(UInt8(ascii: ","))
        guard position == bytes.count || takeLineEnd() else {
            throw error("expected a comma or the end of the line after a quoted field")
        }
        return row
    }

    private mutating func field() throws(CSVError) -> CSVRow.Field {
        let column = position - lineStart + 1
        let text = take(UInt8(ascii: "\"")) ? try quoted() : try plain()
        guard let text = String(validating: text, as: UTF8.self) else {
            throw CSVError(line: line, column: column, message: "not UTF-8: an account file is UTF-8 text")
        }
        return CSVRow.Field(text: text, column: column)
    }

    private mutating func plain() throws(CSVError) -> [UInt8] {
        let start = position
        while position < bytes.count, !isEnd(bytes[position]) {
            switch bytes[position] {
            case UInt8(ascii: "\""): throw error("a quote inside a field that is not quoted")
            case UInt8(ascii: "\r"): throw error("a carriage return alone: a line ends in LF or CRLF")
            default: break
            }
            position += 1
        }
        return Array(bytes[start..<position])
    }

    private mutating func quoted() throws(CSVError) -> [UInt8] {
        let start = error("a quoted field without its closing quote")
        var text: [UInt8] = []
        while position < bytes.count {
            if take(UInt8(ascii: "\"")) {
                guard take(UInt8(ascii: "\"")) else { return text }
                text.append(UInt8(ascii: "\""))
            } else {
                text.append(bytes[position])
                advance()
            }
        }
        throw start
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n")
            || (byte == UInt8(ascii: "\r") && bytes[position...].dropFirst().first == UInt8(ascii: "\n"))
    }

    private mutating func takeLineEnd() -> Bool {
        guard position < bytes.count, isEnd(bytes[position]), bytes[position] != UInt8(ascii: ",") else { return false }
        if bytes[position] == UInt8(ascii: "\r") { position += 1 }
        advance()
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func advance() {
        let isLineEnd = bytes[position] == UInt8(ascii: "\n")
        position += 1
        guard isLineEnd else { return }
        line += 1
        lineStart = position
    }

    private func error(_ message: String) -> CSVError {
        CSVError(line: line, column: position - lineStart + 1, message: message)
    }
}
