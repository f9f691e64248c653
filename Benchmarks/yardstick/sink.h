// The sink in two parts: sink.c accepts and moves bytes, responses.c answers units.
#ifndef SINK_H
#define SINK_H

#include <openssl/ssl.h>
#include <stdint.h>

#include "stream.h"

struct options {
    int port, tickets, workers, iterations, fail_every;
    int offers_tls, tls12_only, echoes_presence;
    const char *certificate, *key, *host, *password, *mechanisms;
};
extern struct options options;

struct counters {
    uint64_t accepted, tls, resumed, authenticated, bound, closed, errors;
};
extern struct counters counters;

enum tls_state { NO_TLS, HANDSHAKE, TLS };
enum scram { NOT_SCRAM, SHA_1, SHA_256 };

struct client {
    int fd;
    enum tls_state tls;
    int is_authenticated;
    enum scram scram;
    SSL *ssl;
    struct partial partial;
    char *unsent;
    uint32_t unsent_count;
    char *scram_messages;  // client-first-message-bare "," server-first-message
    char user[64];
};

// What answering a unit leads to.
enum { GO_ON = 0, FAILED = -1, START_TLS = 1, CLOSE = 2 };

int send_bytes(struct client *client, const char *bytes, size_t count);
void responses_prepare(void);
int take_unit(void *client, const char *begin, const char *end);

#endif
