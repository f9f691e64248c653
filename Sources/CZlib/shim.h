// zlib for Swift.
#ifndef MUSTER_CZLIB_SHIM_H
#define MUSTER_CZLIB_SHIM_H

#include <zlib.h>

// The initialisers are macros that Swift does not see.
static inline int muster_deflate_init(z_stream *stream, int window_bits, int memory_level) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY);
}

static inline int muster_inflate_init(z_stream *stream) { return inflateInit(stream); }

#endif
