import Zlib

// Compression between the stream and what carries it: above TLS, where there is any (XEP-0138).

/// Both directions of a connection that compresses.
final class Compression {
    let deflater: Deflater
    let inflater: Inflater
    /// What has not had its turn yet, and when it came; nil where all was delivered.
    private var waiting: (bytes: [UInt8], receipt: Receipt)?

    init() throws(ZlibError) {
        deflater = try Deflater()
        inflater = try Inflater()
    }

    var isWaiting: Bool { waiting != nil }

    /// Keeps it for a later turn.
    func keep(_ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        unsafe waiting = ((waiting?.bytes ?? []) + bytes, receipt)
    }

    func takeWaiting() -> (bytes: [UInt8], receipt: Receipt)? {
        defer { waiting = nil }
        return waiting
    }
}

extension Lane {
    /// Compresses what is sent and uncompresses what is received from here on.
    ///
    /// - Throws: `TransportFailure.local` if there is no memory for it.
    public func startCompression(on connection: ConnectionID) throws(TransportFailure) {
        checkQueue()
        guard let index = live(connection) else { return }
        do throws(ZlibError) { connections[index].compression = try Compression() } catch {
            throw TransportFailure(error)
        }
        if unsafe inflated.baseAddress == nil {
            unsafe inflated = .allocate(byteCount: Self.windowSize, alignment: 16)
        }
    }

    /// Hands received bytes of the stream over, a window at a time: a few of them may stand for any number.
    func hand(_ bytes: UnsafeRawBufferPointer, to index: Int, _ receipt: Receipt) {
        let connection = id(of: index)
        guard let compression = connections[index].compression else {
            return tell { unsafe $0.laneDidReceive(connection, bytes, receipt) }
        }
        if compression.isWaiting { return unsafe compression.keep(bytes, receipt) }
        unsafe inflate(bytes, compression, of: connection, receipt)
    }

    /// What comes to more than a connection's share of a turn waits for the next one.
    func inflate(
        _ bytes: UnsafeRawBufferPointer, _ compression: Compression, of connection: ConnectionID, _ receipt: Receipt
    ) {
        var (rest, made) = unsafe (bytes, 0)
        while let index = live(connection) {
            if made >= Self.inflatedInATurn || isOwedMuch(index) {
                unsafe compression.keep(rest, receipt)
                return holdBack(index)
            }
            do {
                let count = unsafe try compression.inflater.inflate(&rest, into: inflated)
                guard count > 0 else { return }
                made += count
                tell {
                    unsafe $0.laneDidReceive(
                        connection, UnsafeRawBufferPointer(rebasing: inflated[..<count]), receipt)
                }
            } catch { return fail(index, TransportFailure(error), at: receipt.read) }
        }
    }

    private static let inflatedInATurn = 4 * windowSize

    func compress(_ bytes: UnsafeRawBufferPointer, with compression: Compression) -> [UInt8] {
        var deflated: [UInt8] = []
        unsafe compression.deflater.deflate(bytes, into: &deflated)
        return deflated
    }
}
