public import Domains
import OpenSSL

// The one file that knows which TLS engine runs.

extension Lane {
    /// Starts a client's handshake; `laneDidSecure` or `laneDidFail` follows.
    ///
    /// - Parameters:
    ///   - identity: what to show if the server asks for a certificate.
    ///   - ticket: what an earlier connection to the same server got, to be resumed if the server agrees.
    /// - Returns: the instant just before the ClientHello was made; nil if the connection is gone.
    /// - Throws: `TransportFailure.tls` when the settings cannot be used.
    @discardableResult
    public func startTLS(
        _ settings: TLSClientSettings, identity: TLSClientIdentity? = nil, resuming ticket: TLSTicket? = nil,
        on connection: ConnectionID
    ) throws(TransportFailure) -> UInt64? {
        checkQueue()
        guard let index = live(connection) else { return nil }
        let began = MonotonicClock.now
        do throws(TLSError) {
            let context = try clientContext(settings)
            connections[index].tls = try TLSConnection(
                client: context, over: pipe, serverName: settings.serverName, identity: identity?.identity,
                resuming: ticket?.session)
        } catch { throw TransportFailure(error) }
        connections[index].state = .handshaking
        unsafe stepHandshake(index, Receipt(at: began), hearing: UnsafeRawBufferPointer(start: nil, count: 0))
        return began
    }

    /// Awaits a client's handshake.
    public func acceptTLS(_ identity: TLSServerIdentity, on connection: ConnectionID) throws(TransportFailure) {
        checkQueue()
        guard let index = live(connection) else { return }
        do throws(TLSError) {
            if serverContext == nil { serverContext = try identity.makeContext() }
            guard let context = serverContext else { return }
            connections[index].tls = try TLSConnection(server: context, over: pipe)
        } catch { throw TransportFailure(error) }
        connections[index].state = .handshaking
    }

    /// What was agreed on; nil before the handshake is complete.
    public func tlsSummary(of connection: ConnectionID) -> TLSSummary? {
        guard let index = live(connection), connections[index].state == .secured else { return nil }
        return connections[index].tls.map {
            TLSSummary(
                version: $0.version, cipher: $0.cipher, group: $0.group, isResumed: $0.isResumed,
                distrust: $0.distrust)
        }
    }

    /// Whether the handshake was resumed from an earlier one.
    public func isResumed(_ connection: ConnectionID) -> Bool {
        live(connection).flatMap { connections[$0].tls?.isResumed } ?? false
    }

    /// The newest ticket that the server has handed out since the last call, where the settings keep them. In TLS 1.3
    /// they come with the first bytes after the handshake.
    public func takeTicket(of connection: ConnectionID) -> TLSTicket? {
        live(connection).flatMap { connections[$0].tls?.takeSession() }.map(TLSTicket.init)
    }

    /// The bytes that tie something to this connection, by the registered name of the binding (RFC 5929, RFC 9266); nil
    /// where it has none of this name. Cost: a few microseconds.
    public func channelBinding(_ name: String, of connection: ConnectionID) -> [UInt8]? {
        guard let index = live(connection), let type = TLSChannelBinding(rawValue: name) else { return nil }
        return connections[index].tls?.channelBinding(type)
    }

    /// Whether the certificate that the peer showed is that of this domain's service.
    public func isPeerNamed(_ name: Domain, on connection: ConnectionID) -> Bool {
        live(connection).flatMap { connections[$0].tls?.peerIsNamed(name) } ?? false
    }

    /// The certificate that the peer showed.
    public func peerCertificate(of connection: ConnectionID) -> CertificateSummary? {
        guard let index = live(connection), let peer = connections[index].tls?.peerCertificate else { return nil }
        return CertificateSummary(
            subject: peer.subject, issuer: peer.issuer, notBefore: peer.notBefore, notAfter: peer.notAfter,
            daysLeft: peer.daysLeft, sha256: peer.sha256, dnsNames: peer.dnsNames, xmppAddresses: peer.xmppAddresses,
            serviceNames: peer.serviceNames, key: peer.key)
    }

