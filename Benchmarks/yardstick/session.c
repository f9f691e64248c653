// The XMPP conversation of one login, a step for each unit that arrives.
#define _GNU_SOURCE
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "login.h"

// What a login sends always fits in the socket's buffer.
int send_bytes(struct session *session, const char *bytes, size_t count) {
    if (session->ssl) return SSL_write(session->ssl, bytes, count) == (int)count ? GO_ON : FAILED;
    counters.sends++;
    return send(session->fd, bytes, count, MSG_NOSIGNAL) == (ssize_t)count ? GO_ON : FAILED;
}

int send_header(struct session *session) {
    char header[512];
    int count = snprintf(header, sizeof header,
                         "<?xml version='1.0'?><stream:stream to='%s' version='1.0' xmlns='jabber:client' "
                         "xmlns:stream='http://etherx.jabber.org/streams'>",
                         options.domain);
    return send_bytes(session, header, count);
}

static int send_starttls(struct session *session) {
    static const char starttls[] = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    session->state = PROCEED;
    return send_bytes(session, starttls, sizeof starttls - 1);
}

static int send_plain(struct session *session) {
    char message[128], encoded[192], stanza[512];
    int length = snprintf(message, sizeof message, "%cuser%u%c%s", 0, session->number, 0, options.password);
    EVP_EncodeBlock((uint8_t *)encoded, (uint8_t *)message, length);
    int count = snprintf(stanza, sizeof stanza,
                         "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>", encoded);
    session->state = SUCCESS;
    return send_bytes(session, stanza, count);
}

static int is_plain(void) { return options.mechanism[0] == 'P'; }

static int authenticate(struct session *session) { return is_plain() ? send_plain(session) : scram_begin(session); }

static int request(struct session *session, enum state state, const char *id, const char *body) {
    char stanza[256];
    session->state = state;
    int count = snprintf(stanza, sizeof stanza, "<iq type='set' id='%s'>%s</iq>", id, body);
    return send_bytes(session, stanza, count);
}

static int send_bind(struct session *session) {
    return request(session, BIND, "b1",
                   "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>load</resource></bind>");
}

static int log_out(struct session *session) {
    counters.bound++;
    session->state = options.hold_seconds >= 0 ? HOLDING : CLOSING;
    return session->state == HOLDING ? GO_ON : send_bytes(session, "</stream:stream>", 16);
}

// The next of the requests that a login makes once it is bound.
static int after(struct session *session, enum state answered) {
    if (answered < SESSION && options.send_session)
        return request(session, SESSION, "s1", "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>");
    if (answered < ROSTER && options.send_roster)
        return request(session, ROSTER, "r1", "<query xmlns='jabber:iq:roster'/>");
    return log_out(session);
}

static int contains(const char *begin, const char *end, const char *text) {
    return memmem(begin, end - begin, text, strlen(text)) != NULL;
}

static int take_first_features(struct session *session, const char *begin, const char *end) {
    if (!STARTS_WITH(begin, "<stream:features")) return FAILED;
    if (!options.use_tls) return authenticate(session);
    return contains(begin, end, "<starttls") ? send_starttls(session) : FAILED;
}

static int take_success(struct session *session, const char *begin, const char *end) {
    if (!STARTS_WITH(begin, "<success")) return FAILED;
    if (!is_plain() && scram_check(session, begin, end)) return FAILED;
    session->state = BIND_FEATURES;
    return send_header(session);
}

int take_unit(void *connection, const char *begin, const char *end) {
    struct session *session = connection;
    if (begin[1] == '?' || STARTS_WITH(begin, "<stream:stream")) return GO_ON;
    switch (session->state) {
    case FIRST_FEATURES: return take_first_features(session, begin, end);
    case PROCEED: return STARTS_WITH(begin, "<proceed") ? START_TLS : FAILED;
    case TLS_FEATURES: return contains(begin, end, options.mechanism) ? authenticate(session) : FAILED;
    case CHALLENGE: return STARTS_WITH(begin, "<challenge") ? scram_answer(session, begin, end) : FAILED;
    case SUCCESS: return take_success(session, begin, end);
    case BIND_FEATURES: return send_bind(session);
    case BIND:
    case SESSION:
    case ROSTER: return STARTS_WITH(begin, "<iq") ? after(session, session->state) : FAILED;
    case CLOSING: return STARTS_WITH(begin, "</stream:stream") ? FINISHED : GO_ON;
    case HOLDING: return GO_ON;
    case CONNECTING:
    case HANDSHAKE: return FAILED;
    }
    return FAILED;
}
