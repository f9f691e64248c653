/// What the scenario language has and this version cannot do yet.
///
/// Such a key is checked like any other, then refused by name, never ignored. This is the only place that says so: what
/// becomes possible loses its case here, and the compiler points at what then has to be read.
enum NotYetSupported: String {
    case slidingWindow = "a threshold over a sliding window"
    case abortion = "a threshold with abort: true"
    case trend = "a threshold on drift or residue"
    case customStep = "a login step of your own"

    /// Mechanisms that are known by name.
    static let mechanisms: Set<String> = ["X-OAUTH2", "X-FACEBOOK-PLATFORM", "GSSAPI", "NTLM"]
}

extension Diagnostics {
    func refuse(_ place: Place, notYet feature: NotYetSupported) {
        refuse(place, "\(feature.rawValue) is not yet supported")
    }
}
