#define _GNU_SOURCE
#include "CEpoll.h"

#include <malloc.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

int muster_accept(int listener) { return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int muster_timer_create(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

int muster_timer_set(int timer, uint64_t instant) {
    struct itimerspec setting = {.it_value = {.tv_sec = instant / 1000000000, .tv_nsec = instant % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, 0);
}

void muster_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }
