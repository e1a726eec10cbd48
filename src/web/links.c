/*
 * links.c - the links of a page, while its bytes arrive.
 *
 * A value goes one of two ways.  While a <base> may still come, or the charset
 * is not known and it matters, it waits in `pending`, and all later ones behind
 * it; otherwise it is resolved at once.
 */
#include "acrawl/links.h"

#include <stdlib.h>
#include <strings.h>

#include "acrawl/hash.h"
#include "acrawl/limits.h"
#include "acrawl/link_header.h"
#include "acrawl/refresh.h"
#include "acrawl/robots.h"
#include "acrawl/srcset.h"
#include "link_table.h"

/* What a reader may keep of a page's memory for the next page. */
#define KEEP_BYTES (16 * 1024)

/* An attribute or a header that holds links. */
struct value {
	const struct link_row *row;
	struct str             text;
	struct str             rel;
	bool                   undecided;     /* text is raw: html_decode() */
	bool                   rel_undecided; /* so is rel */
	uint64_t               line;
	uint64_t               column;
};

/* How a value waits: this, with details the next, its text, and rel. */
struct waiting {
	uint32_t n; /* of text */
	uint16_t row;
	bool     undecided;
	bool     rel_undecided;
};

struct waiting_details {
	uint64_t line;
	uint64_t column;
	uint64_t rel_n;
};

struct links {
	struct links_options    options;
	struct html            *html;
	struct html_want       *wants;
	const struct link_row **rows; /* of each want: its first in the table */
	links_fn               *fn;
	void                   *arg;
	struct url              document;
	struct url              base; /* the document's, or that of <base> */
	struct url              link; /* the one being reported */
	struct buf              base_raw;    /* of a <base> that is undecided */
	struct buf              pending;     /* values that wait */
	size_t                  pending_at;  /* those before it are done with */
	size_t                  waiting_n;   /* bytes in it but for details */
	bool                    base_known;  /* none can change it any more */
	bool                    base_waits;  /* base_raw is to be decoded */
	bool                    base_forced; /* known for lack of room */
	struct buf              decoded;     /* one value */
	struct buf              rel;         /* the same, of its rel */
	struct buf              encoded; /* one URL, its query in the charset */
	struct fpset            seen;    /* the links that were reported */
	uint64_t                dropped;
	bool                    nofollow; /* a meta element says so */
	size_t                  room; /* for what is reported; see afford() */
	size_t                  lack; /* until there is as much, none is */
};

/*
 * Parses a URL of the page into u.  The query of special schemes, but ws and
 * wss, is in the page's charset (URL standard, 4.4, "query state").
 */
static bool
resolve(struct links *l, struct url *u, struct str text, const struct url *base)
{
	struct str scheme;

	if (!url_parse(u, text, base))
		return false;
	if (!u->special || memchr(text.p, '?', text.n) == NULL ||
	    ascii_run(text) == text.n)
		return true;
	scheme = url_scheme(u);
	if (str_eq(scheme, STR_LIT("ws")) || str_eq(scheme, STR_LIT("wss")))
		return true;
	buf_reset(&l->encoded);
	return html_encode_query(l->html, text, &l->encoded) &&
	       url_parse(u, buf_str(&l->encoded), base);
}

static bool
is_scheme_wanted(const struct links *l, const struct url *u)
{
	const char *const *scheme = l->options.schemes;

	if (scheme == NULL)
		return true;
	while (*scheme != NULL && !str_eq(url_scheme(u), str_c(*scheme)))
		scheme++;
	return *scheme != NULL;
}

/*
 * A link of a few bytes may become one of as many as its base has.  Whoever
 * takes the links can't stop between two calls of links_feed(), so what they
 * take until then has a bound.
 */
static bool
afford(struct links *l, const struct link *link)
{
	size_t n = url_href(link->url).n;

	if (l->options.details)
		n += link->rel.n + link->raw.n + url_href(&l->document).n;
	if (n > l->room) {
		l->lack = n;
		l->dropped++;
		return false;
	}
	l->room -= n;
	return true;
}

