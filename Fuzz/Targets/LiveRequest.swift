import LivePage

/// The head of a request to the live page: bounded, read alike wherever reads are cut, and of one line for each thing it says.
func fuzzHTTP(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let length = input.byte()
    let reading = LiveReading(input.pieces(of: 0))
    precondition(reading == LiveReading(input.pieces(of: length)))
    guard case .head(let head) = reading else { return }
    precondition(head.path.hasPrefix("/") && !head.path.contains("?"))
    precondition(![head.method, head.path, head.host].contains { $0.utf8.contains(UInt8(ascii: "\n")) })
}

/// What a request comes to.
private enum LiveReading: Equatable {
    case head(RequestHead)
    case refused(RequestHead.Refusal)
    case unfinished

    init(_ pieces: [[UInt8]]) {
        var buffer = HeadBuffer()
        do throws(RequestHead.Refusal) {
            for piece in pieces where try buffer.add(piece) {
                self = .head(try RequestHead(buffer.bytes))
                return
            }
            self = .unfinished
        } catch { self = .refused(error) }
    }
}
