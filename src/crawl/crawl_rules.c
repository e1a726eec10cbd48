/*
 * crawl_rules.c - robots.txt and sitemaps, before the pages of a host.
 *
 *	unknown --> asked --> known ------> its sitemaps, one by one
 *	              ^   `-> unreachable
 *	              `--------- a while later
 *
 * The first page of a host finds the rules unknown: no new page of the host
 * begins, robots.txt is fetched, and those who wait are woken.  With --ordered
 * that page reads the sitemaps in its own turn, so that each URL they name
 * gets the same place each time.
 */
#include <stdlib.h>

#include "crawl_int.h"

#include "acrawl/hash.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/robots.h"
#include "acrawl/sitemap.h"

/* The sitemaps of a host. */
struct sitemaps {
	struct buf   list; /* of struct item, each with its URL behind it */
	size_t       at;   /* those before it are read */
	struct fpset known;
	size_t       n; /* of them, so far */
	bool         begun;
	bool         done;
	bool         opened; /* a page is to begin them in its turn */
};

struct item {
	uint32_t n;
	uint8_t  nesting;
	bool     named;  /* by somebody, so that it should be there */
	bool     listed; /* by the user */
};

void
rules_clear(struct rules *r)
{
	robots_free(r->robots);
	if (r->sitemaps != NULL) {
		buf_clear(&r->sitemaps->list);
		fpset_clear(&r->sitemaps->known);
		free(r->sitemaps);
	}
}

/* Begins to fetch something of a host's, beside the pages. */
static void
spawn_service(struct crawl *c, const struct page_kind *kind, struct host *h,
    struct str url, const struct item *item)
{
	struct lead  lead = {.depth = item->listed ? 0 : 1};
	struct page *p = page_new(c, kind, entry_new(url, &lead));

	p->host = h;
	p->nesting = item->nesting;
	p->named = item->named;
	group_spawn(&c->services, &p->task, 0, loop_sched(c->loop), page_run,
	    page_cancel);
}

/* The URL of a path at url's origin; into `text`. */
static struct str
at_origin(struct buf *text, const struct url *url, struct str path)
{
	struct str scheme = url_scheme(url);

	buf_init(text, 0);
	buf_add(text, scheme);
	buf_add(text, STR_LIT("://"));
	buf_add(text,
	    str_n(url_href(url).p + url->host_at, url->path_at - url->host_at));
	buf_add(text, path);
	return buf_str(text);
}

/* Whether the server says that there is no such file, for us. */
static bool
is_refused(const struct page_result *r)
{
	return r->outcome == OUTCOME_HTTP && r->status < 500 &&
	       r->status != 429;
}

/* ----------------------------------------------------------------------
 * Sitemaps.
 */

/* One more sitemap to read, unless it is known. */
static void
add_sitemap(struct host *h, struct str url, struct item item)
{
	struct sitemaps *s = h->rules.sitemaps;

	if (fpset_has(&s->known, fingerprint(url)))
		return;
	if (s->n == LIMIT_SITEMAPS ||
	    s->list.n + sizeof(item) + url.n > LIMIT_SITEMAP_LIST_BYTES) {
		log_error("More than %zu sitemaps; left out, as others may be: "
			  "%.*s",
		    s->n, (int)url.n, url.p);
		s->n = LIMIT_SITEMAPS + 1;
	}
	if (s->n > LIMIT_SITEMAPS)
		return;
	fpset_add(&s->known, fingerprint(url));
	s->n++;
	item.n = (uint32_t)url.n;
	buf_add(&s->list, str_n((char *)&item, sizeof(item)));
	buf_add(&s->list, url);
}

/* The host's next sitemap; or there is no more. */
static void
read_next_sitemap(struct crawl *c, struct host *h)
{
	struct sitemaps *s = h->rules.sitemaps;
	struct str       rest = str_n(s->list.p + s->at, s->list.n - s->at);
	struct item      item;
	struct str       url;

	if (rest.n > 0 && !crawl_is_ending(c) &&
	    c->admitted < crawl_max_pages(c)) {
		memcpy(&item, rest.p, sizeof(item));
		url = str_n(rest.p + sizeof(item), item.n);
		s->at += sizeof(item) + item.n;
		spawn_service(c, &page_sitemap, h, url, &item);
		return;
	}
	buf_clear(&s->list);
	s->at = 0;
	s->done = true;
	c->waits = false;
	frontier_done(h, 0);
	waitlist_wake(&h->rules.waiters);
	task_wake(&c->admit);
}

