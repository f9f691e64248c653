// What the sink answers: any PLAIN is accepted, SCRAM is really checked, a bound session gets what it asks for.
#define _GNU_SOURCE
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink.h"

#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

static char sasl_features[1024], tls_features[2048];
static const char bind_features[] =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session></stream:features>";

// All accounts have one password and one salt, so their keys are made once.
static struct keys {
    uint8_t stored[64], server[64];
} keys[3];
static const uint8_t salt[] = {'p', 'r', 'o', 't', 'o', '-', 's', 'a', 'l', 't', '-', '0', '1', '2', '3'};
static char salt_text[32];

static const EVP_MD *digest(enum scram scram) { return scram == SHA_1 ? EVP_sha1() : EVP_sha256(); }

static void hmac(enum scram scram, const uint8_t *key, const char *text, size_t length, uint8_t *out) {
    unsigned size;
    HMAC(digest(scram), key, EVP_MD_get_size(digest(scram)), (const uint8_t *)text, length, out, &size);
}

static void make_keys(enum scram scram) {
    uint8_t salted[64], client_key[64];
    int size = EVP_MD_get_size(digest(scram));
    PKCS5_PBKDF2_HMAC(options.password, strlen(options.password), salt, sizeof salt, options.iterations,
                      digest(scram), size, salted);
    hmac(scram, salted, "Client Key", 10, client_key);
    EVP_Digest(client_key, size, keys[scram].stored, NULL, digest(scram), NULL);
    hmac(scram, salted, "Server Key", 10, keys[scram].server);
}

static void make_features(void) {
    char mechanisms[512] = "", *list = strdup(options.mechanisms);
    size_t length = 0;
    for (char *name = strtok(list, ","); name && length < sizeof mechanisms; name = strtok(NULL, ","))
        length += snprintf(mechanisms + length, sizeof mechanisms - length, "<mechanism>%s</mechanism>", name);
    free(list);
    snprintf(sasl_features, sizeof sasl_features,
             "<stream:features><mechanisms " SASL ">%s</mechanisms></stream:features>", mechanisms);
    snprintf(tls_features, sizeof tls_features,
             "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
             "<mechanisms " SASL ">%s</mechanisms></stream:features>",
             mechanisms);
}

void responses_prepare(void) {
    make_keys(SHA_1);
    make_keys(SHA_256);
    EVP_EncodeBlock((uint8_t *)salt_text, salt, sizeof salt);
    make_features();
}

static const char *attribute(const char *begin, const char *end, const char *name, size_t *length) {
    size_t size = strlen(name);
    for (const char *p = begin; p + size + 2 < end; p++) {
        if (*p != ' ' || memcmp(p + 1, name, size) || p[size + 1] != '=') continue;
        const char *value = p + size + 3, *close = memchr(value, p[size + 2], end - value);
        if (!close) return NULL;
        *length = close - value;
        return value;
    }
    return NULL;
}

static const char *features(const struct client *client) {
    if (client->is_authenticated) return bind_features;
    return client->tls == NO_TLS && options.offers_tls ? tls_features : sasl_features;
}

static int open_stream(struct client *client) {
    char out[4096];
    int count = snprintf(out, sizeof out,
                         "<?xml version='1.0'?><stream:stream id='%llx' version='1.0' xml:lang='en' "
                         "xmlns:stream='http://etherx.jabber.org/streams' from='%s' xmlns='jabber:client'>%s",
                         (unsigned long long)(counters.accepted * 2654435761u), options.host, features(client));
    return send_bytes(client, out, count);
}

static int refuse(struct client *client) {
    static const char failure[] = "<failure " SASL "><not-authorized/></failure>";
    return send_bytes(client, failure, sizeof failure - 1);
}

static int accept_plain(struct client *client, const uint8_t *message, size_t length) {
    static const char success[] = "<success " SASL "/>";
    const char *user = memchr(message, 0, length);
    if (user) snprintf(client->user, sizeof client->user, "%s", user + 1);
    client->is_authenticated = 1;
    counters.authenticated++;
    return send_bytes(client, success, sizeof success - 1);
}

// client-first-message: "n,,n=user,r=nonce"
static int challenge(struct client *client, const char *message) {
    const char *bare = strstr(message, "n="), *nonce = strstr(message, ",r=");
    if (!bare || !nonce || nonce < bare) return FAILED;
    snprintf(client->user, sizeof client->user, "%.*s", (int)(nonce - bare - 2), bare + 2);
    uint8_t random[12];
    char extension[24], server_first[512], encoded[768], out[1024];
    RAND_bytes(random, sizeof random);
    EVP_EncodeBlock((uint8_t *)extension, random, sizeof random);
    int length = snprintf(server_first, sizeof server_first, "r=%.200s%s,s=%s,i=%d", nonce + 3, extension, salt_text,
                          options.iterations);
    free(client->scram_messages);
    if (asprintf(&client->scram_messages, "%s,%s", bare, server_first) < 0) return FAILED;
    EVP_EncodeBlock((uint8_t *)encoded, (uint8_t *)server_first, length);
    int count = snprintf(out, sizeof out, "<challenge " SASL ">%s</challenge>", encoded);
    return send_bytes(client, out, count);
}

static int decoded_text(const char *begin, const char *end, uint8_t *out, size_t capacity) {
    const char *text;
    size_t length;
    if (element_text(begin, end, &text, &length)) return -1;
    return base64_decode(text, length, out, capacity);
}

