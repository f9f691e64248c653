// What the Glibc module leaves out of Linux: epoll, two calls around it, the allocator's arenas, and whose turn is how long.
#ifndef MUSTER_CEPOLL_H
#define MUSTER_CEPOLL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/// accept4(2) without the peer's address, non-blocking and close-on-exec; GNU only, so it is called from C.
int muster_accept(int listener);

/// recvmsg(2) into `bytes`, and when the last of them arrived: wall time in nanoseconds since 1970, left as it is where
/// the kernel does not tell. The control message's macros are not for Swift.
long muster_receive(int descriptor, void *bytes, size_t space, uint64_t *stamp);

/// How long the handshake of a TCP connection that is just established took, in nanoseconds; 0 if the kernel does not
/// know, or a segment was sent again.
uint64_t muster_handshake_time(int descriptor);

/// A datagram socket that asks for time stamps and is bound to nothing; -1 if there is none.
int muster_stamp_keeper(void);

/// A timerfd on the monotonic clock, non-blocking and close-on-exec. <sys/timerfd.h> would define `timespec` anew.
int muster_timer_create(void);

/// Lets it fire once, at this instant of the monotonic clock in nanoseconds.
int muster_timer_set(int timer, uint64_t instant);

/// One arena of malloc(3) for the threads to come. <malloc.h> is not for Swift: it brings <stdio.h> along.
void muster_use_one_arena(void);

/// The calling thread asks the scheduler for turns of this length, at its rank as it is. Cheap from the second time on.
void muster_take_turns(uint64_t nanoseconds);

#endif
