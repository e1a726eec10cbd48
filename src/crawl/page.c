/*
 * page.c - the life of one page.
 *
 *	new -> queued -> fetching -> done
 *	         ^  ^       |  |
 *	         |  +- hop -+  |
 *	         +-- backoff --+
 *
 * page_run() is the story; it sleeps in AWAIT and is woken through the loop.
 * While a page is fetching, its bytes do not pass through there: the fetcher
 * hands them to page_head() and page_body(), the reader of links hands each
 * link to page_link(), and from there it leaves at once, as a line.
 */
#include "acrawl/page.h"

#include <stdlib.h>

#include "acrawl/crawl.h"
#include "acrawl/hash.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/site.h"

#define BACKOFF_MS 1000

#define SOURCE(p) (int)page_source(p).n, page_source(p).p

/* ----------------------------------------------------------------------
 * What the response brings, called from inside the fetcher.
 */

/* One link of the page. */
static void
page_link(void *arg, const struct link *link)
{
	struct page *p = arg;

	p->result.links++;
	crawl_put_link(p->crawl, p, link);
}

static void
start_reading(struct page *p, enum mime mime, struct str charset)
{
	p->links = crawl_take_links(p->crawl);
	links_start(p->links, mime == MIME_XML ? HTML_XML : HTML_TEXT, charset,
	    &p->url, page_link, p);
}

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
	if (p->bad_redirect || fragment.n == 0 || url_fragment(&p->next).n > 0)
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

/* The links of headers count only if this turns out to be a page. */
static void
keep_headers(struct page *p, const struct fetch_response *r)
{
	free(p->link_header);
	free(p->refresh_header);
	p->link_header = str_dup(r->link);
	p->refresh_header = str_dup(r->refresh);
}

/* The headers are there: is this a page to read? */
static enum fetch_body
page_head(void *arg, const struct fetch_response *r)
{
	struct page *p = arg;
	struct str   charset;
	enum mime    mime = mime_parse(r->content_type, &charset);

	note_content_type(p, r->content_type);
	if (r->is_file) {
		log_info("Reading %s for URL: %.*s", entry_path(p->entry),
		    SOURCE(p));
		start_reading(p, mime, charset);
		return FETCH_READ;
	}
	log_info("Got response [%d] for URL: %.*s", r->status, SOURCE(p));
	log_debug("HTTP/%s %d %.*s", r->version, r->status,
	    (int)url_href(&p->url).n, url_href(&p->url).p);
	if (is_redirect(r->status) && r->location.n > 0) {
		note_redirect(p, r->location);
		return FETCH_SKIP;
	}
	if (r->status < 200 || r->status > 299) {
		p->result.outcome = OUTCOME_HTTP;
		return FETCH_SKIP;
	}
	switch (mime) {
	case MIME_HTML:
	case MIME_XML:
		start_reading(p, mime, charset);
		links_header(p->links, "Link", r->link);
		links_header(p->links, "Refresh", r->refresh);
		return FETCH_READ;
	case MIME_UNKNOWN:
		p->sniffing = true;
		keep_headers(p, r);
		return FETCH_READ;
	case MIME_OTHER:
		break;
	}
	p->result.outcome = OUTCOME_NOT_HTML;
	return FETCH_ABORT;
}

/* There is no Content-Type, and enough bytes to tell without one. */
static bool
end_sniffing(struct page *p)
{
	struct str bytes = str_n(p->sniffed, p->sniffed_n);

	p->sniffing = false;
	if (bytes.n > 0 && mime_sniff(bytes) != MIME_HTML) {
		p->result.outcome = OUTCOME_NOT_HTML;
		return false;
	}
	start_reading(p, MIME_HTML, STR_LIT(""));
	links_header(p->links, "Link", str_c(p->link_header));
	links_header(p->links, "Refresh", str_c(p->refresh_header));
	return links_feed(p->links, bytes);
}

/* Collects the first bytes but for leading blanks; *bytes are those after. */
static bool
sniff(struct page *p, struct str *bytes)
{
	while (bytes->n > 0 && p->sniffed_n < MIME_SNIFF_BYTES) {
		if (p->sniffed_n > 0 || str_trim(str_n(bytes->p, 1)).n > 0)
			p->sniffed[p->sniffed_n++] = *bytes->p;
		*bytes = str_n(bytes->p + 1, bytes->n - 1);
	}
	return p->sniffed_n < MIME_SNIFF_BYTES || end_sniffing(p);
}

/* Some of the page. */
static bool
page_body(void *arg, struct str bytes)
{
	struct page *p = arg;

	if (p->sniffing && !sniff(p, &bytes))
		return false;
	if (p->links != NULL && !links_feed(p->links, bytes))
		return false;
	return !p->gave_way;
}

static const struct fetch_sink page_sink = {page_head, page_body};

/* ----------------------------------------------------------------------
 * The steps of the story.
 */

static bool
may_fetch(const struct page *p)
{
	return entry_path(p->entry) != NULL || slot_granted(&p->slot);
}

/* Everything as if the page had never been asked for. */
static void
begin_attempt(struct page *p)
{
	if (p->started_ms == 0)
		p->started_ms = sched_now(p->task.sched);
	/* It did parse when it was listed. */
	if (!url_parse(&p->url, page_source(p), NULL))
		abort();
	p->result.attempts += !p->gave_way;
	p->result.outcome = OUTCOME_OK;
	p->result.status = 0;
	p->result.bytes = 0;
	note_content_type(p, STR_LIT(""));
	p->redirects = 0;
	p->trusted = true;
	if (p->gave_way)
		p->result.links = 0; /* none of them got out */
	p->gave_way = false;
	/* The first attempt begins with a slot; a file needs none. */
	if (!may_fetch(p))
		slot_want(&p->slot, p->crawl->frontier, &p->url, &p->task);
}

