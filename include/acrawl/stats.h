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

struct stats {
	struct sched *sched;
	int64_t       began_ms;
	uint64_t      ok;
	uint64_t      failed;
	uint64_t      interrupted;
	uint64_t      not_started;
	uint64_t      in_flight; /* pages that are alive */
	uint64_t      queued;
	uint64_t      links;
	uint64_t      bytes; /* decoded */

	struct task ticker; /* draws the progress line */
	bool        progress;
};

void stats_begin(struct stats *s, struct sched *sched, bool progress);

/* Counts one outcome. */
void stats_count(struct stats *s, enum outcome o, uint64_t bytes);

/* Takes the progress line away. */
void stats_end(struct stats *s);

/* The last line on standard error.  why: why the run ended early, or NULL. */
void stats_summary(const struct stats *s, const char *why);

#endif
