// The system's resolver library. <resolv.h> and <arpa/nameser.h> are macros through and through, so they stay in C.
#ifndef MUSTER_CRESOLV_H
#define MUSTER_CRESOLV_H

#include <stdint.h>

/// Why muster_dns_ask has no answer.
enum muster_dns_failure {
    MUSTER_DNS_NO_SUCH_NAME = -1,
    MUSTER_DNS_NO_SUCH_RECORD = -2,
    /// No name server answered in time, or none usably.
    MUSTER_DNS_NO_ANSWER = -3,
};

/// Types of records (RFC 1035 section 3.2.2, RFC 3596, RFC 2782).
enum muster_dns_type { MUSTER_DNS_A = 1, MUSTER_DNS_AAAA = 28, MUSTER_DNS_SRV = 33 };

/// A name in text has at most 255 bytes on the wire, each at most four characters here.
enum { MUSTER_DNS_NAME = 1025 };

struct muster_dns_service {
    uint16_t priority, weight, port;
    char target[MUSTER_DNS_NAME];
};

/// Asks for the records of a name as it stands, without a search list. Blocks, for 4 s a name server at most.
///
/// `server` is an IPv4 address as a number that is asked in place of the system's name servers; 0 for those.
/// Returns the length of the answer, or a muster_dns_failure.
int muster_dns_ask(
    const char *name, enum muster_dns_type type, uint32_t server, uint16_t port, uint8_t *answer, int capacity);

/// How many records an answer has; -1 if it cannot be read.
int muster_dns_count(const uint8_t *answer, int length);

/// Record `index` of the answer as a service: 1; 0 if it is of another type; -1 if it cannot be read.
int muster_dns_service_at(const uint8_t *answer, int length, int index, struct muster_dns_service *service);

/// Record `index` of the answer as an address: 4 or 16, the bytes that it has; 0 if it is of another type; -1 if it
/// cannot be read.
int muster_dns_address_at(const uint8_t *answer, int length, int index, uint8_t address[16]);

#endif
