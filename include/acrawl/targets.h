/*
 * targets.h - what a link check has to test, and who links to it.
 *
 * A target is a URL without its fragment, in its serialisation, or what a page
 * has instead of one (printable, of which it is known that it is no URL); it is
 * tested once.  Where it leads, by a redirect or as the file that stands for
 * it, is another target.  A place is one link to it; a fragment is a target
 * and what stands behind the '#' of some of its places.
 *
 * All of them are numbered from 1; 0 is none.  Nothing here knows how a target
 * is tested.  Cost: a target 40 bytes and its URL, a place 24 bytes, an id of
 * a page 11 to 22 (hash.h).
 */
#ifndef ACRAWL_TARGETS_H
#define ACRAWL_TARGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/pool.h"
#include "acrawl/str.h"

enum target_state {
	TARGET_NEW,    /* nobody wants to know, so far */
	TARGET_WANTED, /* to be tested */
	TARGET_ASKED,  /* a page or a probe is on its way, and tells */
	TARGET_DONE,
};

/* Why a target is not tested. */
enum target_skip {
	SKIP_NOT,
	SKIP_SCHEME,   /* neither http nor https */
	SKIP_EXCLUDED, /* --include, --exclude, the ignore file */
	SKIP_INTERNAL, /* with --external */
	SKIP_EXTERNAL, /* with --internal */
};

struct target {
	uint32_t text;
	uint32_t next;     /* where it leads */
	uint32_t fragment; /* that the redirect brings, with its '#': a text */
	uint32_t places;   /* how many link to it */
	uint32_t depth;    /* of its page, in the crawl */
	uint32_t read;     /* links of its page that are in the table */
	uint32_t named_by; /* that led to it, if no link does: a text */
	uint16_t status;   /* HTTP; 0: no answer, or a file */
	uint8_t  outcome;  /* enum outcome */
	uint8_t  hops; /* redirects from a place to it; 255: none leads there */
	uint8_t  state;             /* enum target_state */
	uint8_t  skip;              /* enum target_skip */
	bool     is_file : 1;       /* answered from the directory */
	bool     requested : 1;     /* a server was asked, or would have been */
	bool     is_page : 1;       /* it is read for its links */
	bool     named_by_file : 1; /* named_by is a path */
	bool     looked : 1;        /* it had its second look */
	bool     wants_ids : 1;     /* somebody links to a fragment of it */
	bool     has_ids : 1;       /* it is HTML, and its ids are known */
	bool     is_unread : 1; /* a page, but robots.txt could not be read */
	bool     from_cache : 1;
	bool     is_stale : 1;    /* the cache is not to answer */
	bool     sets_cookie : 1; /* the answer does, which leads elsewhere */
	bool     ids_known : 1;   /* each fragment is, by an earlier run */
};

/* A page that links to targets. */
struct target_page {
	uint32_t text;
	bool     is_file; /* it is a path; else a URL */
};

struct target_place {
	uint32_t target;
	uint32_t fragment; /* of struct targets' fragments */
	uint32_t page;
	uint32_t line; /* 0: none */
	uint32_t column;
	uint32_t text;
};

struct target_fragment {
	uint32_t target;
	uint32_t text; /* with its '#' */
};

struct targets {
	struct texts texts;
	struct pool  targets;
	struct pool  places;
	struct pool  pages;
	struct pool  fragments;
	struct fpmap by_text; /* targets, and fragments */
	struct fpset ids;
	uint64_t     lost; /* places for which there was no room */
};

void targets_init(struct targets *t);
void targets_clear(struct targets *t);

/* The target of this text, made if it is new; 0 if there is no room. */
uint32_t targets_find(struct targets *t, struct str text);

/* By its number. */
static inline struct target *
target_at(const struct targets *t, uint32_t i)
{
	return pool_at(&t->targets, i);
}

struct str target_text(const struct targets *t, uint32_t i);

/* A page more. */
uint32_t targets_add_page(struct targets *t, struct str text, bool is_file);

/* The fragment of a target, made if it is new.  text begins with '#'. */
uint32_t targets_add_fragment(
    struct targets *t, uint32_t target, struct str text);

/* The same; 0 if there is none. */
uint32_t targets_get_fragment(
    const struct targets *t, uint32_t target, struct str text);

/* A place more, unless there are LIMIT_CHECK_PLACES. */
void targets_add_place(struct targets *t, const struct target_place *place);

/* Something that fragments of a target can name (HTML standard, 7.4.6.4). */
void targets_add_id(struct targets *t, uint32_t target, struct str id);

/*
 * Whether a fragment (with its '#') names something in a target that has its
 * ids, as the HTML standard finds it: as it is, or percent-decoded, or `top`;
 * without what follows ":~:", which is not for the page (URL Fragment Text
 * Directives, 3.3).
 */
bool targets_has_id(struct targets *t, uint32_t target, struct str fragment);

#endif
