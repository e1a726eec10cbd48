/*
 * page.h - the life of one page.
 *
 * A page is a task.  It is made for one URL of the input, and when it is done
 * it holds what became of it: one row of the report.
 */
#ifndef ACRAWL_PAGE_H
#define ACRAWL_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/fetch.h"
#include "acrawl/frontier.h"
#include "acrawl/html.h"
#include "acrawl/links.h"
#include "acrawl/mime.h"
#include "acrawl/task.h"
#include "acrawl/url.h"

struct crawl;

/* The states of a page's task: who holds it there. */
enum page_state {
	PAGE_QUEUED = 1, /* the frontier: until its host has a slot */
	PAGE_FETCHING,   /* the fetcher, which may read a file instead */
	PAGE_BACKOFF,    /* the timer: before another attempt */
	PAGE_TURN,       /* crawl->turn_waiters: until all before it are out */
};

/* What became of it: a row of the report. */
struct page_result {
	enum outcome outcome;
	int          status; /* HTTP; 0: no response */
	uint64_t     bytes;  /* decoded */
	uint64_t     links;  /* that were put out */
	int64_t      ms;     /* from its first request to its end */
	int64_t      attempts;
	char        *content_type; /* owned; NULL: none */
};

struct page {
	struct task        task;
	struct crawl      *crawl;
	struct entry      *entry; /* the URL as listed; owned */
	struct url         url;   /* of the hop: at last, the final one */
	struct slot        slot;
	struct fetch      *fetch; /* NULL: none */
	struct links      *links; /* NULL: nothing to read, or not yet */
	struct buf         held; /* --ordered: lines that wait for their turn */
	struct page_result result;
	int64_t            started_ms;
	int64_t            redirects;    /* of this attempt */
	int64_t            retry_after;  /* ms; -1: the server said nothing */
	bool               trusted;      /* still at the origin of its URL */
	bool               redirected;   /* the response leads elsewhere */
	bool               bad_redirect; /* ... to what is no URL */
	bool               gave_way;     /* its lines were too many to hold */
	bool               sniffing;     /* there is no Content-Type */
	uint8_t            sniffed_n;
	char               sniffed[MIME_SNIFF_BYTES];
	char              *link_header;    /* while sniffing; owned */
	char              *refresh_header; /* the same */
	struct url         next;           /* where the redirect leads */
};

/* A page for an entry, which it takes.  Owned by the crawl's group. */
struct page *page_new(struct crawl *crawl, struct entry *entry);

/* The task's two functions. */
void page_run(struct task *t);
void page_cancel(struct task *t);

/* A page that is done before it began: it gets this outcome and no more. */
void page_finish(struct page *p, enum outcome outcome);

void page_free(struct page *p);

/* The URL as it was listed. */
static inline struct str
page_source(const struct page *p)
{
	return entry_text(p->entry);
}

#endif
