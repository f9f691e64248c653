/// Every key of a scenario with its kind of value, its default and its meaning: the reference, made by asking the checker.
public struct ScenarioReference {
    /// A map of the scenario.
    struct Section {
        var path: KeyProbe.Path
        var rows: [Row]
    }

    struct Row {
        var key: String
        var kind: String
        var initial: String
        var meaning: String
    }

    private(set) var sections: [Section] = []
    /// Keys that nobody has said the meaning of.
    public private(set) var undocumented: [String] = []
    /// Meanings of keys that there are not.
    public private(set) var outdated: [String] = []
    private var used: Set<String> = []
    private let defaults = Dictionary(grouping: KeyProbe.defaults) { $0.path.joined(separator: ".") }

    public init() {
        add([], KeyProbe.answer(at: []))
        outdated = Grammar.meanings.keys.filter { !used.contains($0) }.sorted()
    }

    /// A map and those within it, in the order of their keys.
    private mutating func add(_ path: KeyProbe.Path, _ map: KeyProbe.Answer, leavingOut: [String] = []) {
        let keys = (map.keys ?? []).filter { !leavingOut.contains($0) }
        let name = Self.name(path)
        if let meaning = meaning(of: "\(name).*") {
            let kind = KeyProbe.answer(at: path + keys.prefix(1)).kind ?? ""
            let row = Row(
                key: keys.map { "`\($0)`" }.joined(separator: ", "), kind: kind, initial: "", meaning: meaning.words)
            return sections.append(Section(path: path, rows: [row]))
        }
        let place = sections.count
        sections.append(Section(path: path, rows: []))
        for key in keys {
            let answer = KeyProbe.answer(at: path + [key], beside: keys)
            sections[place].rows.append(row(key, path, answer, required: map.required[key]))
            if answer.keys != nil { add(path + [key], answer, leavingOut: Self.keysBeside(keys, in: path)) }
            if answer.isList { addElement(of: path + [key]) }
        }
    }

    private mutating func addElement(of list: KeyProbe.Path) {
        let element = KeyProbe.answer(at: list + ["0"])
        if element.keys != nil { add(list + ["0"], element) }
    }

    /// What may stand beside a stage's shape is told there, and not once more for each shape.
    private static func keysBeside(_ keys: [String], in path: KeyProbe.Path) -> [String] {
        path.last == "0" ? keys : []
    }

    private mutating func row(
        _ key: String, _ path: KeyProbe.Path, _ answer: KeyProbe.Answer, required: String?
    ) -> Row {
        let name = Self.name(path + [key])
        let meaning = meaning(of: name)
        if meaning == nil { undocumented.append(name) }
        let initial = meaning?.initial ?? required.map { "required\($0)" } ?? defaultValue(of: path + [key])
        return Row(key: "`\(key)`", kind: kind(answer, path + [key]), initial: initial, meaning: meaning?.words ?? "")
    }

    private func kind(_ answer: KeyProbe.Answer, _ path: KeyProbe.Path) -> String {
        var kinds = [answer.kind.map { $0 + (answer.takesList ? ", or a list" : "") }]
        if answer.isList { kinds[0] = answer.kind.map { $0 + Self.each(of: path) } }
        if answer.keys != nil { kinds.append("a map: see `\(Self.title(path))`") }
        return kinds.compactMap(\.self).joined(separator: ", or ")
    }

    private static func each(of list: KeyProbe.Path) -> String {
        let element = KeyProbe.answer(at: list + ["0"])
        let map = element.keys == nil ? nil : "a map: see `\(title(list + ["0"]))`"
        let kinds = [element.kind, map].compactMap(\.self)
        return kinds.isEmpty ? "" : ", each " + kinds.joined(separator: ", or ")
    }

    private func defaultValue(of path: KeyProbe.Path) -> String {
        let name = path.joined(separator: ".")
        if let value = defaults[name]?.first?.value { return "`\(value)`" }
        var elements: [String] = []
        while let value = defaults["\(name).\(elements.count)"]?.first?.value { elements.append(value) }
        return elements.isEmpty ? "none" : "`[\(elements.joined(separator: ", "))]`"
    }

    private mutating func meaning(of name: String) -> Meaning? {
        used.insert(name)
        return Grammar.meanings[name]
    }

    /// What meanings are found by: the path without the numbers of elements.
    private static func name(_ path: KeyProbe.Path) -> String { path.filter { Int($0) == nil }.joined(separator: ".") }

    /// What a map is called: `load[].ramp`.
    static func title(_ path: KeyProbe.Path) -> String {
        path.reduce("") { $0 + (Int($1) != nil ? "[]" : $0.isEmpty ? $1 : ".\($1)") }
    }
}
