/// What is done to the accounts of a plan beforehand or afterwards.
public enum AccountChange: Sendable, Equatable {
    case creation
    case removal
}