static void
begin_hop(struct page *p)
{
	const char *path = entry_path(p->entry);

	p->redirected = p->bad_redirect = p->sniffing = false;
	p->sniffed_n = 0;
	if (path != NULL)
		p->fetch = fetch_file(p->crawl->fetcher, path,
		    site_content_type(str_c(path)), &page_sink, p, &p->task);
	else
		p->fetch = fetch_start(p->crawl->fetcher, &p->url, p->trusted,
		    &page_sink, p, &p->task);
}

/* Takes over what the fetch says of its end. */
static void
end_hop(struct page *p)
{
	struct fetch_result r = fetch_result(p->fetch);

	if (p->sniffing && r.outcome == OUTCOME_OK)
		end_sniffing(p);
	/* What the page itself found out about the response stands. */
	if (p->result.outcome == OUTCOME_OK)
		p->result.outcome = r.outcome;
	p->result.status = r.status;
	p->result.bytes = r.bytes;
	p->retry_after = r.retry_after_ms;
	if (r.outcome != OUTCOME_OK)
		log_debug("%s (%.*s)", r.detail, (int)url_href(&p->url).n,
		    url_href(&p->url).p);
	fetch_stop(p->fetch);
	p->fetch = NULL;
}

/* Whether the response leads to another hop; if so, asks for a slot there. */
static bool
follow_redirect(struct page *p)
{
	struct url was;

	if (!p->redirected || p->result.outcome != OUTCOME_OK)
		return false;
	if (p->bad_redirect) {
		p->result.outcome = OUTCOME_BAD_REDIRECT;
		return false;
	}
	if (!url_is_http(&p->next)) {
		p->result.outcome = OUTCOME_BAD_SCHEME;
		return false;
	}
	if (p->redirects == p->crawl->config->max_redirects) {
		p->result.outcome = OUTCOME_TOO_MANY_REDIRECTS;
		return false;
	}
	p->redirects++;
	was = p->url;
	p->url = p->next;
	p->next = was;
	p->trusted = p->trusted && url_same_origin(&p->url, &p->next);
	slot_want(&p->slot, p->crawl->frontier, &p->url, &p->task);
	return true;
}

/* A page whose links are out is never asked for again: they'd come twice. */
static bool
may_retry(const struct page *p)
{
	return outcome_retryable(p->result.outcome, p->result.status) &&
	       p->result.links == 0 && !crawl_is_ending(p->crawl) &&
	       p->result.attempts <= p->crawl->config->retries &&
	       p->retry_after <= LIMIT_RETRY_AFTER_MS;
}

/* 1 s, 2 s, 4 s, ..., a quarter more or less; or what the server asks for. */
static int64_t
backoff_ms(const struct page *p)
{
	int64_t  attempt = p->result.attempts;
	int64_t  ms = (int64_t)BACKOFF_MS << (attempt < 7 ? attempt - 1 : 6);
	uint64_t seed[2] = {p->entry->turn, (uint64_t)attempt};
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

/* The response is over: what its links waited for can't come any more. */
static void
end_reading(struct page *p)
{
	bool whole = true;

	if (p->links == NULL)
		return;
	if (!may_retry(p) && !p->gave_way)
		whole = links_end(p->links);
	if (p->result.outcome == OUTCOME_OK && !whole)
		p->result.outcome = OUTCOME_BAD_MARKUP;
	else if (p->result.outcome == OUTCOME_OK && links_dropped(p->links) > 0)
		p->result.outcome = OUTCOME_LINKS_LIMITED;
	crawl_give_links(p->crawl, p->links);
	p->links = NULL;
}

/* Lets go of everything that it does not need when it is done. */
static void
let_go(struct page *p)
{
	slot_release(&p->slot);
	if (entry_path(p->entry) != NULL)
		crawl_file_done(p->crawl);
	end_reading(p);
	url_clear(&p->next);
	if (p->started_ms != 0)
		p->result.ms = sched_now(p->task.sched) - p->started_ms;
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
				AWAIT(t, PAGE_QUEUED, may_fetch(p));
				begin_hop(p);
				AWAIT(t, PAGE_FETCHING, fetch_done(p->fetch));
				end_hop(p);
			} while (follow_redirect(p));
			slot_release(&p->slot);
			end_reading(p);

			if (p->gave_way) {
				/* Too many lines to hold: again, in turn. */
				AWAIT(t, PAGE_TURN, crawl_is_turn(p->crawl, p));
				continue;
			}
			if (!may_retry(p))
				break;
			begin_backoff(p);
			AWAIT(t, PAGE_BACKOFF,
			    task_slept(t) || crawl_is_ending(p->crawl));
			if (crawl_is_ending(p->crawl))
				break;
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
	if (t->state != PAGE_BACKOFF)
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
page_new(struct crawl *crawl, struct entry *entry)
{
	struct page *p = XNEW(struct page);

	p->crawl = crawl;
	p->entry = entry;
	slot_init(&p->slot);
	buf_init(&p->held, LIMIT_ORDERED_HELD_BYTES);
	return p;
}

void
page_free(struct page *p)
{
	url_clear(&p->url);
	url_clear(&p->next);
	buf_clear(&p->held);
	free(p->result.content_type);
	free(p->link_header);
	free(p->refresh_header);
	free(p->entry);
	free(p);
}
