/// What a read held. Elements are valid until the next call of `next` with the same scratch; a later use traps.
public enum StreamEvent {
    /// The stream header: its start tag. Whether it is `<stream:stream>` is the caller's to judge.
    case opened(Element)
    /// A complete first-level child of the stream.
    case stanza(Element)
    /// The stream's end tag.
    case closed
}
