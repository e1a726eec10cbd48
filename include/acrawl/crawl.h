/*
 * crawl.h - a run: the loop and all that it owns.
 */
#ifndef ACRAWL_CRAWL_H
#define ACRAWL_CRAWL_H

#include <stdbool.h>

#include "acrawl/config.h"
#include "acrawl/fetch.h"
#include "acrawl/frontier.h"
#include "acrawl/input.h"
#include "acrawl/page.h"
#include "acrawl/stats.h"
#include "acrawl/writer.h"

/* Why a run ends early. */
enum crawl_stop {
	STOP_NOT,
	STOP_DEADLINE,
	STOP_SIGNAL,
	STOP_OUTPUT, /* an output can't be written */
};

/*
 * Nothing here is global, so that a process may have several.  Tasks:
 *
 *	admit    who goes next: free slots, frontier, input -> pages
 *	pages    one for each URL on its way (page.h)
 *	collect  takes pages that are done: as completed, or --ordered gathered
 *	story    begin, end, signals, deadline, outputs; paces the fetcher
 */
struct crawl {
	const struct config *config;
	struct loop         *loop;
	struct fetcher      *fetcher;
	struct input        *input;
	struct frontier     *frontier;
	struct writer       *output;
	struct writer       *report; /* --pages; NULL: none */
	struct group         pages;
	struct links_options links_options;
	struct links       **readers; /* to be used again */
	size_t               readers_n;
	struct waitlist      turn_waiters;
	size_t               held_bytes; /* of all pages' held lines */
	struct buf           line;       /* the one being put out */
	struct stats         stats;

	struct task     admit;
	bool            input_ended;
	uint64_t        turns; /* URLs that got their place in the input */
	size_t          files; /* pages alive that read one */
	struct task     collect;
	struct task    *taken; /* by collect: a page that is done */
	struct task     story;
	enum crawl_stop stop;
	bool            hurry; /* a second signal */
	struct timer    deadline;
	struct timer    grace;
	struct watch   *signals[3];
};

/*
 * Runs from begin to end.  Returns the exit status: 0, 1 (could not begin,
 * and said why), 2 or 3.
 */
int crawl_run(const struct config *config);

/* For pages: whether no new attempts shall begin. */
static inline bool
crawl_is_ending(const struct crawl *c)
{
	return c->stop != STOP_NOT;
}

/* For pages: whether all pages before p in the input are out. */
bool crawl_is_turn(struct crawl *c, struct page *p);

/* For pages: a reader of links from the pool, and back. */
struct links *crawl_take_links(struct crawl *c);
void          crawl_give_links(struct crawl *c, struct links *links);

/* For pages: puts a link out, or holds it until p's turn. */
void crawl_put_link(struct crawl *c, struct page *p, const struct link *link);

/* For pages: a file is done with, so that the next may come. */
void crawl_file_done(struct crawl *c);

/* For pages: forgets the lines that p holds. */
void crawl_drop_held(struct crawl *c, struct page *p);

#endif
