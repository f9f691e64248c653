import Zlib

// Compression between the stream and what carries it: above TLS, where there is any (XEP-0138).

/// Both directions of a connection that compresses.
final class Compression {
    let deflater: Deflater
    let inflater: Inflater

    init() throws(ZlibError) {
        deflater = try Deflater()
        inflater = try Inflater()
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
        var rest = unsafe bytes
        while live(connection) != nil {
            do {
                let count = unsafe try compression.inflater.inflate(&rest, into: inflated)
                guard count > 0 else { return }
                tell {
                    unsafe $0.laneDidReceive(
                        connection, UnsafeRawBufferPointer(rebasing: inflated[..<count]), receipt)
                }
            } catch { return fail(index, TransportFailure(error), at: receipt.read) }
        }
    }

    func compress(_ bytes: UnsafeRawBufferPointer, with compression: Compression) -> [UInt8] {
        var deflated: [UInt8] = []
        unsafe compression.deflater.deflate(bytes, into: &deflated)
        return deflated
    }
}
