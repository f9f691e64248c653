/// A value kept elsewhere, so that one that few logins have costs the others a pointer. Copies have a value of their own
/// (copy on write).
struct Boxed<Value: Sendable>: Sendable {
    private final class Storage: @unchecked Sendable {  // written only while it has a single owner
        var value: Value
        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    init(_ value: Value) { storage = Storage(value) }

    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}
