/// Why a zlib stream cannot go on.
public enum ZlibError: Error, Sendable, Equatable {
    /// The bytes are no zlib stream, or their check sum is wrong.
    case corrupt
    /// The stream was ended by its writer, and more came.
    case ended
    case outOfMemory
}
