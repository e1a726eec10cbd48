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
#include "acrawl/scope.h"
#include "acrawl/stats.h"
#include "acrawl/writer.h"

struct check;

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
 *	services robots.txt and sitemaps on their way (rules.h)
 *	collect  takes pages that are done: as completed, or --ordered gathered
 *	serve    takes services that are done
 *	story    begin, end, signals, deadline, outputs; paces the fetcher
 */
struct crawl {
	const struct config *config;
	struct config        own; /* of a check: what config then is */
	struct loop         *loop;
	struct fetcher      *fetcher;
	struct input        *input;
	struct frontier     *frontier;
	struct writer       *output;  /* links; of a check: its report */
	struct writer       *report;  /* --pages; NULL: none */
	struct writer      **outputs; /* these, and more reports of a check */
	size_t               outputs_n;
	struct scope        *scope; /* of a crawl of a site; NULL: of a list */
	struct check        *check; /* NULL: links are listed, not checked */
	struct group         pages;
	struct group         services;
	struct links_options links_options;
	struct links       **readers; /* to be used again */
	size_t               readers_n;
	struct waitlist      turn_waiters;
	size_t               held_bytes; /* of all pages' held lines */
	struct buf           line;       /* the one being put out */
	struct stats         stats;
	struct url           url;   /* one that was found, while it is judged */
	struct str           agent; /* whom robots.txt is to be about */

	struct task     admit;
	bool            input_ended;
	bool            began; /* all that has to come before the first page */
	bool            waits; /* for --sitemap URL, before the first page */
	bool            goes_on;    /* a check has more to test */
	uint64_t        turns;      /* URLs that got their place in the input */
	uint64_t        turn_limit; /* --ordered: pages before it may begin */
	uint64_t        admitted;   /* URLs that count for --max-pages */
	uint64_t        forbidden;  /* and those that robots.txt forbids */
	bool            sitemap_failed; /* the one that the user named */
	size_t          files;          /* pages alive that read one */
	struct task     collect;
	struct task    *taken; /* by collect: a page that is done */
	struct task     serve;
	struct task    *served; /* by serve: a service that is done */
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

/* Whether hosts have rules: a site is crawled, or robots.txt counts always. */
static inline bool
crawl_has_rules(const struct crawl *c)
{
	return c->scope != NULL || c->config->robots == ROBOTS_ALWAYS;
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

/* ----------------------------------------------------------------------
 * crawl_follow.c: from the links of a page to the frontier.
 */

/* For pages: notes a link that may be followed. */
void crawl_follow(struct crawl *c, struct page *p, const struct link *link);

/* For pages: an attempt begins; what the one before found does not count. */
void crawl_forget_found(struct page *p);

/* For pages: whether X-Robots-Tag says that no link is to be followed. */
bool crawl_is_nofollow(const struct crawl *c, struct str robots_tag);

/*
 * For pages: what becomes of p, which is redirected to p->next.  OK: that is
 * the next hop.  REDIRECT: it is a URL of its own.
 */
enum outcome crawl_judge_redirect(const struct crawl *c, const struct page *p);

/* p is done: all it found goes to the frontier.  Settles a REDIRECT. */
void crawl_take_found(struct crawl *c, struct page *p);

/* A URL that was found, for the frontier, unless it is known or beyond. */
void crawl_found(struct crawl *c, struct str text, const struct lead *lead,
    uint64_t left_out[LEFT_COUNT]);

/* ----------------------------------------------------------------------
 * crawl_rules.c: robots.txt and sitemaps, before the pages of a host.
 */

/*
 * For pages: whether headers that may hold a secret may go to url: to hosts
 * that the user listed, not to what was found.
 */
bool crawl_trusts(const struct crawl *c, const struct url *url);

/* For pages: whether the rules for p->url are known; if not, p is woken. */
bool crawl_knows_rules(struct crawl *c, struct page *p);

/* For pages: whether p->url may be fetched, by the rules: OK, or why not. */
enum outcome crawl_judge(struct crawl *c, const struct page *p);

/* Whether a URL that was found is forbidden, by the rules known so far. */
bool crawl_forbids(const struct crawl *c, const struct url *url);

/* For pages: whether the sitemaps of p's host are read; if not, p is woken. */
bool crawl_has_sitemaps(struct crawl *c, struct page *p);

/* A service is done. */
void crawl_take_service(struct crawl *c, struct page *p);

/* Begins to read the sitemap that the user names; no page begins before. */
void crawl_begin_sitemap(struct crawl *c);

#endif
