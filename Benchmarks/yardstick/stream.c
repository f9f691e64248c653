#define _GNU_SOURCE
#include "stream.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { LARGEST_UNIT = 65536 };

// The '>' that ends a tag; one within a quoted value does not.
static const char *tag_end(const char *p, const char *end) {
    char quote = 0;
    for (; p < end; p++) {
        if (quote) {
            if (*p == quote) quote = 0;
        } else if (*p == '\'' || *p == '"') {
            quote = *p;
        } else if (*p == '>') {
            return p;
        }
    }
    return NULL;
}

// One past the end of the unit that begins here, or NULL when it is not all there. Depth is counted, names are not.
static const char *unit_end(const char *begin, const char *end) {
    int depth = 0;
    for (const char *p = begin;;) {
        p = memchr(p, '<', end - p);
        if (!p || p + 1 >= end) return NULL;
        int is_closing = p[1] == '/';
        const char *close = tag_end(p + 1, end);
        if (!close) return NULL;
        int is_empty = close[-1] == '/';
        int stands_alone = p[1] == '?' || is_closing || is_empty || STARTS_WITH(p, "<stream:stream");
        if (depth == 0 && stands_alone) return close + 1;
        if (is_closing) {
            if (--depth == 0) return close + 1;
        } else if (!is_empty) {
            depth++;
        }
        p = close + 1;
    }
}

static int append(struct partial *partial, const char *bytes, size_t count) {
    if (partial->length + count > LARGEST_UNIT) return -1;
    partial->bytes = realloc(partial->bytes, partial->length + count);
    memcpy(partial->bytes + partial->length, bytes, count);
    partial->length += count;
    return 0;
}

// Keeps what is left for the next read. It may already lie in the same buffer.
static void keep(struct partial *partial, const char *rest, size_t count) {
    if (count == 0) {
        free(partial->bytes);
        partial->bytes = NULL;
    } else if (partial->bytes) {
        memmove(partial->bytes, rest, count);
    } else {
        partial->bytes = malloc(count);
        memcpy(partial->bytes, rest, count);
    }
    partial->length = count;
}

int feed(struct partial *partial, const char *bytes, size_t count, unit_handler *handle, void *connection) {
    if (partial->length) {
        if (append(partial, bytes, count)) return -1;
        bytes = partial->bytes;
        count = partial->length;
    }
    const char *p = bytes, *end = bytes + count;
    int result = 0;
    while (!result) {
        while (p < end && (*p == ' ' || *p == '\n' || *p == '\r')) p++;
        if (p >= end) break;
        if (*p != '<') return -1;
        const char *next = unit_end(p, end);
        if (!next) break;
        result = handle(connection, p, next);
        p = next;
    }
    keep(partial, p, result ? 0 : end - p);
    return result;
}

int element_text(const char *begin, const char *end, const char **text, size_t *length) {
    const char *open = memchr(begin, '>', end - begin);
    if (!open) return -1;
    const char *close = memchr(open + 1, '<', end - open - 1);
    if (!close) return -1;
    *text = open + 1;
    *length = close - *text;
    return 0;
}

int base64_decode(const char *text, size_t length, uint8_t *out, size_t capacity) {
    if (length % 4 || length / 4 * 3 >= capacity) return -1;
    int count = EVP_DecodeBlock(out, (const uint8_t *)text, length);
    if (count < 0) return -1;
    if (length && text[length - 1] == '=') count--;
    if (length > 1 && text[length - 2] == '=') count--;
    out[count] = 0;
    return count;
}

struct cpu_seconds cpu_used(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (struct cpu_seconds){
        .user = usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6,
        .system = usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6,
    };
}

void raise_descriptor_limit(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}
