/*
 * hash.c - SipHash-1-3 and a set of fingerprints.
 *
 * The set is open addressing with linear probing that never wraps around:
 * behind the cap slots stands a short tail for the runs that begin near the
 * end.  Growing doubles the array in place.  A member's new home is its old
 * one or cap slots further, so a walk from the front, taking each member out
 * and putting it in again, never meets one that it has moved already; only
 * the tail has to be set aside first.
 */
#include "acrawl/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "acrawl/mem.h"

#define FPSET_TAIL 256
#define FPSET_MIN  256

static uint64_t
rotl(uint64_t x, int b)
{
	return (x << b) | (x >> (64 - b));
}

/* The four words of the state, apart so that they stay in registers. */
#define SIP_ROUND(v0, v1, v2, v3)                                              \
	do {                                                                   \
		v0 += v1;                                                      \
		v1 = rotl(v1, 13) ^ v0;                                        \
		v0 = rotl(v0, 32);                                             \
		v2 += v3;                                                      \
		v3 = rotl(v3, 16) ^ v2;                                        \
		v0 += v3;                                                      \
		v3 = rotl(v3, 21) ^ v0;                                        \
		v2 += v1;                                                      \
		v1 = rotl(v1, 17) ^ v2;                                        \
		v2 = rotl(v2, 32);                                             \
	} while (0)

/* The key of this process.  Set once, before there is a second thread. */
static const uint64_t *
key(void)
{
	static uint64_t k[2];
	static bool     drawn;

	while (!drawn) {
		ssize_t n = getrandom(k, sizeof(k), 0);

		if (n < 0 && errno != EINTR)
			abort();
		drawn = n == (ssize_t)sizeof(k);
	}
	return k;
}

uint64_t
fingerprint(struct str s)
{
	const uint64_t *k = key();
	uint64_t        v0 = k[0] ^ 0x736f6d6570736575;
	uint64_t        v1 = k[1] ^ 0x646f72616e646f6d;
	uint64_t        v2 = k[0] ^ 0x6c7967656e657261;
	uint64_t        v3 = k[1] ^ 0x7465646279746573;
	uint64_t        word;
	size_t          i;

	for (i = 0; i + 8 <= s.n; i += 8) {
		memcpy(&word, s.p + i, 8);
		v3 ^= word;
		SIP_ROUND(v0, v1, v2, v3);
		v0 ^= word;
	}
	word = 0;
	if (i < s.n)
		memcpy(&word, s.p + i, s.n - i);
	word |= (uint64_t)s.n << 56;
	v3 ^= word;
	SIP_ROUND(v0, v1, v2, v3);
	v0 ^= word;
	v2 ^= 0xff;
	SIP_ROUND(v0, v1, v2, v3);
	SIP_ROUND(v0, v1, v2, v3);
	SIP_ROUND(v0, v1, v2, v3);
	word = v0 ^ v1 ^ v2 ^ v3;
	return word != 0 ? word : 1;
}

/* Puts fp in its place: 1 added, 0 there already, -1 no room in the tail. */
static int
place(struct fpset *s, uint64_t fp)
{
	uint64_t *slot = s->slot + (fp & (s->cap - 1));
	uint64_t *end = s->slot + s->cap + FPSET_TAIL;

	for (; slot < end; slot++) {
		if (*slot == fp)
			return 0;
		if (*slot == 0) {
			*slot = fp;
			return 1;
		}
	}
	return -1;
}

/* Doubles the array; false if some run does not fit into the new tail. */
static bool
rehash(struct fpset *s)
{
	uint64_t tail[FPSET_TAIL];
	size_t   old = s->cap;
	bool     fits = true;

	s->cap = old * 2;
	s->slot = xrealloc(s->slot, s->cap + FPSET_TAIL, sizeof(uint64_t));
	memcpy(tail, s->slot + old, sizeof(tail));
	memset(s->slot + old, 0, (old + FPSET_TAIL) * sizeof(uint64_t));
	for (size_t i = 0; i < old; i++) {
		uint64_t fp = s->slot[i];

		s->slot[i] = 0;
		if (fp != 0 && place(s, fp) < 0)
			fits = false;
	}
	for (size_t i = 0; i < FPSET_TAIL; i++)
		if (tail[i] != 0 && place(s, tail[i]) < 0)
			fits = false;
	return fits;
}

bool
fpset_add(struct fpset *s, uint64_t fp)
{
	int placed;

	if (s->cap == 0) {
		s->cap = FPSET_MIN;
		s->slot = xcalloc(s->cap + FPSET_TAIL, sizeof(uint64_t));
	}
	if (s->n >= s->cap / 4 * 3 && !rehash(s))
		abort();
	while ((placed = place(s, fp)) < 0)
		if (!rehash(s))
			abort();
	s->n += (size_t)placed;
	return placed == 1;
}

bool
fpset_has(const struct fpset *s, uint64_t fp)
{
	if (s->cap == 0)
		return false;
	for (size_t i = fp & (s->cap - 1); i < s->cap + FPSET_TAIL; i++)
		if (s->slot[i] == fp || s->slot[i] == 0)
			return s->slot[i] == fp;
	return false;
}

void
fpset_reset(struct fpset *s, size_t keep)
{
	size_t bytes = (s->cap + FPSET_TAIL) * sizeof(uint64_t);

	if (s->cap == 0 || s->n == 0)
		return;
	if (bytes > keep) {
		fpset_clear(s);
		return;
	}
	memset(s->slot, 0, bytes);
	s->n = 0;
}

void
fpset_clear(struct fpset *s)
{
	free(s->slot);
	*s = (struct fpset){0};
}

/* Where fp is, or is to be. */
static struct fpmap_slot *
find_slot(const struct fpmap *m, uint64_t fp)
{
	size_t i = fp & (m->cap - 1);

	while (m->slot[i].fp != 0 && m->slot[i].fp != fp)
		i = (i + 1) & (m->cap - 1);
	return &m->slot[i];
}

static void
grow_map(struct fpmap *m)
{
	struct fpmap old = *m;

	m->cap = old.cap > 0 ? old.cap * 2 : FPSET_MIN;
	m->slot = xcalloc(m->cap, sizeof(*m->slot));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slot[i].fp != 0)
			*find_slot(m, old.slot[i].fp) = old.slot[i];
	free(old.slot);
}

uint32_t *
fpmap_at(struct fpmap *m, uint64_t fp)
{
	struct fpmap_slot *slot;

	if (m->n >= m->cap / 4 * 3)
		grow_map(m);
	slot = find_slot(m, fp);
	m->n += slot->fp == 0;
	slot->fp = fp;
	return &slot->number;
}

uint32_t
fpmap_get(const struct fpmap *m, uint64_t fp)
{
	return m->cap > 0 ? find_slot(m, fp)->number : 0;
}

void
fpmap_clear(struct fpmap *m)
{
	free(m->slot);
	*m = (struct fpmap){0};
}
