/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is a file with LLVMFuzzerTestOneInput(), as libFuzzer calls it
 * (`make fuzz`); replay.c calls it for the files of a corpus (`make check`).
 * It asserts laws, and keeps nothing from one input to the next, so that a
 * file alone shows what was found.
 */
#ifndef ACRAWL_FUZZ_H
#define ACRAWL_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "acrawl/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A law.  What is said of a broken one is the law itself. */
#define LAW(holds)                                                             \
	do {                                                                   \
		if (!(holds)) {                                                \
			fprintf(stderr, "%s:%d: broken law: %s\n", __FILE__,   \
			    __LINE__, #holds);                                 \
			abort();                                               \
		}                                                              \
	} while (0)

/* A copy that ends where its memory ends.  Its p is owned. */
static inline struct str
fuzz_copy(struct str s)
{
	char *copy = xmalloc(s.n > 0 ? s.n : 1);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return str_n(copy, s.n);
}

static inline struct str
fuzz_drop(struct str s, size_t n)
{
	return n > 0 ? str_n(s.p + n, s.n - n) : s;
}

/* The bytes before the first newline; *s becomes those behind it. */
static inline struct str
fuzz_line(struct str *s)
{
	const char *end = s->n > 0 ? memchr(s->p, '\n', s->n) : NULL;
	struct str  line = *s;

	if (end != NULL)
		line.n = (size_t)(end - s->p);
	*s = fuzz_drop(*s, end != NULL ? line.n + 1 : line.n);
	return line;
}

/* Cuts that are the same for the same seed; 0 is no seed. */
struct fuzz_cuts {
	uint32_t seed;
};

static inline uint32_t
fuzz_next(struct fuzz_cuts *c)
{
	c->seed ^= c->seed << 13;
	c->seed ^= c->seed >> 17;
	c->seed ^= c->seed << 5;
	return c->seed;
}

/* How long the next piece of n > 0 bytes is: short ones more often. */
static inline size_t
fuzz_piece(struct fuzz_cuts *c, size_t n)
{
	uint32_t most = 1u << (1 + fuzz_next(c) % 10);
	size_t   piece = 1 + fuzz_next(c) % most;

	return piece < n ? piece : n;
}

/* An empty view may be anywhere. */
static inline bool
fuzz_inside(struct str view, struct str whole)
{
	return view.n == 0 || (view.p >= whole.p && view.n <= whole.n &&
				  view.p + view.n <= whole.p + whole.n);
}

static inline bool
fuzz_printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

/*
 * How many bytes the first character of s has; 0 if it is not UTF-8.  Written
 * after RFC 3629, section 4, and apart from the program's ways to tell.
 */
static inline size_t
fuzz_utf8(struct str s)
{
	static const struct {
		unsigned char first, last, low, high;
		size_t        n;
	} rows[] = {
	    {0x00, 0x7F, 0, 0, 1},
	    {0xC2, 0xDF, 0x80, 0xBF, 2},
	    {0xE0, 0xE0, 0xA0, 0xBF, 3},
	    {0xE1, 0xEC, 0x80, 0xBF, 3},
	    {0xED, 0xED, 0x80, 0x9F, 3},
	    {0xEE, 0xEF, 0x80, 0xBF, 3},
	    {0xF0, 0xF0, 0x90, 0xBF, 4},
	    {0xF1, 0xF3, 0x80, 0xBF, 4},
	    {0xF4, 0xF4, 0x80, 0x8F, 4},
	};
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t n = rows[i].n;

		if (p[0] < rows[i].first || p[0] > rows[i].last)
			continue;
		if (n > s.n ||
		    (n > 1 && (p[1] < rows[i].low || p[1] > rows[i].high)))
			return 0;
		for (size_t j = 2; j < n; j++)
			if ((p[j] & 0xC0) != 0x80)
				return 0;
		return n;
	}
	return 0;
}

static inline bool
fuzz_is_utf8(struct str s)
{
	while (s.n > 0) {
		size_t n = fuzz_utf8(s);

		if (n == 0)
			return false;
		s = fuzz_drop(s, n);
	}
	return true;
}

#endif
