/*
 * page.h - the life of one page.
 *
 * A page is a task.  It is made for one URL, and when it is done it holds what
 * became of it.  There are four kinds: documents, which are what a run is
 * about and get a row of the report each; probes, of which a link check wants
 * to know only whether they are there; and robots.txt and sitemaps (rules.h).
 * All are fetched in the same way, but read in another.
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
#include "acrawl/stats.h"
#include "acrawl/task.h"
#include "acrawl/url.h"

struct crawl;
struct page;
struct sitemap;

/* The states of a page's task: who holds it there. */
enum page_state {
	PAGE_RULES = 1, /* its host's rules: until robots.txt is there */
	PAGE_QUEUED,    /* the frontier: until its host has a slot */
	PAGE_FETCHING,  /* the fetcher, which may read a file instead */
	PAGE_BACKOFF,   /* the timer: before another attempt */
	PAGE_TURN,      /* crawl->turn_waiters: until all before it are out */
	PAGE_OPENS,     /* the same */
	PAGE_SITEMAPS,  /* its host's rules: until its sitemaps are read */
};

/* What a kind of page does with a response. */
struct page_kind {
	/* The headers of a 2xx response: what is to become of its body? */
	enum fetch_body (*head)(struct page *p, const struct fetch_response *r);
	/* Some of its body.  False: of no more use. */
	bool (*body)(struct page *p, struct str bytes);
	/* An attempt is over, however it ended.  Idempotent. */
	void (*end)(struct page *p);
	/* Whether to ask by HEAD, and whether its answer does not tell. */
	bool (*heads_first)(const struct page *p);
	bool (*needs_get)(const struct page *p);
	int64_t max_redirects; /* -1: as the user says */
	bool    is_page;       /* a URL of the run, with a row */
};

extern const struct page_kind page_document; /* page_document.c */
extern const struct page_kind page_probe;    /* page_probe.c */
extern const struct page_kind page_robots;   /* crawl_rules.c */
extern const struct page_kind page_sitemap;  /* crawl_rules.c */

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
	struct task             task;
	struct crawl           *crawl;
	const struct page_kind *kind;
	struct entry           *entry; /* the URL as listed or found; owned */
	struct url              url;   /* of the hop: at last, the final one */
	struct slot             slot;
	struct fetch           *fetch; /* NULL: none */
	struct page_result      result;
	int64_t                 started_ms;
	int64_t                 redirects;    /* of this attempt */
	int64_t                 retry_after;  /* ms; -1: nothing was said */
	struct url              next;         /* where the redirect leads */
	bool                    trusted;      /* still at its URL's origin */
	bool                    redirected;   /* the response leads elsewhere */
	bool                    bad_redirect; /* ... to what is no URL */
	bool brings_fragment; /* ... with a fragment of its own */
	bool crowded;         /* its address has no room for it */
	bool opens;           /* the first of its host */

	/* Of a document. */
	struct links *links;    /* NULL: nothing to read, or not yet */
	struct buf    held;     /* --ordered: lines that wait for their turn */
	bool          gave_way; /* they were too many to hold */
	bool          sniffing; /* there is no Content-Type */
	uint8_t       sniffed_n;
	char          sniffed[MIME_SNIFF_BYTES];
	char         *link_header;    /* while sniffing; owned */
	char         *refresh_header; /* the same */

	/* Of a document, while a site is crawled. */
	struct buf     found;    /* URLs that may be followed: crawl_follow.c */
	struct source *source;   /* itself, as where they were found; or NULL */
	bool           nofollow; /* they may not */
	uint64_t       left_out[LEFT_COUNT]; /* and those that were left out */

	/* While links are checked. */
	int64_t  hop_ms; /* when its request began */
	uint32_t target; /* of the table of targets; 0: not asked for yet */
	uint32_t target_page; /* the same, of its pages */
	bool     head_only;   /* it asks by HEAD */
	bool     there;       /* its body is of no use, but it has one */
	bool     has_ids;     /* all of them were found */
	bool     sets_cookie; /* the response of this hop does */

	/* Of robots.txt and a sitemap. */
	struct host    *host; /* whose it is */
	struct buf      text;
	struct sitemap *sitemap; /* NULL: nothing to read, or not yet */
	uint8_t         nesting; /* indexes on the way to it */
	bool            named;   /* somebody says that it is there */
};

/* A page for an entry, which it takes.  Owned by a group of the crawl's. */
struct page *page_new(
    struct crawl *crawl, const struct page_kind *kind, struct entry *entry);

/* The task's two functions. */
void page_run(struct task *t);
void page_cancel(struct task *t);

/* A page that is done before it began: it gets this outcome and no more. */
void page_finish(struct page *p, enum outcome outcome);

void page_free(struct page *p);

/* Whether another attempt is to be made, after one that is over. */
bool page_may_retry(const struct page *p);

/* The URL as it was listed or found. */
static inline struct str
page_source(const struct page *p)
{
	return entry_text(p->entry);
}

/* Whether it is SVG: links lead to parts of it by rules of its own. */
static inline bool
page_is_picture(const struct page *p)
{
	return p->result.content_type != NULL &&
	       str_starts_nocase(
		   str_c(p->result.content_type), STR_LIT("image/"));
}

/* Whether the user listed it, or a redirect of what he listed led to it. */
static inline bool
page_is_listed(const struct page *p)
{
	return p->entry->lead.depth == 0;
}

#endif