static void
begin_sitemaps(struct crawl *c, struct host *h)
{
	struct sitemaps *s = h->rules.sitemaps;

	if (s == NULL || s->begun)
		return;
	s->begun = true;
	read_next_sitemap(c, h);
}

/* Whether the crawl wants the sitemaps of url's host. */
static bool
wants_sitemaps(const struct crawl *c, const struct page *p)
{
	return c->scope != NULL && strcmp(c->config->sitemap, "auto") == 0 &&
	       c->config->depth != 0 && scope_has_host(c->scope, &p->url) &&
	       (c->config->scope != SCOPE_ANY || page_is_listed(p));
}

static void
make_sitemaps(struct host *h)
{
	h->rules.sitemaps = XNEW(struct sitemaps);
	/* Until they are read they may name what is found elsewhere, deeper. */
	frontier_begin(h);
}

/* A sitemap names a URL. */
static void
on_sitemap_url(void *arg, enum sitemap_kind kind, struct str url)
{
	struct page  *p = arg;
	struct crawl *c = p->crawl;
	struct lead   lead = {.depth = 1, .source = p->source};
	struct item   item = {.nesting = p->nesting + 1, .named = true};

	if (!url_parse(&p->next, url, &p->url) || !url_is_http(&p->next))
		return;
	item.listed = page_is_listed(p);
	if (kind == SITEMAP_PAGE)
		crawl_found(c, url_request(&p->next), &lead, p->left_out);
	else if (item.nesting <= LIMIT_SITEMAP_NESTING &&
		 scope_has_host(c->scope, &p->next))
		add_sitemap(p->host, url_request(&p->next), item);
}

static enum fetch_body
sitemap_head(struct page *p, const struct fetch_response *r)
{
	(void)r;
	if (p->source == NULL)
		p->source = source_new(page_source(p));
	sitemap_free(p->sitemap);
	p->sitemap = sitemap_new(on_sitemap_url, p);
	return FETCH_READ;
}

static bool
sitemap_body(struct page *p, struct str bytes)
{
	return sitemap_feed(p->sitemap, bytes);
}

static void
sitemap_over(struct page *p)
{
	static const enum outcome outcomes[] = {
	    [SITEMAP_WHOLE] = OUTCOME_OK,
	    [SITEMAP_BROKEN] = OUTCOME_BAD_MARKUP,
	    [SITEMAP_LIMITED] = OUTCOME_TOO_LARGE,
	};

	if (p->sitemap == NULL)
		return;
	if (p->result.outcome == OUTCOME_OK)
		p->result.outcome = outcomes[sitemap_end(p->sitemap)];
	else
		sitemap_cut(p->sitemap);
	sitemap_free(p->sitemap);
	p->sitemap = NULL;
}

const struct page_kind page_sitemap = {
    .head = sitemap_head,
    .body = sitemap_body,
    .end = sitemap_over,
    .max_redirects = -1,
};

/* Whether what nobody has named is just not there, or something else. */
static bool
is_absent(const struct page_result *r)
{
	return r->outcome == OUTCOME_BAD_MARKUP ||
	       r->outcome == OUTCOME_ROBOTS_DENIED || is_refused(r);
}

static void
take_sitemap(struct crawl *c, struct page *p)
{
	char code[OUTCOME_CODE_SIZE];
	bool ok = p->result.outcome == OUTCOME_OK;

	if (!ok && (p->named || !is_absent(&p->result)))
		log_error("Got error [%s] for sitemap: %.*s",
		    outcome_code(p->result.outcome, p->result.status, code),
		    (int)page_source(p).n, page_source(p).p);
	if (!ok && page_is_listed(p))
		c->sitemap_failed = true;
	for (size_t i = 0; i < LEFT_COUNT; i++)
		c->stats.left_out[i] += p->left_out[i];
	read_next_sitemap(c, p->host);
}

