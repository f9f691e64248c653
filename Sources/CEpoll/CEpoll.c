#define _GNU_SOURCE
#include "CEpoll.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <malloc.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int muster_accept(int listener) { return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int muster_timer_create(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

int muster_timer_set(int timer, uint64_t instant) {
    struct itimerspec setting = {.it_value = {.tv_sec = instant / 1000000000, .tv_nsec = instant % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, 0);
}

void muster_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }

void muster_give_way(void) {
    static _Thread_local int done;
    if (done) return;
    done = 1;
    // A tenth of the share of others; from Linux 6.12 on a slice of 0.1 s too, which any shorter one cuts off.
    struct sched_attr attributes = {
        .size = sizeof attributes, .sched_policy = SCHED_BATCH, .sched_nice = 10, .sched_runtime = 100000000};
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}
