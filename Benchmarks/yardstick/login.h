// The login client in four parts: login.c runs the loop, session.c speaks XMPP, tls.c TLS, scram.c SCRAM.
#ifndef LOGIN_H
#define LOGIN_H

#include <openssl/ssl.h>
#include <stdint.h>

#include "stream.h"

struct options {
    int port, logins, concurrency, sources, hold_seconds;
    int use_tls, resume, release_buffers, tls12_only;
    int send_session, send_roster, cache_salted_password;
    const char *domain, *mechanism, *password, *verify, *ca_file;
};
extern struct options options;

enum state {
    CONNECTING,
    FIRST_FEATURES,
    PROCEED,
    HANDSHAKE,
    TLS_FEATURES,
    CHALLENGE,
    SUCCESS,
    BIND_FEATURES,
    BIND,
    SESSION,
    ROSTER,
    HOLDING,
    CLOSING,
};

// What a step of a session leads to.
enum { GO_ON = 0, FAILED = -1, FINISHED = 2, START_TLS = 3 };

struct session {
    int fd;
    enum state state;
    uint32_t number;
    SSL *ssl;
    struct partial partial;
    char *client_first;  // SCRAM: client-first-message-bare, until it is answered
    uint8_t server_signature[32];
};

struct counters {
    int open, started, done, failed, bound, resumed;
    uint64_t receives, sends;
};
extern struct counters counters;

// session.c
int send_bytes(struct session *session, const char *bytes, size_t count);
int send_header(struct session *session);
int take_unit(void *session, const char *begin, const char *end);

// scram.c
int scram_begin(struct session *session);
int scram_answer(struct session *session, const char *challenge, const char *end);
int scram_check(struct session *session, const char *success, const char *end);

// tls.c
void tls_prepare(void);
int tls_has_ticket(void);
void tls_begin(struct session *session);
int tls_take(struct session *session, char *bytes, size_t count);  // ciphertext in; FINISHED, FAILED or GO_ON
void tls_end(struct session *session);

#endif
