// TLS over a BIO that reads from the loop's receive buffer: one recv serves all records that arrived together.
#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "login.h"

static SSL_CTX *context;
static BIO_METHOD *window_bio;
static SSL_SESSION *ticket;

// The ciphertext that the current event brought. One thread, so one window.
static struct {
    char *bytes;
    size_t count;
} window;

static int bio_write(BIO *bio, const char *bytes, int count) {
    struct session *session = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    counters.sends++;
    int sent = send(session->fd, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
    return sent;
}

static int bio_read(BIO *bio, char *out, int capacity) {
    BIO_clear_retry_flags(bio);
    if (!window.count) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t count = (size_t)capacity < window.count ? (size_t)capacity : window.count;
    memcpy(out, window.bytes, count);
    window.bytes += count;
    window.count -= count;
    return count;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

// Keeps the newest ticket; returning 1 takes the reference.
static int keep_ticket(SSL *ssl, SSL_SESSION *session) {
    (void)ssl;
    SSL_SESSION_free(ticket);
    ticket = session;
    return 1;
}

static int skip_verification(X509_STORE_CTX *store, void *argument) {
    (void)store, (void)argument;
    return 1;
}

// The chain of a leaf is checked once; the same leaf is accepted at once from then on.
static int verify_once(X509_STORE_CTX *store, void *argument) {
    static uint8_t verified[32];
    static int has_verified;
    (void)argument;
    uint8_t digest[32];
    unsigned length;
    X509_digest(X509_STORE_CTX_get0_cert(store), EVP_sha256(), digest, &length);
    if (has_verified && !memcmp(digest, verified, sizeof digest)) return 1;
    int result = X509_verify_cert(store);
    if (result == 1) {
        memcpy(verified, digest, sizeof digest);
        has_verified = 1;
    }
    return result;
}

static int verifies(void) { return options.verify[0] == 'f' || options.verify[0] == 'c'; }

static void choose_verification(void) {
    SSL_CTX_set_verify(context, verifies() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    if (options.verify[0] == 's') SSL_CTX_set_cert_verify_callback(context, skip_verification, NULL);
    if (options.verify[0] == 'c') SSL_CTX_set_cert_verify_callback(context, verify_once, NULL);
    if (options.ca_file && SSL_CTX_load_verify_locations(context, options.ca_file, NULL) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
}

static void choose_resumption(void) {
    if (!options.resume) {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        return;
    }
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_ticket);
}

void tls_prepare(void) {
    context = SSL_CTX_new(TLS_client_method());
    if (options.tls12_only) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (options.release_buffers) SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    choose_verification();
    choose_resumption();
    window_bio = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "window");
    BIO_meth_set_write(window_bio, bio_write);
    BIO_meth_set_read(window_bio, bio_read);
    BIO_meth_set_ctrl(window_bio, bio_control);
    SSL_free(SSL_new(context));  // OpenSSL's own preparations are no part of the first login
}

int tls_has_ticket(void) { return ticket != NULL; }

void tls_begin(struct session *session) {
    BIO *bio = BIO_new(window_bio);
    BIO_set_data(bio, session);
    BIO_set_init(bio, 1);
    session->ssl = SSL_new(context);
    session->state = HANDSHAKE;
    SSL_set_bio(session->ssl, bio, bio);
    SSL_set_tlsext_host_name(session->ssl, options.domain);
    if (verifies()) SSL_set1_host(session->ssl, options.domain);
    SSL_set_connect_state(session->ssl);
    if (ticket) SSL_set_session(session->ssl, ticket);
}

// Unless it looks shut down in order, a session freed takes its ticket with it.
void tls_end(struct session *session) {
    if (!session->ssl) return;
    if (options.resume) SSL_set_shutdown(session->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(session->ssl);
}

static int has_more(SSL *ssl) { return window.count || SSL_has_pending(ssl); }

static int shake_hands(struct session *session) {
    int result = SSL_do_handshake(session->ssl);
    if (result != 1) {
        if (SSL_get_error(session->ssl, result) == SSL_ERROR_WANT_READ) return GO_ON;
        ERR_print_errors_fp(stderr);
        return FAILED;
    }
    if (SSL_session_reused(session->ssl)) counters.resumed++;
    session->state = TLS_FEATURES;
    return send_header(session);
}

static int read_plaintext(struct session *session) {
    static char plaintext[32768];
    do {
        int count = SSL_read(session->ssl, plaintext, sizeof plaintext);
        if (count <= 0) {
            if (SSL_get_error(session->ssl, count) == SSL_ERROR_WANT_READ) return GO_ON;
            ERR_clear_error();
            return session->state == CLOSING ? FINISHED : FAILED;
        }
        int result = feed(&session->partial, plaintext, count, take_unit, session);
        if (result) return result;
    } while (has_more(session->ssl));
    return GO_ON;
}

int tls_take(struct session *session, char *bytes, size_t count) {
    window.bytes = bytes;
    window.count = count;
    if (session->state == HANDSHAKE) {
        int result = shake_hands(session);
        if (result || session->state == HANDSHAKE || !has_more(session->ssl)) return result;
    }
    return read_plaintext(session);
}