static void
gain_room(struct links *l, size_t bytes)
{
	size_t most = LIMIT_LINKS_BURST_BYTES - l->room;

	l->room += bytes < most / LIMIT_LINKS_PER_BYTE
	               ? bytes * LIMIT_LINKS_PER_BYTE
	               : most;
}

/* Resolves a URL and reports it, unless the page had that link before. */
static void
report(struct links *l, const struct value *v, struct str text,
    const struct url *base)
{
	struct link link = {
	    .url = &l->link,
	    .tag = v->row->element,
	    .attr = v->row->attr,
	    .rel = v->rel,
	    .raw = text,
	    .line = v->line,
	    .column = v->column,
	    .leads = link_leads(v->row),
	};
	size_t room;

	/* The next ones are like the one before: not even looked at. */
	if (l->room < l->lack) {
		l->dropped++;
		return;
	}
	if (text.n > LIMIT_URL_BYTES || !resolve(l, &l->link, text, base) ||
	    !is_scheme_wanted(l, &l->link))
		return;
	/* Without room it does not count as seen: it may come again. */
	room = l->room;
	if (!afford(l, &link))
		return;
	if (l->seen.n < LIMIT_PAGE_LINKS_DISTINCT &&
	    !fpset_add(&l->seen, fingerprint(url_href(&l->link)))) {
		l->room = room;
		return;
	}
	l->fn(l->arg, &link);
}

/* Reports each URL of a value. */
static void
report_value(struct links *l, const struct value *v, const struct url *base)
{
	struct value       header;
	struct link_header found;
	struct str         rest = v->text;
	struct str         text = v->text;

	switch (v->row->form) {
	case LINK_URL:
		report(l, v, text, base);
		break;
	case LINK_SET:
		while ((text = str_next_word(&rest)).n > 0)
			report(l, v, text, base);
		break;
	case LINK_SRCSET:
		while (srcset_next(&rest, &text))
			report(l, v, text, base);
		break;
	case LINK_REFRESH:
		if (refresh_url(v->text, &text))
			report(l, v, text, base);
		break;
	case LINK_HEADER:
		header = *v;
		while (link_header_next(&rest, &found)) {
			header.rel = found.rel;
			report(l, &header, found.url, base);
		}
		break;
	}
}

/* The first base with an href counts; data: and javascript: do not. */
static void
set_base(struct links *l, struct str href)
{
	struct str scheme;

	l->base_known = true;
	l->base_waits = false;
	if (resolve(l, &l->base, href, &l->document)) {
		scheme = url_scheme(&l->base);
		if (!str_eq(scheme, STR_LIT("data")) &&
		    !str_eq(scheme, STR_LIT("javascript")))
			return;
	}
	url_copy(&l->base, &l->document);
}

/* Sets the base that waited for the charset. */
static void
settle_base(struct links *l)
{
	buf_reset(&l->decoded);
	html_decode(l->html, buf_str(&l->base_raw), &l->decoded);
	set_base(l, buf_str(&l->decoded));
}

static void
take(struct str *s, void *to, size_t n)
{
	memcpy(to, s->p, n);
	*s = str_n(s->p + n, s->n - n);
}

/* Makes raw bytes what they mean, which goes to `to`. */
static void
decode(struct links *l, struct str *raw, struct buf *to)
{
	buf_reset(to);
	html_decode(l->html, *raw, to);
	*raw = buf_str(to);
}

static bool
is_undecided(const struct value *v)
{
	return v->undecided || v->rel_undecided;
}

/* Makes a value what it means by what is known now. */
static void
settle(struct links *l, struct value *v)
{
	if (v->undecided)
		decode(l, &v->text, &l->decoded);
	if (v->rel_undecided)
		decode(l, &v->rel, &l->rel);
}

/* Takes the first value off what waits.  False if it has to wait on. */
static bool
next_waiting(struct links *l, struct value *v, bool force)
{
	struct str             rest;
	struct waiting         w;
	struct waiting_details d = {0};

	if (l->pending_at == l->pending.n)
		return false;
	rest =
	    str_n(l->pending.p + l->pending_at, l->pending.n - l->pending_at);
	take(&rest, &w, sizeof(w));
	if ((w.undecided || w.rel_undecided) && !force &&
	    !html_is_decided(l->html))
		return false;
	if (l->options.details)
		take(&rest, &d, sizeof(d));
	*v = (struct value){
	    .row = &link_table[w.row],
	    .text = str_n(rest.p, w.n),
	    .undecided = w.undecided,
	    .rel = str_n(rest.p + w.n, d.rel_n),
	    .rel_undecided = w.rel_undecided,
	    .line = d.line,
	    .column = d.column,
	};
	settle(l, v);
	l->pending_at = (size_t)(rest.p - l->pending.p) + w.n + d.rel_n;
	return true;
}

