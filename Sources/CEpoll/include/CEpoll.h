// epoll for Swift: the Glibc module leaves <sys/epoll.h> out.
#ifndef MUSTER_CEPOLL_H
#define MUSTER_CEPOLL_H

#include <sys/epoll.h>

#endif
