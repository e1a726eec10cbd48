/*
 * robots_match.h - the patterns of Allow and Disallow, and which one holds.
 *
 * Patterns and paths are compared in one normal form (RFC 9309, 2.2.2): what
 * an URL may hold as it is stands as it is, all else as %XX in upper case; a
 * reserved character and its escape remain two things, except that %2A and
 * %24 are how a pattern writes '*' and '$' as such (2.2.3).
 */
#ifndef ACRAWL_ROBOTS_MATCH_H
#define ACRAWL_ROBOTS_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/str.h"

/*
 * A pattern at bytes[at].  octets is its length as the standard compares it:
 * in normal form, wildcards and the '$' at the end included.
 */
struct robots_rule {
	uint32_t at;
	uint32_t size;
	uint32_t octets : 31;
	uint32_t allow : 1;
	uint32_t up; /* see robots_match.c */
};

/*
 * Rules that are being collected.  All zero are none.  No more than 1 GB of
 * patterns may be added.
 */
struct robots_rules {
	struct buf          bytes;
	struct robots_rule *rule;
	size_t              n;
	size_t              cap;
};

void robots_rules_add(struct robots_rules *r, struct str pattern, bool allow);
void robots_rules_clear(struct robots_rules *r);

struct robots_table {
	struct buf          bytes;
	struct robots_rule *prefix; /* without wildcards, by their bytes */
	size_t              prefixes;
	struct robots_rule *wild; /* with wildcards, the longest first */
	size_t              wilds;
};

/*
 * Compiles r.  The time is that of sorting: the bytes of the patterns times
 * the logarithm of their number.
 */
void   robots_table_init(struct robots_table *t, const struct robots_rules *r);
void   robots_table_clear(struct robots_table *t);
size_t robots_table_bytes(const struct robots_table *t);

/*
 * Whether path may be fetched.  *work is how many bytes may be read for rules
 * with wildcards, and becomes what is left; if that does not do, it may not.
 *
 * A rule with wildcards costs its own length and that of the path, at most
 * once each, however many wildcards it has.  All other rules together cost a
 * binary search.
 */
bool robots_table_allows(
    const struct robots_table *t, struct str path, size_t *work);

#endif
