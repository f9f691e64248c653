import COpenSSL

extension TLSContext {
    func accept(authorities file: String) throws(TLSError) {
        guard unsafe SSL_CTX_load_verify_locations(pointer, file, nil) == 1 else {
            ERR_clear_error()
            throw TLSError(.configuration, "cannot read certificates from \(file)")
        }
    }

    func present(_ identity: TLSIdentity) throws(TLSError) {
        let result = unsafe identity.withChain { chain in
            unsafe SSL_CTX_use_cert_and_key(pointer, identity.certificate, identity.key, chain, 1)
        }
        guard result == 1 else { throw .drained(.configuration, otherwise: "the certificate cannot be used") }
    }

    func offer(groups: String?) throws(TLSError) {
        guard let groups else { return }
        var list = Array(groups.utf8CString)
        guard unsafe SSL_CTX_ctrl(pointer, SSL_CTRL_SET_GROUPS_LIST, 0, &list) == 1 else {
            ERR_clear_error()
            throw TLSError(.configuration, "OpenSSL does not know the groups \(groups)")
        }
    }

    func name(_ applicationProtocol: String?) {
        guard let name = applicationProtocol.map({ Array($0.utf8) }), (1...255).contains(name.count) else { return }
        let list = [UInt8(name.count)] + name
        unsafe SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count))
    }

    /// The callback hands each session to its connection; OpenSSL's own cache stays empty.
    func keepSessions(_ keeps: Bool) {
        let mode = keeps ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL : SSL_SESS_CACHE_OFF
        unsafe muster_SSL_CTX_set_session_cache_mode(pointer, Int(mode))
        if keeps { unsafe SSL_CTX_sess_set_new_cb(pointer, keepSession) }
    }

    /// Tickets hold the whole session, so that nothing is kept here; the context is named because a client that was
    /// asked for a certificate may resume only where it was asked.
    func issue(tickets count: Int) {
        unsafe SSL_CTX_set_num_tickets(pointer, count)
        if count == 0 { unsafe SSL_CTX_set_options(pointer, noTicket) }
        let name = Array("muster".utf8)
        unsafe SSL_CTX_set_session_id_context(pointer, name, UInt32(name.count))
    }

    func request(_ certificates: TLSClientCertificates) throws(TLSError) {
        switch certificates {
        case .notRequested: return
        case .requested(let file):
            try accept(authorities: file)
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
            unsafe SSL_CTX_set_client_CA_list(pointer, SSL_load_client_CA_file(file))
        case .required(let file):
            try accept(authorities: file)
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            unsafe SSL_CTX_set_client_CA_list(pointer, SSL_load_client_CA_file(file))
        }
    }
}

/// `SSL_OP_NO_TICKET`, whose macro Swift cannot import: no tickets of TLS 1.2.
private let noTicket: UInt64 = 1 << 14
