#include "CResolv.h"

#include <netinet/in.h>

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

// Two attempts of 2 s at each name server; the library's own 5 s are longer than anybody waits.
static const int seconds_an_attempt = 2, attempts = 2;

static void ask_only(res_state state, uint32_t server, uint16_t port) {
    state->nscount = 1;
    state->nsaddr_list[0] = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(server)};
}

static int failure(int reason) {
    switch (reason) {
    case HOST_NOT_FOUND: return MUSTER_DNS_NO_SUCH_NAME;
    case NO_DATA: return MUSTER_DNS_NO_SUCH_RECORD;
    default: return MUSTER_DNS_NO_ANSWER;
    }
}

int muster_dns_ask(
    const char *name, enum muster_dns_type type, uint32_t server, uint16_t port, uint8_t *answer, int capacity) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return MUSTER_DNS_NO_ANSWER;
    state.retrans = seconds_an_attempt;
    state.retry = attempts;
    if (server != 0) ask_only(&state, server, port);
    int length = res_nquery(&state, name, ns_c_in, (int)type, answer, capacity);
    int reason = state.res_h_errno;
    res_nclose(&state);
    if (length < 0) return failure(reason);
    return length <= capacity ? length : MUSTER_DNS_NO_ANSWER;
}

int muster_dns_count(const uint8_t *answer, int length) {
    ns_msg message;
    if (ns_initparse(answer, length, &message) != 0) return -1;
    return ns_msg_count(message, ns_s_an);
}

// Whether the record could be read.
static int read_record(const uint8_t *answer, int length, int index, ns_rr *record) {
    ns_msg message;
    return ns_initparse(answer, length, &message) == 0 && ns_parserr(&message, ns_s_an, index, record) == 0;
}

int muster_dns_service_at(const uint8_t *answer, int length, int index, struct muster_dns_service *service) {
    ns_rr record;
    if (!read_record(answer, length, index, &record)) return -1;
    if (ns_rr_type(record) != ns_t_srv) return 0;
    if (ns_rr_rdlen(record) < 7) return -1;
    const uint8_t *data = ns_rr_rdata(record);
    service->priority = ns_get16(data);
    service->weight = ns_get16(data + 2);
    service->port = ns_get16(data + 4);
    int used = dn_expand(answer, answer + length, data + 6, service->target, sizeof service->target);
    return used == ns_rr_rdlen(record) - 6 ? 1 : -1;
}

int muster_dns_address_at(const uint8_t *answer, int length, int index, uint8_t address[16]) {
    ns_rr record;
    if (!read_record(answer, length, index, &record)) return -1;
    int type = ns_rr_type(record), size = type == ns_t_a ? 4 : type == ns_t_aaaa ? 16 : 0;
    if (size == 0) return 0;
    if (ns_rr_rdlen(record) != size) return -1;
    memcpy(address, ns_rr_rdata(record), (size_t)size);
    return size;
}
