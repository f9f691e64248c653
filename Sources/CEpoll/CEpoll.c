#define _GNU_SOURCE
#include "CEpoll.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int muster_accept(int listener) { return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC); }

long muster_receive(int descriptor, void *bytes, size_t space, uint64_t *stamp) {
    union {
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr head;
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = space};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    long count = recvmsg(descriptor, &message, 0);
    struct cmsghdr *head = count > 0 ? CMSG_FIRSTHDR(&message) : 0;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_TIMESTAMPNS) {
        struct timespec time;
        memcpy(&time, CMSG_DATA(head), sizeof time);
        *stamp = (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
    }
    return count;
}

uint64_t muster_handshake_time(int descriptor) {
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length)) return 0;
    return info.tcpi_total_retrans ? 0 : (uint64_t)info.tcpi_rtt * 1000;
}

int muster_stamp_keeper(void) {
    int on = 1, descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor >= 0) setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return descriptor;
}

int muster_timer_create(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

int muster_timer_set(int timer, uint64_t instant) {
    struct itimerspec setting = {.it_value = {.tv_sec = instant / 1000000000, .tv_nsec = instant % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, 0);
}

void muster_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }

void muster_take_turns(uint64_t nanoseconds) {
    static _Thread_local uint64_t current;
    if (current == nanoseconds) return;
    current = nanoseconds;
    struct sched_attr attributes = {.size = sizeof attributes};
    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0)) return;
    if (attributes.sched_policy != 0) return;  // not SCHED_OTHER: somebody has chosen
    attributes.sched_runtime = nanoseconds;
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}
