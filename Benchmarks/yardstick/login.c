// The yardstick: an XMPP login client of one thread, epoll and OpenSSL, and nothing that a product needs.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "login.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

struct options options = {
    .port = 5222, .logins = 20000, .concurrency = 200, .sources = 1, .hold_seconds = -1,
    .domain = "xmpp.test", .mechanism = "PLAIN", .password = "secret", .verify = "none",
};
struct counters counters;

static int epoll;
static struct sockaddr_in server;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static long resident_kib(void) {
    long total, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &total, &resident) != 2) perror("/proc/self/statm");
    if (file) fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void end(struct session *session, int result) {
    tls_end(session);
    close(session->fd);
    free(session->partial.bytes);
    free(session->client_first);
    free(session);
    counters.open--;
    if (result == FINISHED) counters.done++;
    else counters.failed++;
}

// One address has some 14,000 quick ports to one peer; more sessions take turns over 127.0.0.2, .3, ...
static void choose_source(int fd, uint32_t number) {
    int one = 1;
    struct sockaddr_in source = {.sin_family = AF_INET};
    source.sin_addr.s_addr = htonl(0x7f000002 + number % options.sources);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&source, sizeof source)) fail("bind");
}

static void start(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0) fail("socket");
    struct session *session = calloc(1, sizeof *session);
    session->fd = fd;
    session->number = counters.started++;
    counters.open++;
    if (options.sources > 1) choose_source(fd, session->number);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS) {
        end(session, FAILED);
        return;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = session};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static int take_bytes(struct session *session, char *bytes, size_t count) {
    if (session->ssl) return tls_take(session, bytes, count);
    int result = feed(&session->partial, bytes, count, take_unit, session);
    if (result != START_TLS) return result;
    tls_begin(session);
    return tls_take(session, bytes, 0);
}

// Edge-triggered: after a short read there is nothing left, unless the peer closed, which brings no further event.
static int receive(struct session *session, uint32_t events) {
    static char buffer[65536];
    for (;;) {
        counters.receives++;
        ssize_t count = recv(session->fd, buffer, sizeof buffer, 0);
        if (count < 0) return errno == EAGAIN ? GO_ON : FAILED;
        if (count == 0) return session->state == CLOSING ? FINISHED : FAILED;
        int result = take_bytes(session, buffer, count);
        if (result) return result;
        if (count < (ssize_t)sizeof buffer && !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))) return GO_ON;
    }
}

static int take_event(struct session *session, uint32_t events) {
    if (session->state == CONNECTING) {
        if (events & (EPOLLERR | EPOLLHUP)) return FAILED;
        if (!(events & EPOLLOUT)) return GO_ON;
        session->state = FIRST_FEATURES;
        return send_header(session);
    }
    if (!(events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) return GO_ON;
    return receive(session, events);
}

static int take_events(int timeout_ms) {
    static struct epoll_event events[1024];
    int count = epoll_wait(epoll, events, 1024, timeout_ms);
    for (int i = 0; i < count; i++) {
        int result = take_event(events[i].data.ptr, events[i].events);
        if (result) end(events[i].data.ptr, result);
    }
    return count;
}

// `concurrency` bounds what is logging in. When resuming, the first login goes alone and brings the ticket.
static int may_start(void) {
    int concurrency = options.resume && !tls_has_ticket() ? 1 : options.concurrency;
    int logging_in = options.hold_seconds >= 0 ? counters.started - counters.bound - counters.failed : counters.open;
    return counters.started < options.logins && logging_in < concurrency;
}

static int is_over(void) {
    return (options.hold_seconds >= 0 ? counters.bound : counters.done) + counters.failed >= options.logins;
}

static void run(void) {
    while (!is_over()) {
        for (int burst = 0; burst < 64 && may_start(); burst++) start();
        int count = take_events(may_start() ? 0 : 5000);
        if (count == 0 && counters.started >= options.logins) {
            fprintf(stderr, "nothing for 5 s: done %d failed %d open %d\n", counters.done, counters.failed,
                    counters.open);
        }
    }
}

static void report(double wall, struct cpu_seconds before, struct cpu_seconds after) {
    int done = options.hold_seconds >= 0 ? counters.bound : counters.done;
    double user = (after.user - before.user) * 1000 / done, system = (after.system - before.system) * 1000 / done;
    printf("ok %d err %d wall %.2fs rate %.0f/s | CPU s/1000 = %.4f (user %.4f sys %.4f) resumed %d"
           " recv %.1f send %.1f per login\n",
           done, counters.failed, wall, done / wall, user + system, user, system, counters.resumed,
           (double)counters.receives / done, (double)counters.sends / done);
    fflush(stdout);
}

// Tickets still come after the login, so memory is read at the end.
static void hold(long resident_before) {
    double until = seconds() + options.hold_seconds;
    while (seconds() < until) take_events(200);
    long resident = resident_kib();
    printf("held %d: rss before %ld KiB, now %ld KiB: %.2f KiB a session\n", counters.open, resident_before, resident,
           (double)(resident - resident_before) / counters.open);
}

static void usage(void) {
    fputs("login: -p port, -n logins, -c concurrency, -d domain, -P password\n"
          "  -t STARTTLS, -V none|skip|full|cache, -A ca.pem, -R resume, -2 TLS 1.2 at most, -x release buffers\n"
          "  -m PLAIN|SCRAM-SHA-1|SCRAM-SHA-256, -C cache the salted password, -s session, -r roster\n"
          "  -H seconds: hold the sessions, -S n: take turns over n source addresses\n",
          stderr);
    exit(2);
}

static void read_options(int count, char **arguments) {
    int option;
    while ((option = getopt(count, arguments, "p:n:c:d:P:tV:A:R2xm:CsrH:S:")) != -1) switch (option) {
        case 'p': options.port = atoi(optarg); break;
        case 'n': options.logins = atoi(optarg); break;
        case 'c': options.concurrency = atoi(optarg); break;
        case 'd': options.domain = optarg; break;
        case 'P': options.password = optarg; break;
        case 't': options.use_tls = 1; break;
        case 'V': options.verify = optarg; break;
        case 'A': options.ca_file = optarg; break;
        case 'R': options.resume = 1; break;
        case '2': options.tls12_only = 1; break;
        case 'x': options.release_buffers = 1; break;
        case 'm': options.mechanism = optarg; break;
        case 'C': options.cache_salted_password = 1; break;
        case 's': options.send_session = 1; break;
        case 'r': options.send_roster = 1; break;
        case 'H': options.hold_seconds = atoi(optarg); break;
        case 'S': options.sources = atoi(optarg); break;
        default: usage();
        }
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(options.port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (options.use_tls) tls_prepare();
    epoll = epoll_create1(EPOLL_CLOEXEC);

    long resident = resident_kib();
    double began = seconds();
    struct cpu_seconds before = cpu_used();
    run();
    report(seconds() - began, before, cpu_used());
    if (options.hold_seconds >= 0) hold(resident);
    return counters.failed != 0;
}
