/*
 * page.c - the life of one page.
 *
 *	new -> rules -> queued -> fetching -> done
 *	         ^                 |  |
 *	         +----- hop -------+  |
 *	         +---- backoff -------+
 *
 * page_run() is the story; it sleeps in AWAIT and is woken through the loop.
 * While a page is fetching, its bytes do not pass through there: the fetcher
 * hands them to on_head() and on_body(), and from there they go to what its
 * kind does with them (page_document.c, crawl_rules.c).
 */
#include "acrawl/page.h"

#include <stdlib.h>

#include "acrawl/crawl.h"
#include "acrawl/explain.h"
#include "acrawl/hash.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/site.h"
#include "acrawl/sitemap.h"

#define BACKOFF_MS 1000

#define SOURCE(p) (int)page_source(p).n, page_source(p).p

/* ----------------------------------------------------------------------
 * What the response brings, called from inside the fetcher.
 */

static bool
is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

/*
 * Where the response leads: Location against the URL of this hop, whose
 * fragment is kept unless it brings one (RFC 9110, 10.2.2).
 */
static void
note_redirect(struct page *p, struct str location)
{
	struct str fragment = url_fragment(&p->url);
	struct buf whole;

	p->redirected = true;
	p->bad_redirect = location.n > LIMIT_URL_BYTES ||
	                  !url_parse(&p->next, location, &p->url);
	p->brings_fragment = !p->bad_redirect && url_fragment(&p->next).n > 0;
	if (p->bad_redirect || fragment.n == 0 || p->brings_fragment)
		return;
	buf_init(&whole, 0);
	buf_add(&whole, url_href(&p->next));
	buf_add(&whole, fragment);
	p->bad_redirect = !url_parse(&p->next, buf_str(&whole), NULL);
	buf_clear(&whole);
}

static void
note_content_type(struct page *p, struct str type)
{
	struct buf shown;

	if (type.n > LIMIT_CONTENT_TYPE)
		type.n = LIMIT_CONTENT_TYPE;
	buf_init(&shown, 0);
	buf_add_printable(&shown, str_trim(type));
	free(p->result.content_type);
	p->result.content_type = xstrdup(buf_cstr(&shown));
	buf_clear(&shown);
}

/* The headers are there: is this a response to read? */
static enum fetch_body
on_head(void *arg, const struct fetch_response *r)
{
	struct page *p = arg;

	note_content_type(p, r->content_type);
	if (p->crawl->check != NULL)
		check_trace_head(p->crawl->check, p, r);
	if (r->is_file) {
		log_info("Reading %s for URL: %.*s", entry_path(p->entry),
		    SOURCE(p));
		return p->kind->head(p, r);
	}
	log_info("Got response [%d] for URL: %.*s", r->status, SOURCE(p));
	log_debug("HTTP/%s %d %.*s", r->version, r->status,
	    (int)url_href(&p->url).n, url_href(&p->url).p);
	p->sets_cookie = r->cookie;
	if (r->wall && p->crawl->check != NULL) {
		p->result.outcome = OUTCOME_BOT_WALL;
		return FETCH_SKIP;
	}
	if (is_redirect(r->status) && r->location.n > 0) {
		note_redirect(p, r->location);
		return FETCH_SKIP;
	}
	if (r->status < 200 || r->status > 299) {
		p->result.outcome = OUTCOME_HTTP;
		return FETCH_SKIP;
	}
	return p->kind->head(p, r);
}

/* Some of the body. */
static bool
on_body(void *arg, struct str bytes)
{
	struct page *p = arg;

	return p->kind->body(p, bytes);
}

/* The request is being sent. */
static void
on_sent(void *arg)
{
	struct page *p = arg;

	slot_sent(&p->slot);
}

/* A connection is to be made. */
static bool
on_address(void *arg, struct str address)
{
	struct page *p = arg;

	p->crowded = !slot_address(&p->slot, address);
	return !p->crowded;
}

static const struct fetch_sink page_sink = {
    on_head, on_body, on_address, on_sent, 0};

/* A sitemap has a size of its own, and no more is read of a robots.txt. */
static const struct fetch_sink service_sink = {
    on_head, on_body, on_address, on_sent, LIMIT_SITEMAP_BYTES};

/* ----------------------------------------------------------------------
 * The steps of the story.
 */

