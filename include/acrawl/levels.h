/*
 * levels.h - URLs that wait, level by level: breadth first.
 *
 * A URL's level is its depth, or 0 for all where the order alone counts.
 * Within a level the first in is the first out.  URLs are packed into blocks:
 * one takes its own length, 16 bytes, and its share of a block's head and
 * tail.  Besides, how many URLs of each level are unfinished (queued, or taken
 * and not done) is counted, since the page that one of them still is may lead
 * to a URL by a shorter way than the one that is known.
 */
#ifndef ACRAWL_LEVELS_H
#define ACRAWL_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/str.h"

struct host;

/* A page that others were found on.  Counts its holders. */
struct source {
	struct source *from; /* held: what was redirected to it; or NULL */
	uint32_t       holders;
	uint32_t       n;
	char           text[];
};

/* Returned with one holder.  drop() frees it with the last; NULL is nothing. */
struct source *source_new(struct str text);
struct source *source_hold(struct source *s);
void           source_drop(struct source *s);

static inline struct str
source_text(const struct source *s)
{
	return s != NULL ? str_n(s->text, s->n) : STR_LIT("");
}

/* What is known of a URL before it is fetched. */
struct lead {
	struct source *source; /* the first page that linked to it; or NULL */
	uint64_t       turn; /* its place in the input, or among what is found;
	                        below 2^62 */
	uint32_t depth;      /* links from an input to it; below 2^31 */
	uint8_t  hops;       /* redirects that led to it, in a row; below 128 */
	bool     free;       /* it does not count for --max-pages */
	bool     probe; /* a link check asks whether it is there, no more */
	bool     again; /* ... and asks once more, by another connection */
};

/*
 * A URL out of the queue, as it was listed (in printable form) or found; or
 * that of a file, which is in no queue, with its path.
 */
struct entry {
	struct lead  lead;  /* holds its source */
	struct host *host;  /* whose queue it was in; NULL: none */
	uint32_t     level; /* ... and where there */
	uint32_t     n;
	bool         is_file;
	char         text[]; /* and a file's path, with a NUL */
};

/* Takes a holder of lead->source.  Returned owned. */
struct entry *entry_new(struct str text, const struct lead *lead);
struct entry *entry_new_file(struct str text, struct str path, uint64_t turn);
void          entry_free(struct entry *e);

static inline struct str
entry_text(const struct entry *e)
{
	return str_n(e->text, e->n);
}

/* The path of a file; NULL: it is to be fetched. */
static inline const char *
entry_path(const struct entry *e)
{
	return e->is_file ? e->text + e->n : NULL;
}

#define LEVELS_NONE UINT32_MAX

struct level;

/* All zero is empty. */
struct levels {
	struct level *first; /* by number */
	struct level *last;
	size_t        queued;
};

void levels_clear(struct levels *l);

/* Queues a URL of less than 16 MB.  It counts as unfinished; source is held. */
void levels_push(
    struct levels *l, uint32_t level, struct str text, const struct lead *lead);

/* Takes the first of the lowest level out, owned.  There must be one. */
struct entry *levels_pop(struct levels *l);

/* The level and turn of what levels_pop() would take.  False: of nothing. */
bool levels_next(const struct levels *l, uint32_t *level, uint64_t *turn);

/* One more unfinished URL of a level, which is in no queue here. */
void levels_begin(struct levels *l, uint32_t level);

/* One is done.  True if levels_lowest() has changed. */
bool levels_end(struct levels *l, uint32_t level);

/* The lowest level with an unfinished URL; LEVELS_NONE if there is none. */
uint32_t levels_lowest(const struct levels *l);

#endif