void
crawl_begin_sitemap(struct crawl *c)
{
	struct item  item = {.named = true, .listed = true};
	struct host *h;

	if (c->scope == NULL || strcmp(c->config->sitemap, "auto") == 0 ||
	    strcmp(c->config->sitemap, "never") == 0 ||
	    !url_parse(&c->url, str_c(c->config->sitemap), NULL))
		return;
	h = frontier_host(c->frontier, &c->url);
	h->listed = true;
	c->waits = true;
	make_sitemaps(h);
	add_sitemap(h, url_request(&c->url), item);
	begin_sitemaps(c, h);
}

/* ----------------------------------------------------------------------
 * robots.txt.
 */

static enum fetch_body
robots_head(struct page *p, const struct fetch_response *r)
{
	(void)r;
	buf_reset(&p->text);
	return FETCH_READ;
}

/* What is beyond the limit is not read, and no error. */
static bool
robots_body(struct page *p, struct str bytes)
{
	size_t room = LIMIT_ROBOTS_BYTES - p->text.n;

	buf_add(&p->text, str_n(bytes.p, bytes.n < room ? bytes.n : room));
	return bytes.n < room;
}

static void
robots_over(struct page *p)
{
	(void)p;
}

const struct page_kind page_robots = {
    .head = robots_head,
    .body = robots_body,
    .end = robots_over,
    .max_redirects = LIMIT_ROBOTS_REDIRECTS,
};

/* A Sitemap line. */
static void
on_sitemap_line(void *arg, struct str url)
{
	struct page *p = arg;
	struct item  item = {.named = true};

	if (p->host->rules.sitemaps == NULL || p->host->rules.sitemaps->begun)
		return;
	if (url.n <= LIMIT_URL_BYTES &&
	    url_parse(&p->next, url, &p->crawl->url) && url_is_http(&p->next) &&
	    scope_has_host(p->crawl->scope, &p->next))
		add_sitemap(p->host, url_request(&p->next), item);
}

/*
 * Whether what became of robots.txt means that nothing is forbidden: it is
 * there, or the server says that it is not (RFC 9309, 2.3.1).
 */
static bool
is_settled(const struct page_result *r)
{
	static const enum outcome settled[] = {OUTCOME_OK, OUTCOME_TOO_LARGE,
	    OUTCOME_TOO_MANY_REDIRECTS, OUTCOME_BAD_REDIRECT,
	    OUTCOME_BAD_SCHEME};

	for (size_t i = 0; i < sizeof(settled) / sizeof(*settled); i++)
		if (r->outcome == settled[i])
			return true;
	return is_refused(r);
}

/* What is known now of a host's rules. */
static void
take_robots(struct crawl *c, struct page *p)
{
	struct rules *r = &p->host->rules;
	bool          settled = is_settled(&p->result);
	bool          read = p->result.outcome == OUTCOME_OK ||
	            p->result.outcome == OUTCOME_TOO_LARGE;
	char code[OUTCOME_CODE_SIZE];

	robots_free(r->robots);
	r->robots = NULL;
	if (read)
		r->robots = robots_parse(
		    buf_str(&p->text), c->agent, on_sitemap_line, p);
	if (read && robots_delay_ms(r->robots) > 0)
		frontier_slow(p->host, robots_delay_ms(r->robots));
	if (!settled)
		log_error("Got error [%s] for %.*s",
		    outcome_code(p->result.outcome, p->result.status, code),
		    (int)page_source(p).n, page_source(p).p);
	r->state = settled ? RULES_KNOWN : RULES_UNREACHABLE;
	r->until_ms = sched_now(p->task.sched) +
	              (settled ? LIMIT_ROBOTS_MS : LIMIT_ROBOTS_AGAIN_MS);
	waitlist_wake(&r->waiters);
	frontier_shut(p->host, false);
}

/* Asks for a host's robots.txt.  url is one of its. */
static void
ask_for_robots(struct crawl *c, struct host *h, const struct url *url)
{
	struct item item = {.listed = true};
	struct buf  text;

	h->rules.state = RULES_ASKED;
	frontier_shut(h, true);
	spawn_service(c, &page_robots, h,
	    at_origin(&text, url, STR_LIT("/robots.txt")), &item);
	buf_clear(&text);
}

