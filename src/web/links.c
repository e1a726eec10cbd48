/*
 * links.c - the links of a page, while its bytes arrive.
 *
 * An href goes one of two ways.  While a <base> may still come it waits in
 * `pending`, as its length and its bytes; from then on it is resolved at once.
 */
#include "acrawl/links.h"

#include <stdlib.h>

#include "acrawl/hash.h"
#include "acrawl/limits.h"

/* What a reader may keep of a page's memory for the next page. */
#define KEEP_BYTES (16 * 1024)

struct links {
	struct html *html;
	links_fn    *fn;
	void        *arg;
	struct url   document;
	struct url   base;    /* the document's, or that of <base> */
	struct url   link;    /* the one being reported */
	struct buf   pending; /* hrefs that wait for <base> */
	bool         waiting; /* <base> may still come */
	struct fpset seen;    /* the links that were reported */
	uint64_t     count;
};

/* Resolves an href and reports it, unless the page had that link before. */
static void
report(struct links *l, struct str href)
{
	if (!url_parse(&l->link, href, &l->base))
		return;
	if (l->seen.n < LIMIT_PAGE_LINKS_DISTINCT &&
	    !fpset_add(&l->seen, fingerprint(url_href(&l->link))))
		return;
	l->count++;
	l->fn(l->arg, &l->link);
}

/* No <base> can change the links any more. */
static void
stop_waiting(struct links *l)
{
	size_t at = 0;

	l->waiting = false;
	while (at < l->pending.n) {
		size_t n;

		memcpy(&n, l->pending.p + at, sizeof(n));
		at += sizeof(n);
		report(l, str_n(l->pending.p + at, n));
		at += n;
	}
	buf_reset(&l->pending);
}

static void
on_href(struct links *l, struct str href)
{
	if (href.n > LIMIT_URL_BYTES)
		return;
	if (l->waiting) {
		size_t n = href.n;

		if (buf_reserve(&l->pending, sizeof(n) + n)) {
			buf_add(&l->pending, str_n((char *)&n, sizeof(n)));
			buf_add(&l->pending, href);
			return;
		}
		stop_waiting(l);
	}
	report(l, href);
}

/* The first base with an href counts; the others do not (HTML, 4.2.3). */
static void
on_base(struct links *l, struct str href)
{
	struct str scheme;

	if (!l->waiting)
		return;
	if (url_parse(&l->base, href, &l->document)) {
		scheme = url_scheme(&l->base);
		if (str_eq(scheme, STR_LIT("data")) ||
		    str_eq(scheme, STR_LIT("javascript")))
			url_copy(&l->base, &l->document);
	} else {
		url_copy(&l->base, &l->document);
	}
	stop_waiting(l);
}

static void
on_element(void *arg, const char *name, const char **attrs)
{
	struct links *l = arg;
	bool          is_base = strcmp(name, "base") == 0;

	if (attrs == NULL ||
	    (!is_base && strcmp(name, "a") != 0 && strcmp(name, "area") != 0))
		return;
	for (; attrs[0] != NULL; attrs += 2) {
		struct str href;

		if (strcmp(attrs[0], "href") != 0)
			continue;
		href = str_c(attrs[1] != NULL ? attrs[1] : "");
		if (is_base)
			on_base(l, href);
		else
			on_href(l, href);
		break;
	}
}

struct links *
links_new(void)
{
	struct links *l = XNEW(struct links);

	l->html = html_new(on_element, l);
	url_init(&l->document);
	url_init(&l->base);
	url_init(&l->link);
	buf_init(&l->pending, LIMIT_BASE_WAIT_BYTES);
	return l;
}

void
links_free(struct links *l)
{
	if (l == NULL)
		return;
	html_free(l->html);
	url_clear(&l->document);
	url_clear(&l->base);
	url_clear(&l->link);
	buf_clear(&l->pending);
	fpset_clear(&l->seen);
	free(l);
}

void
links_start(struct links *l, enum html_kind kind, struct str charset,
    const struct url *document, links_fn *fn, void *arg)
{
	html_start(l->html, kind, charset);
	url_copy(&l->document, document);
	url_copy(&l->base, document);
	l->fn = fn;
	l->arg = arg;
	buf_reset(&l->pending);
	l->waiting = true;
	fpset_reset(&l->seen, KEEP_BYTES);
	l->count = 0;
}

bool
links_feed(struct links *l, struct str bytes)
{
	return html_feed(l->html, bytes);
}

bool
links_end(struct links *l)
{
	bool well_formed = html_end(l->html);

	stop_waiting(l);
	return well_formed;
}

uint64_t
links_count(const struct links *l)
{
	return l->count;
}

void
links_trim(struct links *l)
{
	if (l->pending.cap > KEEP_BYTES)
		buf_clear(&l->pending);
	fpset_reset(&l->seen, KEEP_BYTES);
}