/* Everything as if the page had never been asked for. */
static void
begin_attempt(struct page *p)
{
	/* It did parse when it was listed. */
	if (!url_parse(&p->url, page_source(p), NULL))
		abort();
	p->result.attempts += !p->gave_way;
	p->result.outcome = OUTCOME_OK;
	p->result.status = 0;
	p->result.bytes = 0;
	note_content_type(p, STR_LIT(""));
	p->redirects = 0;
	p->trusted = crawl_trusts(p->crawl, &p->url);
	p->head_only = p->kind->heads_first != NULL && p->kind->heads_first(p);
	if (p->gave_way)
		p->result.links = 0; /* none of them got out */
	p->gave_way = false;
	crawl_forget_found(p);
}

/* Whether no rules hold: for robots.txt, and for those who ask but once. */
static bool
is_free(const struct page *p)
{
	return p->kind == &page_robots ||
	       (p->kind == &page_probe &&
		   p->crawl->config->robots != ROBOTS_ALWAYS);
}

/*
 * Whether it is known if the URL of this hop may be fetched; if so, a slot is
 * asked for.  A file needs neither.
 */
static bool
knows_rules(struct page *p)
{
	if (entry_path(p->entry) != NULL)
		return true;
	if (is_free(p))
		p->result.outcome = OUTCOME_OK;
	else if (crawl_knows_rules(p->crawl, p))
		p->result.outcome = crawl_judge(p->crawl, p);
	else if (crawl_is_ending(p->crawl) && p->started_ms == 0)
		p->result.outcome = OUTCOME_NOT_STARTED;
	else
		return false;
	if (p->result.outcome == OUTCOME_OK)
		slot_want(&p->slot, p->crawl->frontier, &p->url, &p->task);
	else
		slot_release(&p->slot);
	return true;
}

/* Whether the waiting for a slot is over, or there is nothing to wait for. */
static bool
may_go_on(const struct page *p)
{
	return p->result.outcome != OUTCOME_OK ||
	       entry_path(p->entry) != NULL || slot_granted(&p->slot) ||
	       p->slot.refused;
}

/* Of enum fetch_how. */
static unsigned
how_to_fetch(const struct page *p)
{
	return (p->trusted ? FETCH_TRUSTED : 0) |
	       (p->head_only ? FETCH_HEAD : 0) |
	       (p->entry->lead.again ? FETCH_FRESH : 0);
}

static void
begin_hop(struct page *p)
{
	const char *path = entry_path(p->entry);

	p->redirected = p->bad_redirect = p->crowded = false;
	if (p->slot.refused)
		p->result.outcome = OUTCOME_HOST_GIVEN_UP;
	if (p->result.outcome != OUTCOME_OK)
		return;
	if (p->started_ms == 0)
		p->started_ms = sched_now(p->task.sched);
	p->hop_ms = sched_now(p->task.sched);
	slot_use(&p->slot);
	if (path != NULL)
		p->fetch = fetch_file(p->crawl->fetcher, path,
		    site_content_type(str_c(path)), &page_sink, p, &p->task);
	else
		p->fetch = fetch_start(p->crawl->fetcher, &p->url,
		    how_to_fetch(p),
		    p->kind->is_page ? &page_sink : &service_sink, p, &p->task);
}

/*
 * Whether the response asks us to be slower.  429 speaks of us; 503 may be the
 * page's own affair, of a list, whose URLs somebody wants one by one, and of
 * links to check, unless the server says when to come again.
 */
static bool
is_busy(const struct page *p)
{
	const struct crawl *c = p->crawl;

	return p->result.status == 429 ||
	       (p->result.status == 503 && c->config->recursive &&
		   (c->check == NULL || p->retry_after >= 0));
}

/* HEAD was refused, or what it said may be a lie. */
static bool
needs_get(const struct page *p)
{
	return p->kind->needs_get != NULL && !p->crowded &&
	       p->kind->needs_get(p);
}

/*
 * Whether all requests to the host would fare so.  A link check does not let
 * good links pay for others that only break the connection.
 */
static bool
is_of_host(enum outcome o)
{
	switch ((int)o) {
	case OUTCOME_RESET:
	case OUTCOME_EMPTY_REPLY:
	case OUTCOME_BAD_RESPONSE:
	case OUTCOME_HTTP2_ERROR:
		return false;
	default:
		return true;
	}
}

/* Tells the frontier what the attempt says of the host. */
static void
report_host(struct page *p)
{
	enum outcome o = p->result.outcome;
	int          status = p->result.status;
	bool crawling = p->crawl->config->recursive && p->crawl->check == NULL;
	enum host_news news = HOST_ANSWERED;

	if (is_busy(p))
		news = HOST_BUSY;
	else if ((outcome_traits(o, status) & OUTCOME_HOST) != 0 &&
		 (status == 0 || (o == OUTCOME_HTTP && crawling)) &&
		 (p->crawl->check == NULL || is_of_host(o)))
		news = HOST_FAILED;
	if (news != HOST_ANSWERED && p->slot.host != NULL) {
		p->slot.host->why = (uint8_t)o;
		p->slot.host->why_status = (uint16_t)status;
	}
	/* Of a host that HEAD does not reach GET may hear. */
	if (news != HOST_FAILED || !needs_get(p))
		slot_report(&p->slot, news, p->retry_after);
}