    private func clientContext(_ settings: TLSClientSettings) throws(TLSError) -> TLSContext {
        if let known = clientContexts[settings] { return known }
        let made = try settings.makeContext()
        clientContexts[settings] = made
        return made
    }
}

extension Lane {
    /// Feeds received bytes through TLS until they are used up or the connection is gone.
    func decrypt(_ bytes: UnsafeRawBufferPointer, for connection: ConnectionID, _ receipt: Receipt) {
        unsafe pipe.beginInput(bytes)
        defer { pipe.endInput() }
        repeat {
            guard let index = live(connection), let tls = connections[index].tls else { return }
            if connections[index].state == .handshaking {
                unsafe stepHandshake(index, receipt, hearing: bytes)
                guard live(connection) != nil, connections[index].state == .secured else { return }
            }
            guard readCleartext(index, tls, receipt) else { return }
        } while hasMoreToRead(connection)
    }

    private func hasMoreToRead(_ connection: ConnectionID) -> Bool {
        guard let index = live(connection) else { return false }
        return pipe.remainingInput > 0 || connections[index].tls?.hasPendingInput == true
    }

    /// - Returns: whether there may be more to read.
    private func readCleartext(_ index: Int, _ tls: TLSConnection, _ receipt: Receipt) -> Bool {
        do {
            switch unsafe try tls.read(into: cleartext) {
            case .bytes(let count):
                unsafe hand(UnsafeRawBufferPointer(rebasing: cleartext[..<count]), to: index, receipt)
                return true
            case .wantsInput:
                flushPipe(on: index)
                return false
            case .closed:
                fail(index, .closed, at: receipt.read)
                return false
            }
        } catch {
            flushPipe(on: index)
            fail(index, TransportFailure(error), at: receipt.read)
            return false
        }
    }

    /// - Parameters:
    ///   - receipt: of what this step answers.
    ///   - bytes: what has just come; nothing when the handshake begins.
    private func stepHandshake(_ index: Int, _ receipt: Receipt, hearing bytes: UnsafeRawBufferPointer) {
        guard let tls = connections[index].tls else { return }
        let began = MonotonicClock.threadCPU
        let outcome = Result { () throws(TLSError) in try tls.handshake() }
        let cpu = MonotonicClock.threadCPU - began
        connections[index].handshakeCPU += cpu
        let answered = pipe.output.isEmpty ? nil : MonotonicClock.now
        // The client's Finished leaves here, before anybody can add a stream header to it.
        flushPipe(on: index)
        if let answered { connections[index].sent = answered }
        switch outcome {
        case .success(false): if let answered { noteAnswer(to: receipt, of: index, at: answered, cpu) }
        case .success(true): secured(index, receipt, cpu)
        case .failure(let error):
            unsafe fail(index, TransportFailure(error, hearing: bytes), at: MonotonicClock.now)
        }
    }

    /// The peer waited for this answer, and not all the time did we compute it.
    private func noteAnswer(to receipt: Receipt, of index: Int, at answered: UInt64, _ cpu: UInt64) {
        let passed = answered - min(answered, receipt.arrived)
        connections[index].handshakeAnswering += passed
        connections[index].handshakeWait += passed - min(passed, cpu)
    }

    private func secured(_ index: Int, _ receipt: Receipt, _ cpu: UInt64) {
        connections[index].state = .secured
        let connection = id(of: index)
        let times = HandshakeTimes(
            ended: receipt.arrived + cpu, cpu: connections[index].handshakeCPU,
            answering: connections[index].handshakeAnswering, ownWait: connections[index].handshakeWait,
            receipt: receipt)
        tell { $0.laneDidSecure(connection, times) }
    }

    func encrypt(_ bytes: UnsafeRawBufferPointer, on index: Int) {
        guard let tls = connections[index].tls else { return }
        do { unsafe try tls.write(bytes) } catch { return }  // the read side reports what broke the connection
        flushPipe(on: index)
    }

    func flushPipe(on index: Int) {
        guard !pipe.output.isEmpty else { return }
        unsafe pipe.output.withUnsafeBytes { unsafe transmit($0, on: index) }
        pipe.discardOutput()
    }
}
