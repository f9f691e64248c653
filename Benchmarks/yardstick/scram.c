// SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802), the client's side, without channel binding.
#define _GNU_SOURCE
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "login.h"

static const EVP_MD *digest(void) { return strstr(options.mechanism, "SHA-256") ? EVP_sha256() : EVP_sha1(); }

static void hmac(const uint8_t *key, const char *text, size_t length, uint8_t *out) {
    unsigned size;
    HMAC(digest(), key, EVP_MD_get_size(digest()), (const uint8_t *)text, length, out, &size);
}

int scram_begin(struct session *session) {
    uint8_t random[18];
    char nonce[32], message[128], encoded[192], stanza[512];
    RAND_bytes(random, sizeof random);
    EVP_EncodeBlock((uint8_t *)nonce, random, sizeof random);
    int length = snprintf(message, sizeof message, "n,,n=user%u,r=%s", session->number, nonce);
    session->client_first = strdup(message + strlen("n,,"));
    EVP_EncodeBlock((uint8_t *)encoded, (uint8_t *)message, length);
    session->state = CHALLENGE;
    int count = snprintf(stanza, sizeof stanza,
                         "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='%s'>%s</auth>",
                         options.mechanism, encoded);
    return send_bytes(session, stanza, count);
}

// PBKDF2 costs more than the rest of a login. The accounts of the sink share a salt: one result can serve all.
static void salted_password(const char *salt_text, size_t salt_text_length, int iterations, uint8_t *out) {
    static uint8_t cache[32];
    static int has_cache;
    int size = EVP_MD_get_size(digest());
    if (options.cache_salted_password && has_cache) {
        memcpy(out, cache, size);
        return;
    }
    uint8_t salt[64];
    int length = base64_decode(salt_text, salt_text_length, salt, sizeof salt);
    PKCS5_PBKDF2_HMAC(options.password, strlen(options.password), salt, length, iterations, digest(), size, out);
    memcpy(cache, out, size);
    has_cache = 1;
}

static void client_proof(const uint8_t *salted, const char *auth_message, size_t length, uint8_t *proof) {
    uint8_t stored_key[32], signature[32];
    int size = EVP_MD_get_size(digest());
    hmac(salted, "Client Key", 10, proof);
    EVP_Digest(proof, size, stored_key, NULL, digest(), NULL);
    hmac(stored_key, auth_message, length, signature);
    for (int i = 0; i < size; i++) proof[i] ^= signature[i];
}

static void expect_signature(struct session *session, const uint8_t *salted, const char *auth_message, size_t length) {
    uint8_t server_key[32];
    hmac(salted, "Server Key", 10, server_key);
    hmac(server_key, auth_message, length, session->server_signature);
}

static int send_proof(struct session *session, const char *without_proof, const uint8_t *proof) {
    char encoded_proof[64], message[512], encoded[768], stanza[1024];
    EVP_EncodeBlock((uint8_t *)encoded_proof, proof, EVP_MD_get_size(digest()));
    int length = snprintf(message, sizeof message, "%s,p=%s", without_proof, encoded_proof);
    EVP_EncodeBlock((uint8_t *)encoded, (uint8_t *)message, length);
    int count = snprintf(stanza, sizeof stanza, "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%s</response>",
                         encoded);
    session->state = SUCCESS;
    return send_bytes(session, stanza, count);
}

int scram_answer(struct session *session, const char *challenge, const char *end) {
    const char *text;
    size_t length;
    uint8_t decoded[256];
    if (element_text(challenge, end, &text, &length)) return FAILED;
    if (base64_decode(text, length, decoded, sizeof decoded) < 0) return FAILED;
    char *server_first = (char *)decoded, *salt = strstr(server_first, ",s="), *count = strstr(server_first, ",i=");
    if (!salt || !count) return FAILED;

    uint8_t salted[32], proof[32];
    salted_password(salt + 3, count - salt - 3, atoi(count + 3), salted);
    char without_proof[300], auth_message[1024];
    snprintf(without_proof, sizeof without_proof, "c=biws,%.*s", (int)(salt - server_first), server_first);
    int size = snprintf(auth_message, sizeof auth_message, "%s,%s,%s", session->client_first, server_first,
                        without_proof);
    client_proof(salted, auth_message, size, proof);
    expect_signature(session, salted, auth_message, size);
    free(session->client_first);
    session->client_first = NULL;
    return send_proof(session, without_proof, proof);
}

int scram_check(struct session *session, const char *success, const char *end) {
    const char *text;
    size_t length;
    uint8_t decoded[128], signature[64];
    if (element_text(success, end, &text, &length)) return FAILED;
    if (base64_decode(text, length, decoded, sizeof decoded) < 2) return FAILED;
    const char *value = (char *)decoded + strlen("v=");
    int size = EVP_MD_get_size(digest());
    if (base64_decode(value, strlen(value), signature, sizeof signature) != size) return FAILED;
    return memcmp(signature, session->server_signature, size) ? FAILED : GO_ON;
}