/* /sitemap.xml comes after those that robots.txt names. */
static void
add_default_sitemap(struct host *h, const struct url *url)
{
	struct item item = {.named = false};
	struct buf  text;

	add_sitemap(h, at_origin(&text, url, STR_LIT("/sitemap.xml")), item);
	buf_clear(&text);
}

void
crawl_take_service(struct crawl *c, struct page *p)
{
	struct host *h = p->host;

	if (p->kind == &page_sitemap) {
		take_sitemap(c, p);
		return;
	}
	/* Its own URL, wherever it was redirected. */
	if (!url_parse(&c->url, page_source(p), NULL))
		return;
	take_robots(c, p);
	if (h->rules.sitemaps != NULL && !h->rules.sitemaps->begun)
		add_default_sitemap(h, &c->url);
	if (!c->config->ordered)
		begin_sitemaps(c, h);
}

/* ----------------------------------------------------------------------
 * For pages.
 */

bool
crawl_trusts(const struct crawl *c, const struct url *url)
{
	return !crawl_has_rules(c) || frontier_host(c->frontier, url)->listed;
}

/* The first page of a host. */
static void
open_host(struct crawl *c, struct host *h, struct page *p)
{
	if (wants_sitemaps(c, p) && h->rules.sitemaps == NULL)
		make_sitemaps(h);
	if (c->config->robots != ROBOTS_NEVER)
		return;
	h->rules.state = RULES_KNOWN;
	h->rules.until_ms = INT64_MAX;
	if (h->rules.sitemaps != NULL && !h->rules.sitemaps->begun)
		add_default_sitemap(h, &p->url);
	if (!c->config->ordered)
		begin_sitemaps(c, h);
}

/* --ordered: the first page of a host begins its sitemaps, in its turn. */
static void
open_sitemaps(struct host *h, struct page *p)
{
	struct sitemaps *s = h->rules.sitemaps;

	if (s == NULL || s->opened || s->begun)
		return;
	s->opened = true;
	p->opens = true;
}

bool
crawl_knows_rules(struct crawl *c, struct page *p)
{
	struct host *h;

	if (!crawl_has_rules(c))
		return true;
	h = frontier_host(c->frontier, &p->url);
	if (h->rules.state == RULES_UNKNOWN)
		open_host(c, h, p);
	if (c->config->ordered && p->kind == &page_document)
		open_sitemaps(h, p);
	if (h->rules.state != RULES_ASKED &&
	    (h->rules.state == RULES_UNKNOWN ||
		sched_now(p->task.sched) >= h->rules.until_ms))
		ask_for_robots(c, h, &p->url);
	if (h->rules.state != RULES_ASKED)
		return true;
	slot_release(&p->slot);
	waitlist_add(&h->rules.waiters, &p->task);
	return false;
}

bool
crawl_forbids(const struct crawl *c, const struct url *url)
{
	const struct robots *robots =
	    frontier_host(c->frontier, url)->rules.robots;

	return c->config->robots != ROBOTS_NEVER && robots != NULL &&
	       !robots_allows(robots, str_n(url_href(url).p + url->path_at,
					  url->fragment_at - url->path_at));
}

enum outcome
crawl_judge(struct crawl *c, const struct page *p)
{
	if (!crawl_has_rules(c) || c->config->robots == ROBOTS_NEVER ||
	    (c->config->robots == ROBOTS_FOUND && page_is_listed(p)))
		return OUTCOME_OK;
	if (frontier_host(c->frontier, &p->url)->rules.state ==
	    RULES_UNREACHABLE)
		return OUTCOME_ROBOTS_UNREACHABLE;
	return crawl_forbids(c, &p->url) ? OUTCOME_ROBOTS_DENIED : OUTCOME_OK;
}

bool
crawl_has_sitemaps(struct crawl *c, struct page *p)
{
	struct host *h = p->entry->host;

	if (h == NULL || h->rules.sitemaps == NULL || crawl_is_ending(c))
		return true;
	begin_sitemaps(c, h);
	if (h->rules.sitemaps->done)
		return true;
	waitlist_add(&h->rules.waiters, &p->task);
	return false;
}
