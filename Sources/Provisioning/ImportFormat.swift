import LoadPlan

/// What a server's own importer reads: a head, an entry for each account, a tail.
public struct ImportFormat: Sendable {
    let head: String
    let entry: @Sendable (Accounts.Account) -> String
    let tail: String
    /// How its reader is called, with `FILE` for the file.
    public let instructions: String
}

extension ImportFormat {
    /// For Openfire's plugin User Import/Export, which wants every element there, and ignores the dates.
    public static func openfire(domain: String) -> ImportFormat {
        ImportFormat(
            head: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Openfire>\n",
            entry: { account in
                let name = escaped(account.username)
                return """
                      <User>
                        <Username>\(name)</Username>
                        <Password>\(escaped(account.password.plain))</Password>
                        <Email>\(name)@\(escaped(domain))</Email>
                        <Name>\(name)</Name>
                        <CreationDate>0</CreationDate>
                        <ModifiedDate>0</ModifiedDate>
                        <Roster/>
                      </User>

                    """
            },
            tail: "</Openfire>\n",
            instructions: "Openfire's admin console, User Import & Export (a plugin): import FILE")
    }

    /// For ejabberd, and whoever else reads XEP-0227.
    public static func ejabberd(domain: String) -> ImportFormat {
        ImportFormat(
            head: """
                <?xml version='1.0' encoding='UTF-8'?>
                <server-data xmlns='urn:xmpp:pie:0'>
                <host jid='\(escaped(domain))'>

                """,
            entry: { "<user name='\(escaped($0.username))' password='\(escaped($0.password.plain))'/>\n" },
            tail: "</host>\n</server-data>\n", instructions: "ejabberdctl import_piefxis FILE")
    }

    /// For the console of a running Prosody (0.12), which reads it from its standard input: so no password becomes an
    /// argument, and accounts that exist are passed over.
    public static func prosody(domain: String) -> ImportFormat {
        ImportFormat(
            head: "",
            entry: { "user:create(\(quoted("\($0.username)@\(domain)")), \(quoted($0.password.plain)))\n" },
            tail: "", instructions: "prosodyctl shell < FILE")
    }

    /// Text as it may stand in XML content and in either kind of quotes.
    private static func escaped(_ text: String) -> String {
        let entities: [Character: String] = ["<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&apos;", "\"": "&quot;"]
        return text.map { entities[$0] ?? String($0) }.joined()
    }

    /// A string of Lua.
    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