/* Takes over what the fetch says of its end. */
static void
end_hop(struct page *p)
{
	struct fetch_result r;

	if (p->fetch == NULL)
		return;
	r = fetch_result(p->fetch);
	/* What the page itself found out about the response stands. */
	if (p->result.outcome == OUTCOME_OK)
		p->result.outcome = r.outcome;
	p->result.status = r.status;
	p->result.bytes = r.bytes;
	p->retry_after = r.retry_after_ms;
	if (r.outcome != OUTCOME_OK)
		log_debug("%s (%.*s)", r.detail, (int)url_href(&p->url).n,
		    url_href(&p->url).p);
	if (p->crawl->check != NULL)
		check_trace_end(p->crawl->check, p, &r);
	fetch_stop(p->fetch);
	p->fetch = NULL;
	if (!p->crowded)
		report_host(p);
}

static int64_t
max_redirects(const struct page *p)
{
	return p->kind->max_redirects >= 0 ? p->kind->max_redirects
	                                   : p->crawl->config->max_redirects;
}

static void
swap_urls(struct page *p)
{
	struct url was = p->url;

	p->url = p->next;
	p->next = was;
}

/* What is wrong with where the response leads, if anything is. */
static enum outcome
judge_redirect(const struct page *p)
{
	if (p->bad_redirect)
		return OUTCOME_BAD_REDIRECT;
	if (!url_is_http(&p->next))
		return OUTCOME_BAD_SCHEME;
	if (p->redirects + p->entry->lead.hops >= max_redirects(p))
		return OUTCOME_TOO_MANY_REDIRECTS;
	return OUTCOME_OK;
}

/* Whether the response leads to another hop, which then is the page's. */
static bool
follow_redirect(struct page *p)
{
	if (!p->redirected || p->result.outcome != OUTCOME_OK)
		return false;
	p->result.outcome = judge_redirect(p);
	if (p->result.outcome == OUTCOME_OK && p->kind != &page_robots)
		p->result.outcome = crawl_judge_redirect(p->crawl, p);
	if (p->result.outcome == OUTCOME_REDIRECT)
		swap_urls(p);
	if (p->result.outcome != OUTCOME_OK)
		return false;
	p->redirects++;
	swap_urls(p);
	p->trusted = p->trusted && url_same_origin(&p->url, &p->next);
	return true;
}

/* HEAD did not tell: the same hop again. */
static bool
asks_by_get(struct page *p)
{
	int status = p->result.status;

	if (!needs_get(p))
		return false;
	if ((status == 405 || status == 501) && p->entry->host != NULL)
		p->entry->host->no_head = true;
	p->head_only = p->there = false;
	p->result.outcome =
	    crawl_is_ending(p->crawl) ? OUTCOME_INTERRUPTED : OUTCOME_OK;
	return p->result.outcome == OUTCOME_OK;
}

/* The address was crowded: the same hop again, when there is room. */
static bool
has_to_queue_again(struct page *p)
{
	if (!p->crowded)
		return false;
	p->result.outcome = OUTCOME_OK;
	slot_release(&p->slot);
	return true;
}

/*
 * A page whose links are out is never asked for again: they'd come twice.  Nor
 * is a sitemap that nobody named, for which others have to wait.  A link check
 * has its second look instead, but where the server says when to ask again.
 */
bool
page_may_retry(const struct page *p)
{
	return outcome_retryable(p->result.outcome, p->result.status) &&
	       (p->crawl->check == NULL || !p->kind->is_page ||
		   (is_busy(p) && !p->entry->lead.again)) &&
	       p->result.links == 0 && !crawl_is_ending(p->crawl) &&
	       (p->kind != &page_sitemap || p->named) &&
	       p->result.attempts <= p->crawl->config->retries &&
	       p->retry_after <= LIMIT_RETRY_AFTER_MS;
}

