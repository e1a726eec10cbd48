/*
 * crawl_int.h - what the files of crawl share.
 */
#ifndef ACRAWL_CRAWL_INT_H
#define ACRAWL_CRAWL_INT_H

#include "acrawl/crawl.h"

enum crawl_state {
	ADMIT_WAITS = 1, /* frontier, input, outputs' queues, collect */
	COLLECT_WAITS,   /* the group of pages */
	SERVE_WAITS,     /* the group of services */
	STORY_RUNS,      /* signals, deadline, outputs, collect */
	STORY_ENDS,      /* the same, and the timer `grace` */
	STORY_COLLECTS,  /* collect */
	STORY_CLOSES,    /* outputs, a second signal, the timer `grace` */
};

/* The tasks of a crawl. */
void crawl_admit_run(struct task *t);
void crawl_collect_run(struct task *t);
void crawl_serve_run(struct task *t);
void crawl_story_run(struct task *t);

/* crawl_admit.c */

/* Whether there is nothing left to do. */
bool crawl_is_finished(const struct crawl *c);

/*
 * Takes a URL that was not begun, which gets its row: the run ends.  False if
 * there is none.
 */
bool crawl_refuse_entry(struct crawl *c);

/*
 * A file of a directory: a new page, or nothing if its URL is known.  There
 * is nobody to be polite to, so it does not go through the frontier.
 */
void crawl_take_file(struct crawl *c, const struct input_line *line);

/* The page is fetched again in its turn: what it has is too much to hold. */
void crawl_give_way(struct crawl *c, struct page *p);

/* How many URLs --max-pages, or its default, allows. */
uint64_t crawl_max_pages(const struct crawl *c);

/* crawl.c: a signal came. */
void crawl_on_signal(void *arg, int signal_number, int what);

/* crawl_setup.c: false if it can't begin, which is said. */
bool crawl_set_up(struct crawl *c, const struct config *config);
void crawl_take_down(struct crawl *c);

#endif
