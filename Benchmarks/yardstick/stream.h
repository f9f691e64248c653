// What the login client and the sink share: XML framing, base64, processor time.
#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>
#include <stdint.h>

// The end of a unit (a stream header, a stream's end tag, or a whole stanza) that was cut by a read.
struct partial {
    char *bytes;
    uint32_t length;
};

// Called for each whole unit. 0 goes on; anything else stops, discards what is left, and is returned by feed().
typedef int unit_handler(void *connection, const char *begin, const char *end);

// Cuts what arrived into units. Returns 0, what the handler returned, or -1 when it is not XML or too big.
int feed(struct partial *partial, const char *bytes, size_t count, unit_handler *handle, void *connection);

// The element's text lies between the end of its start tag and the next '<'. Returns 0, or -1 where there is none.
int element_text(const char *begin, const char *end, const char **text, size_t *length);

// Decodes with a final zero byte; returns the length, or -1 when it is not base64 or does not fit.
int base64_decode(const char *text, size_t length, uint8_t *out, size_t capacity);

static inline int has_prefix(const char *unit, const char *prefix, size_t length) {
    return __builtin_strncmp(unit, prefix, length) == 0;
}
#define STARTS_WITH(unit, literal) has_prefix(unit, literal, sizeof(literal) - 1)

struct cpu_seconds {
    double user, system;
};
struct cpu_seconds cpu_used(void);

void raise_descriptor_limit(void);

#endif
