/*
 * page_probe.c - a URL that is asked for to see whether it is there.
 *
 * HEAD first; GET where that is refused, fails, or may be a lie.  Of a body no
 * more is read than is needed: nothing, unless fragments of the page are to be
 * looked for, or it is so short that to read it keeps the connection.
 */
#include "acrawl/check.h"
#include "acrawl/crawl.h"
#include "acrawl/limits.h"
#include "acrawl/page.h"

static bool
heads_first(const struct page *p)
{
	return check_uses_head(p->crawl->check, p);
}

/* Whether an answer to HEAD need not be that to GET. */
static bool
may_be_a_lie(const struct page *p)
{
	switch ((int)p->result.outcome) {
	case OUTCOME_HTTP:
		break;
	case OUTCOME_RESET:
	case OUTCOME_EMPTY_REPLY:
	case OUTCOME_BAD_RESPONSE:
	case OUTCOME_HTTP2_ERROR:
	case OUTCOME_TRUNCATED:
	case OUTCOME_FAILED:
		return true;
	default:
		return false;
	}
	/* 429 is meant, whatever the method: it says to ask later. */
	return p->result.status >= 400 && p->result.status != 429 &&
	       !check_accepts(p->crawl->check, p->result.status);
}

static bool
needs_get(const struct page *p)
{
	return p->head_only &&
	       p->crawl->config->check_method != CHECK_METHOD_HEAD &&
	       may_be_a_lie(p);
}

/* Links do not matter here. */
static void
ignore(void *arg, const struct link *link)
{
	(void)arg;
	(void)link;
}

static enum fetch_body
head(struct page *p, const struct fetch_response *r)
{
	struct str charset;
	enum mime  mime = mime_parse(r->content_type, &charset);

	if (!p->head_only && check_wants_ids(p->crawl->check, p) &&
	    (mime == MIME_HTML || mime == MIME_XML)) {
		p->links = crawl_take_links(p->crawl);
		links_start(p->links, mime == MIME_XML ? HTML_XML : HTML_TEXT,
		    charset, &p->url, ignore, p);
		return FETCH_READ;
	}
	p->there = true;
	return r->length <= LIMIT_DRAIN_BYTES ? FETCH_SKIP : FETCH_ABORT;
}

static bool
body(struct page *p, struct str bytes)
{
	return p->links == NULL || links_feed(p->links, bytes);
}

static void
end(struct page *p)
{
	/* Whatever becomes of a body that nobody wants. */
	if (p->there && p->result.status > 0)
		p->result.outcome = OUTCOME_OK;
	p->there = false;
	if (p->links == NULL)
		return;
	p->has_ids = links_end(p->links) && p->result.outcome == OUTCOME_OK &&
	             !page_is_picture(p);
	crawl_give_links(p->crawl, p->links);
	p->links = NULL;
}

const struct page_kind page_probe = {
    .head = head,
    .body = body,
    .end = end,
    .heads_first = heads_first,
    .needs_get = needs_get,
    .max_redirects = -1,
    .is_page = true,
};
