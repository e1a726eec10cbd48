/*
 * flags.h - what the query string of a request asks for.
 *
 * Every flag works on any path, and they combine.  Values are
 * percent-decoded; "+" is no blank.  What is no flag is ignored, so any other
 * parameter makes a URL distinct.  head.NAME and get.NAME are for requests of
 * that method only.
 *
 * FLAG_NUMBERS: a number that is not given is -1.  FLAG_TEXTS: a text that is
 * not given has a NULL p.
 *
 * X(name, fault): with fail=N, a fault is for the first N requests only.
 */
#ifndef HTTPD_FLAGS_H
#define HTTPD_FLAGS_H

#include <stdint.h>

#include "acrawl/str.h"

#define FLAG_NUMBERS(X)                                                        \
	X(status, true)     /* default 200, 302 with location, 404 */          \
	X(delay, true)      /* ms before the head */                           \
	X(retryafter, true) /* adds Retry-After */                             \
	X(reset, true)      /* 1: RST, no byte; N: after N bytes of body */    \
	X(empty, true)      /* closes without a byte */                        \
	X(garbage, true)    /* the answer is not HTTP */                       \
	X(headstall, true)  /* never answers */                                \
	X(cut, true)        /* closes after N bytes of body */                 \
	X(stall, true)      /* sends nothing after N bytes of body */          \
	X(badchunk, true)   /* 1: no chunk size is a number; N: after N */     \
	X(drip, true)       /* N bytes of body each 100 ms */                  \
	X(fail, false)      /* the faults are for the first N requests */      \
	X(throttle, false) /* of --rules: after N requests, 429 for a while */ \
	X(links, false)    /* of a generated page; default 3 */                \
	X(first, false)    /* number of the first link; default 1 */           \
	X(size, false)     /* of a generated page, about */                    \
	X(chunked, false)  /* no Content-Length, but chunks */                 \
	X(close, false)    /* Connection: close */                             \
	X(nolength, false) /* no length: the body ends with the connection */  \
	X(http10, false)   /* answers as HTTP/1.0 */                           \
	X(headers, false)  /* N bytes of headers, 1,000 each */                \
	X(longheader, false) /* a header of N bytes */                         \
	X(interim, false)    /* N times 103 Early Hints first */               \
	X(clear, false)      /* /stats: forgets the maxima */

#define FLAG_TEXTS(X)                                                          \
	X(reason, true)    /* of the status line */                            \
	X(type, false)     /* Content-Type; empty: none */                     \
	X(charset, false)  /* its parameter */                                 \
	X(location, false) /* adds Location */                                 \
	X(header, false)   /* adds these bytes as header lines */              \
	X(base, false)     /* <base href> in a generated page's head */        \
	X(basis, false)    /* the same at the end of its body */               \
	X(encoding, false) /* gzip, deflate, br, zstd; bad: a false gzip */    \
	X(raw, false)      /* the body's bytes */

struct flags {
#define FLAG_FIELD(name, fault) int64_t name;
	FLAG_NUMBERS(FLAG_FIELD)
#undef FLAG_FIELD
#define FLAG_FIELD(name, fault) struct str name;
	FLAG_TEXTS(FLAG_FIELD)
#undef FLAG_FIELD
	char *decoded; /* owned: what the texts are views of */
};

/* All as if not given; flags_clear() is allowed, not needed. */
void flags_init(struct flags *f);

void flags_parse(struct flags *f, struct str query, struct str method);

/* Forgets the flags that are faults. */
void flags_drop_faults(struct flags *f);

void flags_clear(struct flags *f);

/* Replaces %XX in place; returns the new length. */
size_t percent_decode(char *p, size_t n);

#endif
