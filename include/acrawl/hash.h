/*
 * hash.h - keyed fingerprints, a set and a map of them.
 *
 * A fingerprint is the 64-bit SipHash-1-3 of some bytes under a key that is
 * drawn at random when the program starts, so that nobody outside can choose
 * two strings of equal fingerprint.  A set that has seen n strings has taken
 * some new one for an old one with a probability below n * n / 2^65: for a
 * million strings less than 1 in 30,000,000.
 */
#ifndef ACRAWL_HASH_H
#define ACRAWL_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/str.h"

/* The fingerprint of s; never 0. */
uint64_t fingerprint(struct str s);

/*
 * A set of fingerprints: 8 bytes a slot, at most three quarters full, so 11
 * to 22 bytes for each member.  It grows in place: doubling needs no second
 * copy.  All zero is an empty set that owns nothing.
 */
struct fpset {
	uint64_t *slot; /* cap + FPSET_TAIL of them; 0 is an empty slot */
	size_t    n;
	size_t    cap; /* a power of two, or 0 */
};

/* Adds fp; false if it was there. */
bool fpset_add(struct fpset *s, uint64_t fp);

/* Whether fp is a member. */
bool fpset_has(const struct fpset *s, uint64_t fp);

/* Forgets the members; keeps the memory unless it is more than keep bytes. */
void fpset_reset(struct fpset *s, size_t keep);

void fpset_clear(struct fpset *s);

/*
 * A set whose members each have a number: 16 bytes a slot, at most three
 * quarters full.  All zero is an empty one that owns nothing.
 */
struct fpmap {
	struct fpmap_slot *slot;
	size_t             n;
	size_t             cap; /* a power of two, or 0 */
};

struct fpmap_slot {
	uint64_t fp; /* 0: it is empty */
	uint32_t number;
};

/*
 * The number of fp, to be read or set; it is 0 if fp is new, and lives until
 * the next call.
 */
uint32_t *fpmap_at(struct fpmap *m, uint64_t fp);

/* The number of fp; 0 if it is no member. */
uint32_t fpmap_get(const struct fpmap *m, uint64_t fp);

void fpmap_clear(struct fpmap *m);

#endif
