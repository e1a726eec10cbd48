/*
 * cache.h - answers of earlier checks, kept in a file.
 *
 * Only good answers are kept, so a break is never remembered, and only for a
 * while.  Several runs may use one file at once: each reads it when it begins
 * and, when it ends, merges what it has learnt into what is there then, under
 * a lock; the file is replaced whole.  A file that is damaged, or of another
 * version, costs a warning and as many answers as can't be read.  One that is
 * none of ours is left as it is, so that a wrong name destroys nothing.
 *
 * It is text: a line with the version, then one for each answer, the newest
 * first, whose columns are apart by tabs: milliseconds since 1970, the status,
 * the URL, where it redirects to or nothing.  What does not fit into
 * LIMIT_CACHE_BYTES is left out, the oldest first.
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

/*
 * The answer for url that the file had; false if there was none.  It lives as
 * long as the cache.  What counts as good may have been another thing then.
 */
bool cache_get(
    const struct cache *c, struct str url, struct cache_answer *answer);

/* How old the answer is that cache_get() gives; -1: there is none. */
int64_t cache_answer_age(const struct cache *c, struct str url);

/*
 * Remembers an answer of now for later runs; of several for one URL the last.
 * One that is no printable ASCII without blanks, as URLs are, is not kept.
 */
void cache_put(
    struct cache *c, struct str url, const struct cache_answer *answer);

/*
 * Writes what was put, together with what other runs have written meanwhile
 * and is not too old.  Nothing happens if nothing was put.  False if it can't,
 * which is said (a warning); so also if others hold the lock for longer than
 * LIMIT_CACHE_LOCK_MS.  May be called again, after more was put.
 */
bool cache_save(struct cache *c);

#endif
