/// The Erlang that makes the accounts once ejabberd runs, and then leaves a file that says so.
///
/// The first account is made as ejabberd makes it, with its one PBKDF2; the others are copies of its record.
struct EjabberdAccounts {
    let options: Ejabberd.Options
    let domain: String
    let folder: String

    /// Is there once all of them are.
    var marker: String { "\(folder)/ready" }
    static let importedFile = "accounts.xml"

    var expression: String {
        """
        {ok, _} = application:ensure_all_started(ejabberd), \
        \(options.accounts > 0 ? registration : "") \
        \(options.importedFile == nil ? "" : importing) \
        ok = file:write_file("\(marker)", "").
        """
    }

    /// The very code that `ejabberdctl` has the server run; it cannot be called from outside without distribution.
    private var importing: String {
        "0 = ejabberd_ctl:process([\"import_piefxis\", \"\(folder)/\(Self.importedFile)\"]),"
    }

    private var registration: String {
        """
        Domain = <<"\(domain)">>, \
        ejabberd_auth:try_register(<<"u1">>, Domain, <<"\(options.password)">>), \
        [First] = mnesia:dirty_read(passwd, {<<"u1">>, Domain}), \
        [mnesia:dirty_write(setelement(2, First, {<<"u", (integer_to_binary(N))/binary>>, Domain})) \
        || N <- lists:seq(2, \(options.accounts))],
        """
    }
}
