import XMLStream

// Roster versions (RFC 6121 section 2.6).

extension Login {
    var rosterRequest: [UInt8] {
        offers.contains(.rosterVersion) ? LoginScript.roster(since: identity?.rosterVersion ?? "") : LoginScript.roster
    }

    /// Tells of the version that a result or a push carries. An empty result has none: the roster is as it was.
    func keepRosterVersion(of stanza: Element, _ actions: inout [LoginAction]) {
        guard let query = stanza.firstChild("query", Namespace.roster), let version = query.attribute("ver")?.string,
            version.utf8.count <= Self.longestVersion
        else { return }
        actions.append(.rosterVersion(version))
    }

    /// Of more bytes than this none is kept: there is one for each account.
    private static let longestVersion = 256
}