static int take_auth(struct client *client, const char *begin, const char *end) {
    uint8_t message[512];
    size_t name_length;
    const char *name = attribute(begin, end, "mechanism", &name_length);
    int length = decoded_text(begin, end, message, sizeof message);
    if (!name || length < 0) return FAILED;
    if (options.fail_every && ++counters.errors % options.fail_every == 0) return refuse(client);
    if (STARTS_WITH(name, "PLAIN")) return accept_plain(client, message, length);
    client->scram = name_length == strlen("SCRAM-SHA-1") ? SHA_1 : SHA_256;
    return challenge(client, (char *)message);
}

static int is_proved(struct client *client, const uint8_t *proof, const char *auth_message, size_t length) {
    uint8_t signature[64], client_key[64], stored_key[64];
    int size = EVP_MD_get_size(digest(client->scram));
    hmac(client->scram, keys[client->scram].stored, auth_message, length, signature);
    for (int i = 0; i < size; i++) client_key[i] = proof[i] ^ signature[i];
    EVP_Digest(client_key, size, stored_key, NULL, digest(client->scram), NULL);
    return !memcmp(stored_key, keys[client->scram].stored, size);
}

static int send_signature(struct client *client, const char *auth_message, size_t length) {
    uint8_t signature[64];
    char message[128] = "v=", encoded[192], out[512];
    hmac(client->scram, keys[client->scram].server, auth_message, length, signature);
    EVP_EncodeBlock((uint8_t *)message + 2, signature, EVP_MD_get_size(digest(client->scram)));
    EVP_EncodeBlock((uint8_t *)encoded, (uint8_t *)message, strlen(message));
    int count = snprintf(out, sizeof out, "<success " SASL ">%s</success>", encoded);
    return send_bytes(client, out, count);
}

static int take_response(struct client *client, const char *begin, const char *end) {
    uint8_t message[512], proof[64];
    if (!client->scram_messages || decoded_text(begin, end, message, sizeof message) < 0) return FAILED;
    char *proof_text = strstr((char *)message, ",p=");
    if (!proof_text) return FAILED;
    int size = EVP_MD_get_size(digest(client->scram));
    if (base64_decode(proof_text + 3, strlen(proof_text + 3), proof, sizeof proof) != size) return FAILED;
    char auth_message[2048];
    int length = snprintf(auth_message, sizeof auth_message, "%s,%.*s", client->scram_messages,
                          (int)(proof_text - (char *)message), message);
    free(client->scram_messages);
    client->scram_messages = NULL;
    if (!is_proved(client, proof, auth_message, length)) return refuse(client);
    client->is_authenticated = 1;
    counters.authenticated++;
    return send_signature(client, auth_message, length);
}

static int answer_bind(struct client *client, const char *begin, const char *end, int id_length, const char *id) {
    static const char open[] = "<resource>";
    char out[1024], resource[64] = "r0";
    const char *text = memmem(begin, end - begin, open, sizeof open - 1);
    if (text) {
        text += sizeof open - 1;
        const char *close = memchr(text, '<', end - text);
        snprintf(resource, sizeof resource, "%.*s", (int)(close - text), text);
    }
    counters.bound++;
    int count = snprintf(out, sizeof out,
                         "<iq type='result' id='%.*s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                         "<jid>%s@%s/%s</jid></bind></iq>",
                         id_length, id, client->user, options.host, resource);
    return send_bytes(client, out, count);
}

static int take_iq(struct client *client, const char *begin, const char *end) {
    char out[512];
    size_t id_length, type_length;
    const char *tag_end = memchr(begin, '>', end - begin);
    const char *id = attribute(begin, tag_end, "id", &id_length);
    const char *type = attribute(begin, tag_end, "type", &type_length);
    if (!id || !type || id_length > 200 || !client->is_authenticated) return FAILED;
    if (*type == 'r' || *type == 'e') return GO_ON;
    if (memmem(begin, end - begin, "xmpp-bind", 9)) return answer_bind(client, begin, end, id_length, id);
    int is_roster = memmem(begin, end - begin, "jabber:iq:roster", 16) != NULL;
    int count = snprintf(out, sizeof out, "<iq type='result' id='%.*s'>%s</iq>", (int)id_length, id,
                         is_roster ? "<query xmlns='jabber:iq:roster'/>" : "");
    return send_bytes(client, out, count);
}

static int echo_presence(struct client *client) {
    char out[512];
    if (!options.echoes_presence) return GO_ON;
    int count = snprintf(out, sizeof out, "<presence from='%s@%s/r0' to='%s@%s/r0'/>", client->user, options.host,
                         client->user, options.host);
    return send_bytes(client, out, count);
}

static int take_starttls(struct client *client) {
    static const char proceed[] = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    return send_bytes(client, proceed, sizeof proceed - 1) ? FAILED : START_TLS;
}

static int take_end(struct client *client) {
    send_bytes(client, "</stream:stream>", 16);
    return CLOSE;
}

int take_unit(void *connection, const char *begin, const char *end) {
    struct client *client = connection;
    if (begin[1] == '?') return GO_ON;
    if (STARTS_WITH(begin, "<stream:stream")) return open_stream(client);
    if (STARTS_WITH(begin, "<iq")) return take_iq(client, begin, end);
    if (STARTS_WITH(begin, "<starttls")) return take_starttls(client);
    if (STARTS_WITH(begin, "<auth")) return take_auth(client, begin, end);
    if (STARTS_WITH(begin, "<response")) return take_response(client, begin, end);
    if (STARTS_WITH(begin, "<presence")) return echo_presence(client);
    if (STARTS_WITH(begin, "</stream:stream")) return take_end(client);
    return GO_ON;
}
