/*
 * plain.h - whether bytes of a document are what they mean.
 */
#ifndef ACRAWL_PLAIN_H
#define ACRAWL_PLAIN_H

#include "acrawl/str.h"

/* What the bytes of a value are, in the high bits of bytes. */
struct plain_kinds {
	uint64_t beyond; /* ASCII */
	uint64_t odd;    /* NUL, "&", CR; perhaps of some bytes above one */
};

static inline uint64_t
plain_zeros(uint64_t w)
{
	return (w - 0x0101010101010101u) & ~w;
}

static inline void
plain_add(struct plain_kinds *k, uint64_t w)
{
	const uint64_t each = 0x0101010101010101u;

	k->beyond |= w;
	k->odd |= plain_zeros(w) | plain_zeros(w ^ each * '&') |
	          plain_zeros(w ^ each * '\r');
}

static inline uint64_t
plain_eight(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* Whether raw is its own value.  *high: it has bytes beyond ASCII. */
static inline bool
plain_is(struct str raw, bool *high)
{
	const uint64_t     each = 0x0101010101010101u;
	struct plain_kinds k = {0, 0};

	if (raw.n >= 8) {
		for (size_t i = 0; i < raw.n - 8; i += 8)
			plain_add(&k, plain_eight(raw.p + i));
		plain_add(&k, plain_eight(raw.p + raw.n - 8));
	} else {
		for (size_t i = 0; i < raw.n; i++)
			plain_add(&k, each * (unsigned char)raw.p[i]);
	}
	*high = (k.beyond & each * 0x80) != 0;
	return ((k.beyond | k.odd) & each * 0x80) == 0;
}

#endif