/* Reports what need not wait any more; with `force`, all. */
static void
report_waiting(struct links *l, bool force)
{
	struct value v;

	if (l->base_waits && (force || html_is_decided(l->html)))
		settle_base(l);
	l->base_forced = l->base_forced || (force && !l->base_known);
	l->base_known = l->base_known || force;
	while (l->base_known && next_waiting(l, &v, force))
		report_value(l, &v, &l->base);
	if (l->pending_at == l->pending.n) {
		buf_reset(&l->pending);
		l->pending_at = l->waiting_n = 0;
	}
}

/* Has a value wait.  False if there is no room. */
static bool
wait(struct links *l, const struct value *v)
{
	struct waiting w = {
	    .n = (uint32_t)v->text.n,
	    .row = (uint16_t)(v->row - link_table),
	    .undecided = v->undecided,
	    .rel_undecided = v->rel_undecided,
	};
	struct waiting_details d = {v->line, v->column, v->rel.n};

	/* Without details, so that they don't change which base holds. */
	if (l->waiting_n + sizeof(w) + v->text.n > LIMIT_BASE_WAIT_BYTES ||
	    !buf_reserve(
		&l->pending, sizeof(w) + sizeof(d) + v->text.n + v->rel.n))
		return false;
	l->waiting_n += sizeof(w) + v->text.n;
	buf_add(&l->pending, str_n((char *)&w, sizeof(w)));
	if (l->options.details)
		buf_add(&l->pending, str_n((char *)&d, sizeof(d)));
	buf_add(&l->pending, v->text);
	if (l->options.details)
		buf_add(&l->pending, v->rel);
	return true;
}

static void
on_value(struct links *l, struct value *v)
{
	if (l->pending.n > 0 && l->base_known)
		report_waiting(l, false);
	if (!l->base_known || l->pending.n > 0 || is_undecided(v)) {
		if (wait(l, v))
			return;
		report_waiting(l, true);
		if (is_undecided(v) && wait(l, v))
			return;
		settle(l, v);
	}
	report_value(l, v, &l->base);
}

static void
on_base(struct links *l, const struct html_attr *href)
{
	if (l->base_forced) {
		/* It comes too late for those that waited. */
		l->base_forced = false;
		l->dropped++;
	}
	if (l->base_known || l->base_waits)
		return;
	if (href->cut) {
		l->dropped++;
		set_base(l, STR_LIT(""));
		report_waiting(l, false);
		return;
	}
	if (href->undecided) {
		buf_reset(&l->base_raw);
		buf_add(&l->base_raw, href->raw);
		l->base_waits = true;
		return;
	}
	set_base(l, href->value);
	report_waiting(l, false);
}

static void
on_attr(struct links *l, const struct html_element *e,
    const struct html_attr *a, const struct link_row *row)
{
	const struct html_attr *rel =
	    l->options.details ? link_attr(e, "rel") : NULL;
	struct value v = {
	    .row = row,
	    .text = a->undecided ? a->raw : a->value,
	    .undecided = a->undecided,
	    .rel = STR_LIT(""),
	    .line = e->line,
	    .column = e->column,
	};

	if (rel != NULL) {
		v.rel = rel->undecided ? rel->raw : rel->value;
		v.rel_undecided = rel->undecided;
	}
	if (!link_same_name(row->attr, a->name) || row->set > l->options.set ||
	    !link_applies(row->when, e))
		return;
	if (!a->cut)
		on_value(l, &v);
	else if (row->set == LINKS_A) /* elsewhere it is data, mostly */
		l->dropped++;
}

