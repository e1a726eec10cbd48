/*
 * cache.h - answers of earlier checks, kept in a file.
 *
 * Only good answers are kept, so a break is never remembered, and only for a
 * while.  Several runs may use one file at once: each reads it when it begins
 * and, when it ends, merges what it has learnt into what is there then, under
 * a lock; the file is replaced whole.  A file that is damaged, or of another
 * version, costs a warning and as many answers as can't be read.
 */
#ifndef ACRAWL_CACHE_H
#define ACRAWL_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"

struct cache;

/* A good answer for a URL, with or without a fragment. */
struct cache_answer {
	int        status; /* HTTP */
	struct str to;     /* of a redirect: where to; else empty */
};

/*
 * Reads path, if it exists; entries older than age_ms, or from the future,
 * don't count.  now_ms: milliseconds since 1970.  Borrows path.  Owned, never
 * NULL: what is wrong is said (a warning), and the cache is as empty as that.
 */
struct cache *cache_open(const char *path, int64_t age_ms, int64_t now_ms);
void          cache_free(struct cache *c);

/* The answer for url; false if there is none.  It lives as long as the cache.
 */
bool cache_get(
    const struct cache *c, struct str url, struct cache_answer *answer);

/* Remembers an answer of now. */
void cache_put(
    struct cache *c, struct str url, const struct cache_answer *answer);

/*
 * Writes what was put, together with what other runs have written meanwhile
 * and is not too old.  False if it can't, which is said (a warning).
 */
bool cache_save(struct cache *c);

#endif
