import Testing

@testable import Zlib

@Suite("A zlib stream")
struct StreamTests {
    private func deflate(_ texts: [String]) throws -> [UInt8] {
        let deflater = try Deflater()
        var bytes: [UInt8] = []
        for text in texts { Array(text.utf8).withUnsafeBytes { deflater.deflate($0, into: &bytes) } }
        return bytes
    }

    /// What the bytes come to, read so many at a time into a window of this size.
    private func inflate(_ bytes: [UInt8], at once: Int, window: Int = 64) throws -> [UInt8] {
        let inflater = try Inflater()
        var output: [UInt8] = []
        var room = [UInt8](repeating: 0, count: window)
        for start in stride(from: 0, to: bytes.count, by: once) {
            try Array(bytes[start..<min(start + once, bytes.count)]).withUnsafeBytes { read in
                var rest = read
                while true {
                    let count = try room.withUnsafeMutableBytes { try inflater.inflate(&rest, into: $0) }
                    guard count > 0 else { return }
                    output += room[..<count]
                }
            }
        }
        return output
    }

    @Test("comes out as it went in, however its reads are cut", arguments: [1, 2, 7, 4096])
    func cut(_ size: Int) throws {
        let stanzas = (0..<50).map { "<iq type='result' id='p\($0)' to='u\($0)@localhost/lt'/>" }
        let bytes = try deflate(stanzas)
        #expect(String(decoding: try inflate(bytes, at: size), as: UTF8.self) == stanzas.joined())
        #expect(bytes.count < stanzas.joined().utf8.count / 2)
    }

    @Test("each piece can be read as soon as it is there")
    func flushed() throws {
        let deflater = try Deflater()
        let inflater = try Inflater()
        var room = [UInt8](repeating: 0, count: 256)
        for text in ["<presence/>", "<iq/>", " "] {
            var bytes: [UInt8] = []
            Array(text.utf8).withUnsafeBytes { deflater.deflate($0, into: &bytes) }
            let count = try bytes.withUnsafeBytes { read in
                var rest = read
                return try room.withUnsafeMutableBytes { try inflater.inflate(&rest, into: $0) }
            }
            #expect(String(decoding: room[..<count], as: UTF8.self) == text)
        }
    }

    @Test("of much that compresses to little, no more is made at once than there is room for")
    func bomb() throws {
        let bytes = try deflate([String(repeating: " ", count: 4_000_000)])
        #expect(bytes.count < 100_000)
        #expect(try inflate(bytes, at: bytes.count, window: 1000).count == 4_000_000)
    }

    @Test("that is none is corrupt, at once or where it goes wrong")
    func corrupt() throws {
        #expect(throws: ZlibError.corrupt) { try inflate(Array("<?xml version='1.0'?>".utf8), at: 100) }
        var bytes = try deflate(["<iq/>", "<presence/>"])
        bytes[2] = 0xFF
        #expect(throws: ZlibError.corrupt) { try inflate(bytes, at: 100) }
    }

    @Test("that was ended takes no more")
    func ended() throws {
        let whole = try #require(Zlib.compress(Array("<iq/>".utf8)))
        #expect(throws: ZlibError.ended) { try inflate(whole + [0], at: 100) }
        #expect(throws: ZlibError.ended) { try inflate(whole, at: 100) }
    }
}
