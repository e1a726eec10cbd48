/*
 * stats.h - what has been done so far: counters, progress, summary.
 */
#ifndef ACRAWL_STATS_H
#define ACRAWL_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/config.h"
#include "acrawl/outcome.h"
#include "acrawl/task.h"

/* Why links are not followed while a site is crawled. */
enum left_out {
	LEFT_SCOPE,
	LEFT_EXCLUDED,
	LEFT_TOO_LONG,
	LEFT_NOFOLLOW,
	LEFT_DEPTH,
	LEFT_MAX_PAGES,
	LEFT_PER_HOST,
	LEFT_COUNT
};

struct stats {
	struct sched *sched;
	int64_t       began_ms;
	uint64_t      ok;
	uint64_t      failed;
	uint64_t      skipped; /* left out by the rules of the crawl */
	uint64_t      interrupted;
	uint64_t      not_started;
	uint64_t      in_flight; /* pages that are alive */
	uint64_t      queued;
	uint64_t      hosts; /* that are known, while a site is crawled */
	uint64_t      links;
	uint64_t      bytes;                /* decoded */
	uint64_t      left_out[LEFT_COUNT]; /* links */
	uint64_t      most; /* pages that there may be; 0: any number */
	bool checking;  /* links are checked, which says itself how they are */
	uint64_t asked; /* while checking: URLs that were */

	struct task ticker; /* draws the progress line */
	bool        progress;
};

void stats_begin(struct stats *s, struct sched *sched, bool progress);

/* Whether an outcome is no failure, though the page was not read. */
bool stats_is_skipped(enum outcome o, int status, bool listed);

/*
 * Counts one outcome.  listed: of a URL that the user listed, which not to
 * fetch is a failure whatever the rules of the crawl are.
 */
void stats_count(
    struct stats *s, enum outcome o, int status, bool listed, uint64_t bytes);

/* Takes the progress line away. */
void stats_end(struct stats *s);

/*
 * The last lines on standard error: what was done, and which links were not
 * followed.  why: why the run ended early, or NULL.
 */
void stats_summary(const struct stats *s, const char *why);

#endif
