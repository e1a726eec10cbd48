/*
 * host.h - one host: its queue, and how it wants to be treated.
 *
 * A host is an origin: scheme, name and port.  It exists while somebody
 * queues, waits or holds a slot there; in a crawl (frontier_options) it is
 * remembered, with its robots.txt, to the end of the run.
 *
 * Only frontier.c changes what is here, but for what is the crawl's: `rules`
 * (rules.h) and what follows them.
 */
#ifndef ACRAWL_HOST_H
#define ACRAWL_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/heap.h"
#include "acrawl/levels.h"
#include "acrawl/list.h"
#include "acrawl/rules.h"

struct frontier;
struct address;

struct host {
	struct frontier *frontier;
	struct host     *chain; /* in its bucket */
	uint64_t         fp;
	struct levels    levels;  /* the queue, and what is unfinished */
	struct list      waiting; /* slots that are asked for */
	struct list      turn;    /* on the one list where it belongs */
	struct list     *on;      /* ... which is this; NULL: none */
	struct heap_node later;   /* in frontier->later */

	size_t   held;       /* slots that are granted */
	size_t   most;       /* as many may be: one at first, when crawling */
	uint32_t answers;    /* since `most` changed */
	uint32_t left;       /* URLs in this turn; 0: it is not its turn */
	int64_t  delay_ms;   /* between two grants */
	int64_t  not_before; /* when the next may be */
	int64_t
	    busy_until;    /* it said that it is busy; not_before has it, too */
	uint32_t busy;     /* how often in a row */
	uint32_t failures; /* attempts in a row that it did not answer */
	bool     sending; /* a slot with a delay is granted, nothing sent yet */
	bool     was_busy;
	bool     given_up;
	bool     closed; /* given up since it wants too long a pause */
	bool     shut; /* no new pages, only those that wait: frontier_shut() */

	uint64_t        pages; /* URLs of it that count */
	struct address *address;

	struct rules rules;
	bool         listed;  /* there is a URL of it in the input */
	bool         no_head; /* it refuses HEAD */
	uint8_t      why;     /* enum outcome of the last attempt that failed */
	uint16_t     why_status; /* ... and its HTTP status */
};

#endif
