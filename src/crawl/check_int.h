/*
 * check_int.h - what the files of a link check share.
 */
#ifndef ACRAWL_CHECK_INT_H
#define ACRAWL_CHECK_INT_H

#include "acrawl/baseline.h"
#include "acrawl/cache.h"
#include "acrawl/check.h"
#include "acrawl/check_report.h"
#include "acrawl/crawl.h"
#include "acrawl/findings.h"
#include "acrawl/site_find.h"
#include "acrawl/targets.h"

/* Numbers of targets. */
struct numbers {
	uint32_t *items;
	size_t    n;
	size_t    cap;
};

/* The findings, and all that they point to. */
struct found_all {
	struct findings findings;
	struct finding *items;
	struct place   *places;
	struct str     *again;
	struct str     *gone;
	struct texts    texts; /* that the table of targets has not */
	uint32_t       *of;    /* of each target: its finding; 0: none */
	uint32_t       *of_fragment;
};

/* A report, and where it goes. */
struct report_to {
	enum check_report kind;
	struct writer    *writer;
	bool              colour;
};

struct check {
	struct crawl        *crawl;
	const struct config *config; /* as the user has it */
	struct targets       targets;
	struct scope        *site; /* without -r: what is internal; or NULL */
	struct str           base; /* URL of a directory; empty: none */
	struct site_finder **finders; /* of each directory of the input */
	size_t               finders_n;
	char                *cwd;
	struct ignore        ignore;   /* patterns; the scope borrows them */
	struct baseline     *baseline; /* NULL: none */
	struct cache        *cache;    /* NULL: none */
	struct numbers       soon;     /* wanted: when the input has ended */
	struct numbers       later;    /* wanted: when no page is left */
	struct numbers       failed;   /* for a second look */
	struct fpset places;     /* of pages that are read again: remembered */
	uint64_t     pages_open; /* pages of the crawl, queued or alive */
	uint64_t     pages_read;
	uint32_t     last; /* the target that was asked for before; 0: none */
	uint64_t     links;
	uint64_t     partial; /* pages that were there, and not read whole */
	bool         second;  /* the second look has begun */
	bool         fragments_known; /* the cache was asked about fragments */
	bool         keep_failed;     /* what is to be kept can't be written */
	bool         is_empty;        /* there was nothing to check */
	bool         is_full;         /* there was more than can be held */
	uint64_t   unread; /* pages that robots.txt, unreadable, kept closed */
	struct url url;
	struct buf text;
	struct found_all  found;
	struct report_to *reports;
	size_t            reports_n;
	struct trace     *trace; /* --explain; NULL: none */
};

/* Where a chain of redirects ends, and what that means for its first. */
struct ending {
	enum verdict verdict;
	enum outcome outcome; /* of BROKEN, BLOCKED, INVALID, REDIRECTED */
	int          status;
	uint32_t     last;     /* the target at the end */
	uint32_t     fragment; /* that the redirects bring: a text; or 0 */
	uint32_t     led_to; /* the same, as redirects led there; 0: none did */
	uint32_t
	     moved_to; /* REDIRECTED: as far as it has moved for good; or 0 */
	bool tested;
	bool permanent; /* REDIRECTED: the first hop is */
};

/* check.c */

/*
 * A place more, at a URL or (NULL) at what is none.  False: it is remembered
 * already (below), or there is no room.
 */
bool check_add_place(struct check *ck, struct target_place *place,
    const struct url *url, struct str raw);

/*
 * From now on the places of these pages, numbers of texts, count as known:
 * pages that broke off are read again from their first byte.
 */
void check_remember_places(struct check *ck, const struct fpset *pages);

/* Whether a URL is one of the site of the inputs. */
bool check_is_internal(const struct check *ck, const struct url *url);

/* verdicts.c */
struct ending check_ending(const struct check *ck, uint32_t target);

/* Whether a fragment is there, as far as can be known. */
bool check_has_fragment(struct check *ck, const struct target_fragment *f,
    const struct ending *ending);

/* findings.c */
void check_find(struct check *ck, const char *why);
void check_forget_findings(struct check *ck);

/* Whether a target of the baseline works again, or nobody links to it. */
bool check_is_over(struct check *ck, struct str target);

/* check_keep.c: what is kept for the next run. */
void check_write_baseline(struct check *ck);
void check_fill_cache(struct check *ck);

/* Whether a target's answer of an earlier run will do, which it then has. */
bool check_ask_cache(struct check *ck, uint32_t target);

/* Records where a target leads. */
void check_leads_to(struct check *ck, uint32_t target, const struct url *to,
    bool brings_fragment);

/* The target of a URL, without its fragment.  0: no room. */
uint32_t check_target_of(struct check *ck, const struct url *url);

/* It is to be asked for, though it is a page of the crawl. */
void check_probe(struct check *ck, uint32_t target);

void numbers_push(struct numbers *to, uint32_t target);

/* check.c: a target is done; if it failed, it may get a second look. */
void check_note_failure(struct check *ck, uint32_t target);

#endif
