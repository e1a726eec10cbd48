/*
 * page_document.c - a page that is read for its links.
 *
 * The fetcher hands its bytes to head() and body(), the reader of links hands
 * each link to on_link(), and from there it leaves at once, as a line.
 */
#include <stdlib.h>

#include "acrawl/check.h"
#include "acrawl/crawl.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/page.h"

/* One link of the page. */
static void
on_link(void *arg, const struct link *link)
{
	struct page *p = arg;

	p->result.links++;
	if (p->crawl->check != NULL)
		check_link(p->crawl->check, p, link);
	else
		crawl_put_link(p->crawl, p, link);
	crawl_follow(p->crawl, p, link);
}

static void
start_reading(struct page *p, enum mime mime, struct str charset)
{
	p->links = crawl_take_links(p->crawl);
	links_start(p->links, mime == MIME_XML ? HTML_XML : HTML_TEXT, charset,
	    &p->url, on_link, p);
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

static enum fetch_body
head(struct page *p, const struct fetch_response *r)
{
	struct str charset;
	enum mime  mime = mime_parse(r->content_type, &charset);

	p->nofollow = crawl_is_nofollow(p->crawl, r->robots_tag);
	if (r->is_file) {
		start_reading(p, mime, charset);
		return FETCH_READ;
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
		p->sniffed_n = 0;
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

static bool
body(struct page *p, struct str bytes)
{
	if (p->sniffing && !sniff(p, &bytes))
		return false;
	if (p->links != NULL && !links_feed(p->links, bytes))
		return false;
	return !p->gave_way;
}

/* What its links waited for can't come any more. */
static void
end(struct page *p)
{
	bool whole = true;

	if (p->sniffing && p->result.outcome == OUTCOME_OK)
		end_sniffing(p);
	p->sniffing = false;
	if (p->links == NULL)
		return;
	if (!page_may_retry(p) && !p->gave_way)
		whole = links_end(p->links);
	if (p->result.outcome == OUTCOME_OK && !whole)
		p->result.outcome = OUTCOME_BAD_MARKUP;
	else if (p->result.outcome == OUTCOME_OK && links_dropped(p->links) > 0)
		p->result.outcome = OUTCOME_LINKS_LIMITED;
	p->nofollow = p->nofollow || links_nofollow(p->links);
	p->has_ids = p->result.outcome == OUTCOME_OK && !page_is_picture(p);
	crawl_give_links(p->crawl, p->links);
	p->links = NULL;
}

const struct page_kind page_document = {
    .head = head,
    .body = body,
    .end = end,
    .max_redirects = -1,
    .is_page = true,
};
