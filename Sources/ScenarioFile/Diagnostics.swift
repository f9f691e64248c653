/// Where a value was written.
enum Place: Hashable, Sendable {
    case scenario(line: Int, column: Int)
    /// The `--set` argument with this number.
    case argument(Int)
    /// A row of an account file, named by the scenario's line and column.
    case accounts(file: String, line: Int, column: Int, named: Position)

    struct Position: Hashable, Sendable {
        var line: Int
        var column: Int
    }

    /// As far to the right on the same line.
    func advanced(by columns: Int) -> Place {
        guard case .scenario(let line, let column) = self else { return self }
        return .scenario(line: line, column: column + columns)
    }

    /// What errors are sorted by: the scenario's in file order, then arguments.
    var order: [Int] {
        switch self {
        case .scenario(let line, let column): [0, line, column]
        case .argument(let number): [1, number]
        case .accounts(_, let line, let column, let named): [0, named.line, named.column, line, column]
        }
    }
}

/// Gathers what is wrong, so that all of it can be said at once.
final class Diagnostics {
    let source: SourceText
    /// The `--set` arguments as they may be shown.
    var arguments: [String] = []
    private var findings: [Finding] = []
    private var seen: Set<Seen> = []
    private(set) var warnings: [ScenarioError] = []
    private(set) var objections: [ScenarioError] = []
    private var keys: [Place: [String]] = [:]

    private struct Finding {
        var place: Place
        var isMissing: Bool
        var message: String
        var suggestion: String?
        var order: [Int] { [isMissing ? 1 : 0] + place.order }
    }

    private struct Seen: Hashable {
        var place: Place
        var message: String
    }

    init(_ source: SourceText) { self.source = source }

    /// Whether something was refused.
    var hasErrors: Bool { !findings.isEmpty }

    func refuse(_ place: Place, _ message: String, suggestion: String? = nil) {
        add(place, message, suggestion: suggestion, isMissing: false)
    }

    /// A required key that is not there; said after everything else.
    func miss(_ key: String, from place: Place, because reason: String = "") {
        add(place, "missing key \"\(key)\"\(reason)", suggestion: nil, isMissing: true)
    }

    func warn(_ place: Place, _ message: String) {
        warnings.append(error(place, message, suggestion: nil))
    }

    /// What can be run, and will not pass.
    func object(_ place: Place, _ message: String) {
        objections.append(error(place, message, suggestion: nil))
    }

    /// Keeps in mind which keys the map at a place may have.
    func note(_ keys: [String], at place: Place) { self.keys[place] = keys }

    /// Which keys the map that was read at a place may have; nil if none was.
    func keys(at place: Place) -> [String]? { keys[place] }

    /// What was said of the value at a place, in the order of its saying.
    func messages(at place: Place) -> [String] { findings.filter { $0.place == place }.map(\.message) }

    /// All that was refused, or nothing.
    func check() throws(ScenarioErrors) {
        guard hasErrors else { return }
        let sorted = findings.enumerated().sorted {
            $0.element.order == $1.element.order
                ? $0.offset < $1.offset : $0.element.order.lexicographicallyPrecedes($1.element.order)
        }
        let shown = sorted.prefix(ScenarioErrors.limit).map(\.element)
        throw ScenarioErrors(
            shown.map { error($0.place, $0.message, suggestion: $0.suggestion) }, omitted: findings.count - shown.count)
    }

    private func add(_ place: Place, _ message: String, suggestion: String?, isMissing: Bool) {
        guard seen.insert(Seen(place: place, message: message)).inserted else { return }
        findings.append(Finding(place: place, isMissing: isMissing, message: message, suggestion: suggestion))
    }

    private func error(_ place: Place, _ message: String, suggestion: String?) -> ScenarioError {
        switch place {
        case .scenario(let line, let column):
            let shown = SecretMask.mask(source, line: line, column: column)
            return ScenarioError(
                file: source.path, line: line, column: column,
                message: shown.isSecret ? SecretMask.coverQuotes(message) : message, sourceLine: shown.line,
                suggestion: suggestion, caret: shown.caret)
        case .argument(let number):
            return ScenarioError(file: "--set \(arguments[number])", message: message, suggestion: suggestion)
        case .accounts(let file, let line, let column, _):
            return ScenarioError(
                file: file, line: line, column: column, message: message, suggestion: suggestion)
        }
    }
}