/* 1 s, 2 s, 4 s, ..., a quarter more or less; or what the server asks for. */
static int64_t
backoff_ms(const struct page *p)
{
	int64_t  attempt = p->result.attempts;
	int64_t  ms = (int64_t)BACKOFF_MS << (attempt < 7 ? attempt - 1 : 6);
	uint64_t seed[2] = {p->entry->lead.turn, (uint64_t)attempt};
	int64_t  jitter =
	    (int64_t)(fingerprint(str_n((char *)seed, sizeof(seed))) %
		      (uint64_t)(ms / 2));

	if (p->retry_after >= 0)
		return p->retry_after + jitter / 4;
	return ms - ms / 4 + jitter;
}

static void
begin_backoff(struct page *p)
{
	int64_t ms = backoff_ms(p);
	char    code[OUTCOME_CODE_SIZE];

	log_info("Trying again in %lld.%lld s after [%s] for URL: %.*s",
	    (long long)ms / 1000, (long long)ms % 1000 / 100,
	    outcome_code(p->result.outcome, p->result.status, code), SOURCE(p));
	task_sleep(&p->task, ms);
}

/* As if it had never begun: it was refused before its first request. */
static void
begin_nothing(struct page *p)
{
	p->result.attempts = 0;
	url_clear(&p->url);
}

/* Lets go of everything that it does not need when it is done. */
static void
let_go(struct page *p)
{
	slot_release(&p->slot);
	if (entry_path(p->entry) != NULL)
		crawl_file_done(p->crawl);
	p->kind->end(p);
	if (p->crawl->check == NULL) /* which wants to know where it led */
		url_clear(&p->next);
	if (p->started_ms != 0)
		p->result.ms = sched_now(p->task.sched) - p->started_ms;
	else
		begin_nothing(p);
}

/* ----------------------------------------------------------------------
 * The story.
 */

void
page_run(struct task *t)
{
	struct page *p = CONTAINER_OF(t, struct page, task);

	switch (t->state) {
	case TASK_NEW:
		for (;;) {
			begin_attempt(p);
			do {
				AWAIT(t, PAGE_RULES, knows_rules(p));
				AWAIT(t, PAGE_QUEUED, may_go_on(p));
				begin_hop(p);
				AWAIT(t, PAGE_FETCHING,
				    p->fetch == NULL || fetch_done(p->fetch));
				end_hop(p);
			} while (has_to_queue_again(p) || asks_by_get(p) ||
				 follow_redirect(p));
			slot_release(&p->slot);
			p->kind->end(p);

			if (p->gave_way) {
				/* Too many lines to hold: again, in turn. */
				AWAIT(t, PAGE_TURN, crawl_is_turn(p->crawl, p));
				continue;
			}
			if (!page_may_retry(p))
				break;
			begin_backoff(p);
			AWAIT(t, PAGE_BACKOFF,
			    task_slept(t) || crawl_is_ending(p->crawl));
			if (crawl_is_ending(p->crawl))
				break;
		}
		if (p->opens) {
			/* The sitemaps' URLs come in the host's first turn. */
			AWAIT(t, PAGE_OPENS, crawl_is_turn(p->crawl, p));
			AWAIT(
			    t, PAGE_SITEMAPS, crawl_has_sitemaps(p->crawl, p));
		}
	}
	let_go(p);
	task_done(t);
}

void
page_cancel(struct task *t)
{
	struct page *p = CONTAINER_OF(t, struct page, task);

	if (p->fetch != NULL)
		end_hop(p);
	/* A page between two attempts has failed once: that is its outcome. */
	if (t->state != PAGE_BACKOFF && t->state != PAGE_OPENS &&
	    t->state != PAGE_SITEMAPS)
		p->result.outcome = OUTCOME_INTERRUPTED;
	if (p->gave_way)
		p->result.links = 0;
	let_go(p);
}

void
page_finish(struct page *p, enum outcome outcome)
{
	p->result.outcome = outcome;
	let_go(p);
	task_done(&p->task);
}

struct page *
page_new(struct crawl *crawl, const struct page_kind *kind, struct entry *entry)
{
	struct page *p = XNEW(struct page);

	p->crawl = crawl;
	p->kind = kind;
	p->entry = entry;
	p->retry_after = -1;
	slot_init(&p->slot);
	buf_init(&p->held, LIMIT_ORDERED_HELD_BYTES);
	buf_init(&p->found, 0);
	buf_init(&p->text, LIMIT_ROBOTS_BYTES);
	return p;
}

void
page_free(struct page *p)
{
	url_clear(&p->url);
	url_clear(&p->next);
	buf_clear(&p->held);
	buf_clear(&p->found);
	buf_clear(&p->text);
	sitemap_free(p->sitemap);
	source_drop(p->source);
	free(p->result.content_type);
	free(p->link_header);
	free(p->refresh_header);
	entry_free(p->entry);
	free(p);
}
