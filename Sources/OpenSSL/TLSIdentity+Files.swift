import COpenSSL

extension TLSIdentity {
    /// A certificate with the chain above it, leaf first, and its key, from PEM files. A key with a passphrase is
    /// refused: nobody is there to be asked.
    ///
    /// - Throws: `TLSError` with `.configuration`, which names the file.
    public convenience init(certificateFile: String, keyFile: String) throws(TLSError) {
        let key = unsafe try Self.key(in: keyFile)
        var chain: [OpaquePointer]
        do throws(TLSError) {
            unsafe chain = try Self.certificates(in: certificateFile)
        } catch {
            unsafe EVP_PKEY_free(key)
            throw error
        }
        let leaf = unsafe chain.removeFirst()
        unsafe self.init(owning: leaf, key: key, chain: chain)
        guard unsafe X509_check_private_key(leaf, key) == 1 else {
            ERR_clear_error()
            throw TLSError(.configuration, "the key in \(keyFile) is not that of \(certificateFile)")
        }
    }

    /// At least one; the caller owns them.
    @unsafe private static func certificates(in file: String) throws(TLSError) -> [OpaquePointer] {
        guard let bio = unsafe BIO_new_file(file, "r") else { throw unreadable("certificate", file) }
        defer { unsafe BIO_free(bio) }
        var found: [OpaquePointer] = unsafe []
        while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
            unsafe found.append(certificate)
        }
        ERR_clear_error()
        guard unsafe !found.isEmpty else { throw unreadable("certificate", file) }
        return unsafe found
    }

    @unsafe private static func key(in file: String) throws(TLSError) -> OpaquePointer {
        guard let bio = unsafe BIO_new_file(file, "r") else { throw unreadable("private key", file) }
        defer { unsafe BIO_free(bio) }
        // Without a callback OpenSSL would ask on the terminal.
        guard let key = unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil) else {
            throw unreadable("private key", file)
        }
        return unsafe key
    }

    private static func unreadable(_ what: String, _ file: String) -> TLSError {
        ERR_clear_error()
        return TLSError(.configuration, "cannot read a \(what) from \(file)")
    }
}

extension TLSIdentity {
    /// A stack of the certificates above the leaf, for OpenSSL to take references from; freed afterwards.
    @unsafe func withChain(_ use: (OpaquePointer?) -> Int32) -> Int32 {
        let stack = unsafe OPENSSL_sk_new_null()
        defer { unsafe OPENSSL_sk_free(stack) }
        unsafe chain.forEach { _ = unsafe OPENSSL_sk_push(stack, UnsafeRawPointer($0)) }
        return unsafe use(stack)
    }
}
