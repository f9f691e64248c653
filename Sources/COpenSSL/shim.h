// OpenSSL 3 for Swift. Each inline below wraps what Swift cannot import: a macro or a variadic.
#ifndef MUSTER_COPENSSL_SHIM_H
#define MUSTER_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros over SSL_CTX_ctrl and SSL_ctrl.
static inline int muster_SSL_CTX_set_min_proto_version(SSL_CTX *ctx, int version) {
    return (int)SSL_CTX_set_min_proto_version(ctx, version);
}
static inline int muster_SSL_CTX_set_max_proto_version(SSL_CTX *ctx, int version) {
    return (int)SSL_CTX_set_max_proto_version(ctx, version);
}
static inline void muster_SSL_CTX_set_mode(SSL_CTX *ctx, long mode) { SSL_CTX_set_mode(ctx, mode); }
static inline void muster_SSL_CTX_set_read_ahead(SSL_CTX *ctx, int on) { SSL_CTX_set_read_ahead(ctx, on); }
static inline void muster_SSL_CTX_set_session_cache_mode(SSL_CTX *ctx, long mode) {
    SSL_CTX_set_session_cache_mode(ctx, mode);
}
static inline int muster_SSL_set_tlsext_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
// A macro over the variadic EVP_PKEY_Q_keygen.
static inline EVP_PKEY *muster_EVP_EC_gen(const char *curve) { return EVP_EC_gen(curve); }
// Macros over BIO_ctrl's flags.
static inline void muster_BIO_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void muster_BIO_clear_retry_flags(BIO *bio) { BIO_clear_retry_flags(bio); }
// A macro over BIO_ctrl.
static inline long muster_BIO_get_mem_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

// A macro over several shifts.
static const unsigned long muster_XN_FLAG_RFC2253 = XN_FLAG_RFC2253;

#endif
