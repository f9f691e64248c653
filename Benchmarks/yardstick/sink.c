// The other end of the yardstick: an XMPP server that accepts logins as cheaply as it can, on 127.0.0.1 only.
#define _GNU_SOURCE
#include "sink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct options options = {
    .port = 5222, .tickets = 2, .workers = 1, .iterations = 4096, .offers_tls = 1,
    .host = "xmpp.test", .password = "secret", .mechanisms = "PLAIN,SCRAM-SHA-1,SCRAM-SHA-256",
};
struct counters counters;

static SSL_CTX *context;
static int epoll;
static volatile sig_atomic_t is_stopping;

static void stop(int signal) {
    (void)signal;
    is_stopping = 1;
}

static void end(struct client *client) {
    counters.closed++;
    SSL_free(client->ssl);
    close(client->fd);
    free(client->partial.bytes);
    free(client->unsent);
    free(client->scram_messages);
    free(client);
}

// How many bytes went out, 0 when the socket is full, -1 when it failed.
static ssize_t send_some(struct client *client, const char *bytes, size_t count) {
    if (client->tls == TLS) {
        int sent = SSL_write(client->ssl, bytes, count);
        if (sent > 0) return sent;
        return SSL_get_error(client->ssl, sent) == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
    ssize_t sent = send(client->fd, bytes, count, MSG_NOSIGNAL);
    return sent < 0 && errno == EAGAIN ? 0 : sent;
}

static void queue_bytes(struct client *client, const char *bytes, size_t count) {
    client->unsent = realloc(client->unsent, client->unsent_count + count);
    memcpy(client->unsent + client->unsent_count, bytes, count);
    client->unsent_count += count;
}

int send_bytes(struct client *client, const char *bytes, size_t count) {
    while (count && !client->unsent_count) {
        ssize_t sent = send_some(client, bytes, count);
        if (sent < 0) return FAILED;
        if (sent == 0) break;
        bytes += sent;
        count -= sent;
    }
    if (count) queue_bytes(client, bytes, count);
    return GO_ON;
}

static int send_queued(struct client *client) {
    while (client->unsent_count) {
        ssize_t sent = send_some(client, client->unsent, client->unsent_count);
        if (sent <= 0) return sent;
        client->unsent_count -= sent;
        memmove(client->unsent, client->unsent + sent, client->unsent_count);
    }
    free(client->unsent);
    client->unsent = NULL;
    return GO_ON;
}

static int wants_more(struct client *client, int result) {
    int error = SSL_get_error(client->ssl, result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

// 1 once the handshake is complete, 0 while it waits, -1 when it failed.
static int shake_hands(struct client *client) {
    int result = SSL_accept(client->ssl);
    if (result <= 0) {
        if (wants_more(client, result)) return 0;
        counters.errors++;
        ERR_clear_error();
        return -1;
    }
    client->tls = TLS;
    counters.tls++;
    if (SSL_session_reused(client->ssl)) counters.resumed++;
    return 1;
}

// How many bytes came, 0 when there are none now, -1 when the connection is over.
static ssize_t receive(struct client *client, char *buffer, size_t capacity) {
    if (client->tls == TLS) {
        int count = SSL_read(client->ssl, buffer, capacity);
        if (count > 0) return count;
        if (wants_more(client, count)) return 0;
        ERR_clear_error();
        return -1;
    }
    ssize_t count = recv(client->fd, buffer, capacity, 0);
    if (count > 0) return count;
    return count < 0 && errno == EAGAIN ? 0 : -1;
}

static void start_tls(struct client *client) {
    client->ssl = SSL_new(context);
    SSL_set_fd(client->ssl, client->fd);
    SSL_set_accept_state(client->ssl);
    client->tls = HANDSHAKE;
}

static void say_goodbye(struct client *client) {
    if (!client->ssl) return;
    SSL_shutdown(client->ssl);
    ERR_clear_error();
}

// Edge-triggered: reads until there is nothing left. A short read of a plain socket means that; new data triggers anew.
// Returns whether the connection lives on.
static int serve(struct client *client) {
    static char buffer[65536];
    for (;;) {
        if (client->tls == HANDSHAKE) {
            int result = shake_hands(client);
            if (result <= 0) return result == 0;
        }
        if (client->unsent_count && send_queued(client) < 0) return 0;
        ssize_t count = receive(client, buffer, sizeof buffer);
        if (count <= 0) return count == 0;
        switch (feed(&client->partial, buffer, count, take_unit, client)) {
        case START_TLS: start_tls(client); continue;
        case CLOSE: say_goodbye(client); return 0;
        case FAILED: counters.errors++; return 0;
        }
        if (client->tls != TLS && count < (ssize_t)sizeof buffer) return 1;
    }
}

static void accept_some(int listener) {
    for (int i = 0; i < 64; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;
        if (fd < 0) return;
        counters.accepted++;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct client *client = calloc(1, sizeof *client);
        client->fd = fd;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = client};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void run(int listener) {
    static struct epoll_event events[512];
    while (!is_stopping) {
        int count = epoll_wait(epoll, events, 512, 1000);
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (!client) accept_some(listener);
            else if (!serve(client)) end(client);
        }
    }
}

static int listen_on_loopback(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (options.workers > 1) setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("127.0.0.1");
        exit(1);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    return listener;
}

static void tls_prepare(void) {
    context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, options.key, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_num_tickets(context, options.tickets);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_id_context(context, (const uint8_t *)"sink", 4);
    SSL_CTX_set_read_ahead(context, 1);
    if (options.tls12_only) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
}

// Workers share the port, and end with the first of them.
static void fork_workers(void) {
    for (int i = 1; i < options.workers; i++) {
        if (fork() != 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        return;
    }
}

static void report(void) {
    struct cpu_seconds cpu = cpu_used();
    fprintf(stderr, "sink: accepted %llu tls %llu resumed %llu authenticated %llu bound %llu closed %llu errors %llu"
                    " cpu %.3f\n",
            (unsigned long long)counters.accepted, (unsigned long long)counters.tls,
            (unsigned long long)counters.resumed, (unsigned long long)counters.authenticated,
            (unsigned long long)counters.bound, (unsigned long long)counters.closed,
            (unsigned long long)counters.errors, cpu.user + cpu.system);
}

static void usage(void) {
    fputs("sink: -p port, -c chain.pem -k key.pem or -N no TLS, -2 TLS 1.2 at most, -K tickets, -w workers\n"
          "  -M mechanisms, -P password and -I iterations of SCRAM, -H host\n"
          "  -F n: refuse every nth authentication, -e echo presence\n",
          stderr);
    exit(2);
}

static void read_options(int count, char **arguments) {
    int option;
    while ((option = getopt(count, arguments, "p:c:k:N2K:w:M:P:I:H:F:e")) != -1) switch (option) {
        case 'p': options.port = atoi(optarg); break;
        case 'c': options.certificate = optarg; break;
        case 'k': options.key = optarg; break;
        case 'N': options.offers_tls = 0; break;
        case '2': options.tls12_only = 1; break;
        case 'K': options.tickets = atoi(optarg); break;
        case 'w': options.workers = atoi(optarg); break;
        case 'M': options.mechanisms = optarg; break;
        case 'P': options.password = optarg; break;
        case 'I': options.iterations = atoi(optarg); break;
        case 'H': options.host = optarg; break;
        case 'F': options.fail_every = atoi(optarg); break;
        case 'e': options.echoes_presence = 1; break;
        default: usage();
        }
    if (options.offers_tls && (!options.certificate || !options.key)) usage();
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = stop}, NULL);
    raise_descriptor_limit();
    mallopt(M_ARENA_MAX, 1);
    responses_prepare();
    if (options.offers_tls) tls_prepare();
    fork_workers();
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on_loopback();
    fprintf(stderr, "sink: pid %d listens on 127.0.0.1:%d\n", getpid(), options.port);
    run(listener);
    report();
    return 0;
}