/* <meta name=robots content="noindex, nofollow"> */
static void
on_meta(struct links *l, const struct html_element *e)
{
	const struct html_attr *name = link_attr(e, "name");
	const struct html_attr *content = link_attr(e, "content");
	struct str              agent = l->options.agent;

	if (name == NULL || content == NULL)
		return;
	if (str_eq_nocase(str_trim(name->value), STR_LIT("robots")) ||
	    str_eq_nocase(str_trim(name->value), robots_token(agent)))
		l->nofollow =
		    l->nofollow || robots_tag_nofollow(content->value, agent);
}

static void
on_element(void *arg, const struct html_element *e)
{
	struct links          *l = arg;
	const struct link_row *row;

	if (e->want == LINK_WANT_BASE && e->attr_n > 0)
		on_base(l, &e->attr[0]);
	if (e->want == LINK_WANT_BASE)
		return;
	if (l->options.agent.p != NULL && link_same_name(e->name, "meta"))
		on_meta(l, e);
	for (size_t i = 0; i < e->attr_n; i++)
		for (row = l->rows[e->want]; link_row_is_of(row, e); row++)
			on_attr(l, e, &e->attr[i], row);
}

void
links_header(struct links *l, const char *name, struct str value)
{
	for (const struct link_row *row = link_table;
	     row < link_table + link_table_n; row++) {
		struct value v = {.row = row, .text = value};

		if (row->element == NULL && row->set <= l->options.set &&
		    strcasecmp(row->attr, name) == 0)
			report_value(l, &v, &l->document);
	}
}

struct links *
links_new(const struct links_options *options)
{
	struct links       *l = XNEW(struct links);
	struct html_options html = {
	    .libxml2 = options->libxml2,
	    .lines = options->details,
	};

	l->options = *options;
	l->wants = link_wants(options);
	l->rows = link_rows(l->wants);
	html.want = l->wants;
	l->html = html_new(&html, on_element, l);
	url_init(&l->document);
	url_init(&l->base);
	url_init(&l->link);
	buf_init(&l->base_raw, LIMIT_ATTRIBUTE_BYTES);
	buf_init(&l->pending, LIMIT_BASE_WAIT_BYTES + LIMIT_WAIT_DETAILS_BYTES);
	buf_init(&l->decoded, LIMIT_DECODED_BYTES);
	buf_init(&l->rel, LIMIT_DECODED_BYTES);
	buf_init(&l->encoded, LIMIT_DECODED_BYTES);
	return l;
}

void
links_free(struct links *l)
{
	if (l == NULL)
		return;
	html_free(l->html);
	free(l->wants);
	free(l->rows);
	url_clear(&l->document);
	url_clear(&l->base);
	url_clear(&l->link);
	buf_clear(&l->base_raw);
	buf_clear(&l->pending);
	buf_clear(&l->decoded);
	buf_clear(&l->rel);
	buf_clear(&l->encoded);
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
	l->pending_at = l->waiting_n = 0;
	l->base_known = l->base_waits = l->base_forced = false;
	fpset_reset(&l->seen, KEEP_BYTES);
	l->dropped = 0;
	l->nofollow = false;
	l->room = LIMIT_LINKS_BURST_BYTES;
	l->lack = 0;
}

bool
links_feed(struct links *l, struct str bytes)
{
	gain_room(l, bytes.n);
	return html_feed(l->html, bytes);
}

bool
links_end(struct links *l)
{
	bool well_formed = html_end(l->html);

	report_waiting(l, true);
	return well_formed;
}

uint64_t
links_dropped(const struct links *l)
{
	return l->dropped;
}

bool
links_nofollow(const struct links *l)
{
	return l->nofollow;
}

static void
trim_buf(struct buf *b)
{
	if (b->cap > KEEP_BYTES)
		buf_clear(b);
}

static void
trim_url(struct url *u)
{
	if (u->href.cap > KEEP_BYTES)
		url_clear(u);
}

void
links_trim(struct links *l)
{
	trim_url(&l->document);
	trim_url(&l->base);
	trim_url(&l->link);
	trim_buf(&l->base_raw);
	trim_buf(&l->pending);
	trim_buf(&l->decoded);
	trim_buf(&l->encoded);
	trim_buf(&l->rel);
	fpset_reset(&l->seen, KEEP_BYTES);
	html_trim(l->html);
}
