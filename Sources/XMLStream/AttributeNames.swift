/// Whether an element has an attribute twice, by its name or by its expanded name (Namespaces in XML 1.0 section 6.3).
///
/// The time for an element is linear in its attributes; a namespace's name is read once a stanza, however often it is
/// meant. `steps` counts comparisons and look-ups since the stanza began.
struct AttributeNames: Sendable {
    /// So few are compared with each other.
    private static let mostCompared = 8

    /// By the token of a declaration: declarations of one namespace have the same number, or the header's.
    private var numbers: [Int: Int] = [:]
    private var numbersByName: [[UInt8]: Int] = [:]
    private var seen: Set<Name> = []
    private(set) var steps = 0

    private struct Name: Hashable {
        let namespace: Int
        let local: [UInt8]
    }

    mutating func removeAll() {
        steps = 0
        guard !numbers.isEmpty else { return }
        numbers = [:]
        numbersByName = [:]
    }

    /// The first token whose name an earlier one has; nil where all differ.
    mutating func firstTwice(
        _ attributes: Range<Int>, _ tokens: [Token], in view: ByteView, _ scope: NamespaceScope
    ) -> Int? {
        guard attributes.count > Self.mostCompared else { return compareAll(attributes, tokens, in: view, scope) }
        defer { seen.removeAll(keepingCapacity: true) }
        return attributes.first { index in
            steps += 1
            return !seen.insert(name(of: tokens[index], tokens, in: view, scope)).inserted
        }
    }

    private mutating func compareAll(
        _ attributes: Range<Int>, _ tokens: [Token], in view: ByteView, _ scope: NamespaceScope
    ) -> Int? {
        for index in attributes.dropFirst() {
            for earlier in attributes.lowerBound..<index {
                steps += 1
                if isSame(tokens[earlier], tokens[index], tokens, in: view, scope) { return index }
            }
        }
        return nil
    }

    private mutating func isSame(
        _ left: Token, _ right: Token, _ tokens: [Token], in view: ByteView, _ scope: NamespaceScope
    ) -> Bool {
        if view.equals(left.nameRange, right.nameRange) { return true }
        guard left.prefixLength > 0, right.prefixLength > 0, !left.isDeclaration, !right.isDeclaration,
            view.equals(left.localRange, right.localRange)
        else { return false }
        return number(of: left, tokens, in: view, scope) == number(of: right, tokens, in: view, scope)
    }

    private mutating func name(
        of token: Token, _ tokens: [Token], in view: ByteView, _ scope: NamespaceScope
    ) -> Name {
        guard !token.isDeclaration, token.prefixLength > 0 else {
            return Name(namespace: Self.noNamespace, local: view.array(token.nameRange))
        }
        return Name(namespace: number(of: token, tokens, in: view, scope), local: view.array(token.localRange))
    }

    private static let noNamespace = -1
    private static let xml = -2
    private static let stream = -3

    /// Of the namespace that an attribute's prefix stands for.
    private mutating func number(
        of attribute: Token, _ tokens: [Token], in view: ByteView, _ scope: NamespaceScope
    ) -> Int {
        if let header = attribute.binding.headerNumber { return scope.firstOfNamespace[header] }
        guard let declaration = attribute.binding.token else {
            return view.equals(attribute.prefixRange, "xml") ? Self.xml : Self.stream
        }
        if let known = numbers[declaration] { return known }
        steps += 1
        let name = Text.decode(tokens[declaration], in: view)
        let number = scope.numberByName[name] ?? numbersByName[name] ?? scope.bindings.count + numbers.count
        numbers[declaration] = number
        numbersByName[name] = number
        return number
    }
}
