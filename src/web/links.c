/*
 * links.c - the links of a page, while its bytes arrive.
 *
 * A value goes one of two ways.  While a <base> may still come, or the charset
 * is not known and it matters, or the text of its element is wanted and not
 * there yet, it waits in `pending`, and all later ones behind it; otherwise it
 * is resolved at once.
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
#include "link_text.h"

/* What a reader may keep of a page's memory for the next page. */
#define KEEP_BYTES (16 * 1024)

/* An attribute or a header that holds links. */
struct value {
	const struct link_row *row;
	struct str             text;
	struct str             rel;
	bool                   undecided;     /* text is raw: html_decode() */
	bool                   rel_undecided; /* so is rel */
	bool                   cut;
	uint64_t               line;
	uint64_t               column;
	struct str             alt; /* with texts: of its element */
	bool                   alt_undecided;
	uint64_t               text_no; /* see link_text.h; 0: it has none */
};

/*
 * How a value waits: this, its text; and with details or texts the next behind
 * this, and rel and alt.
 */
struct waiting {
	uint32_t n; /* of text */
	uint16_t row;
	bool     undecided;
	bool     cut;
};

struct waiting_more {
	uint64_t line;
	uint64_t column;
	uint64_t text_no;
	uint32_t rel_n;
	uint32_t alt_n;
	bool     rel_undecided;
	bool     alt_undecided;
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
	struct link_texts       texts;
	struct buf              text; /* one link's */
	bool                    more; /* details or texts are wanted */
	struct fpset            seen; /* the links that were reported */
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
	size_t n = link->text.n;

	n += link->url != NULL ? url_href(link->url).n : link->raw.n;
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

/* Whether a link that is not valid is to be reported. */
static bool
is_invalid_wanted(const struct links *l, struct str text)
{
	return l->options.places &&
	       !str_starts_nocase(str_trim(text), STR_LIT("data:"));
}

/* False: the page had that link before. */
static bool
is_new(struct links *l)
{
	return l->options.places || l->seen.n >= LIMIT_PAGE_LINKS_DISTINCT ||
	       fpset_add(&l->seen, fingerprint(url_href(&l->link)));
}

/* Resolves a URL and reports it, if it is one that is wanted. */
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
	    .text = buf_str(&l->text),
	    .leads = link_leads(v->row),
	};
	size_t room;

	/* The next ones are like the one before: not even looked at. */
	if (l->room < l->lack) {
		l->dropped++;
		return;
	}
	if (v->cut || text.n > LIMIT_URL_BYTES ||
	    !resolve(l, &l->link, text, base))
		link.url = NULL;
	if (link.url != NULL ? !is_scheme_wanted(l, &l->link)
			     : !is_invalid_wanted(l, text))
		return;
	/* Without room it does not count as seen: it may come again. */
	room = l->room;
	if (!afford(l, &link))
		return;
	if (!is_new(l)) {
		l->room = room;
		return;
	}
	l->fn(l->arg, &link);
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

/* Makes raw text of an element what is shown. */
static void
add_text(struct links *l, struct str raw)
{
	buf_reset(&l->encoded);
	html_decode_text(l->html, raw, &l->encoded);
	html_tidy_text(buf_str(&l->encoded), &l->text);
}

/* Makes the text of its element, or the alt, what is shown. */
static void
set_text(struct links *l, const struct value *v)
{
	struct link_text t = {
	    .alt = v->alt,
	    .alt_undecided = v->alt_undecided,
	};

	buf_reset(&l->text);
	if (v->text_no > 0) {
		t = link_texts_find(&l->texts, v->text_no);
		if (t.undecided)
			add_text(l, t.text);
		else
			buf_add(&l->text, t.text);
	}
	if (l->text.n > 0 || t.alt.n == 0)
		return;
	if (t.alt_undecided)
		decode(l, &t.alt, &l->encoded);
	html_tidy_text(t.alt, &l->text);
}

/* Reports each URL of a value. */
static void
report_value(struct links *l, const struct value *v, const struct url *base)
{
	struct value       header;
	struct link_header found;
	struct str         rest = v->text;
	struct str         text = v->text;

	if (l->options.texts)
		set_text(l, v);
	switch (v->cut ? LINK_URL : v->row->form) {
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

static bool
is_undecided(const struct value *v)
{
	return v->undecided || v->rel_undecided || v->alt_undecided;
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

/* Whether a value that waits need not any more. */
static bool
is_ready(struct links *l, const struct value *v)
{
	struct link_text text;

	if (v->text_no == 0 && !is_undecided(v))
		return true;
	if (v->text_no > l->texts.done)
		return false;
	if (html_is_decided(l->html))
		return true;
	if (is_undecided(v))
		return false;
	text = link_texts_find(&l->texts, v->text_no);
	return !text.undecided && !text.alt_undecided;
}

/* Takes the first value off what waits.  False if it has to wait on. */
static bool
next_waiting(struct links *l, struct value *v, bool force)
{
	struct str          rest;
	struct waiting      w;
	struct waiting_more m = {0};

	if (l->pending_at == l->pending.n)
		return false;
	rest =
	    str_n(l->pending.p + l->pending_at, l->pending.n - l->pending_at);
	take(&rest, &w, sizeof(w));
	if (l->more)
		take(&rest, &m, sizeof(m));
	*v = (struct value){
	    .row = &link_table[w.row],
	    .text = str_n(rest.p, w.n),
	    .undecided = w.undecided,
	    .cut = w.cut,
	    .rel = str_n(rest.p + w.n, m.rel_n),
	    .rel_undecided = m.rel_undecided,
	    .line = m.line,
	    .column = m.column,
	    .alt = str_n(rest.p + w.n + m.rel_n, m.alt_n),
	    .alt_undecided = m.alt_undecided,
	    .text_no = m.text_no,
	};
	if (!force && !is_ready(l, v))
		return false;
	settle(l, v);
	l->pending_at =
	    (size_t)(rest.p - l->pending.p) + w.n + m.rel_n + m.alt_n;
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
		link_texts_forget(&l->texts);
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
	    .cut = v->cut,
	};
	struct waiting_more m = {
	    .line = v->line,
	    .column = v->column,
	    .text_no = v->text_no,
	    .rel_n = (uint32_t)v->rel.n,
	    .alt_n = (uint32_t)v->alt.n,
	    .rel_undecided = v->rel_undecided,
	    .alt_undecided = v->alt_undecided,
	};

	/* What only some ask for may not change which base holds. */
	size_t n = v->cut ? 0 : sizeof(w) + v->text.n;

	if (l->waiting_n + n > LIMIT_BASE_WAIT_BYTES ||
	    !buf_reserve(&l->pending,
		sizeof(w) + sizeof(m) + v->text.n + v->rel.n + v->alt.n))
		return false;
	l->waiting_n += n;
	buf_add(&l->pending, str_n((char *)&w, sizeof(w)));
	if (l->more)
		buf_add(&l->pending, str_n((char *)&m, sizeof(m)));
	buf_add(&l->pending, v->text);
	buf_add(&l->pending, v->rel);
	buf_add(&l->pending, v->alt);
	return true;
}

static void
on_value(struct links *l, struct value *v)
{
	if (l->pending.n > 0 && l->base_known)
		report_waiting(l, false);
	if (!l->base_known || l->pending.n > 0 || !is_ready(l, v)) {
		if (wait(l, v))
			return;
		report_waiting(l, true);
		if (!is_ready(l, v) && wait(l, v))
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

/* What an attribute means; raw, if that is not known yet. */
static struct str
take_attr(const struct html_attr *a, bool *undecided)
{
	*undecided = a->undecided;
	return a->undecided ? a->raw : a->value;
}

/* What is needed of an alt. */
static struct str
take_alt(const struct html_attr *a, bool *undecided)
{
	struct str alt = take_attr(a, undecided);

	if (alt.n > LIMIT_LINK_TEXT_RAW_BYTES)
		alt.n = LIMIT_LINK_TEXT_RAW_BYTES;
	return alt;
}

/* An attribute that is a link; text_no is that of its element. */
static void
on_link(struct links *l, const struct html_element *e,
    const struct html_attr *a, const struct link_row *row, uint64_t text_no)
{
	const struct html_attr *rel =
	    l->options.details ? link_attr(e, "rel") : NULL;
	const struct html_attr *alt =
	    l->options.texts && text_no == 0 ? link_attr(e, "alt") : NULL;
	struct value v = {
	    .row = row,
	    .rel = STR_LIT(""),
	    .cut = a->cut,
	    .line = e->line,
	    .column = e->column,
	    .alt = STR_LIT(""),
	    .text_no = text_no,
	};

	v.text = take_attr(a, &v.undecided);
	if (rel != NULL)
		v.rel = take_attr(rel, &v.rel_undecided);
	if (alt != NULL)
		v.alt = take_alt(alt, &v.alt_undecided);
	/* Elsewhere, and in lists, what is cut is data, mostly. */
	if (!a->cut || (l->options.places && row->form == LINK_URL))
		on_value(l, &v);
	else if (row->set == LINKS_A)
		l->dropped++;
}

/* The text of an element begins or, as an img has an alt, goes on. */
static uint64_t
on_texts(struct links *l, const struct html_element *e)
{
	const struct html_attr *alt;
	bool                    undecided;

	if (l->wants[e->want].text)
		return link_texts_begin(&l->texts);
	if (!link_same_name(e->name, "img"))
		return 0;
	alt = link_attr(e, "alt");
	if (alt != NULL) {
		struct str s = take_alt(alt, &undecided);

		link_texts_alt(&l->texts, s, undecided);
	}
	return 0;
}

static void
on_text(void *arg, const struct html_text *text)
{
	struct links *l = arg;

	if (text->undecided) {
		link_texts_end(&l->texts, text->raw, true);
	} else {
		buf_reset(&l->text);
		html_tidy_text(text->value, &l->text);
		link_texts_end(&l->texts, buf_str(&l->text), false);
	}
	report_waiting(l, false);
}

static void
on_id(void *arg, struct str id)
{
	struct links *l = arg;

	l->options.id(l->arg, id);
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
	uint64_t               text_no = 0;
	const struct link_row *row;

	if (e->want == LINK_WANT_BASE && e->attr_n > 0)
		on_base(l, &e->attr[0]);
	if (e->want == LINK_WANT_BASE)
		return;
	if (l->options.agent.p != NULL && link_same_name(e->name, "meta"))
		on_meta(l, e);
	if (l->options.texts)
		text_no = on_texts(l, e);
	for (size_t i = 0; i < e->attr_n; i++)
		for (row = l->rows[e->want]; link_row_is_of(row, e); row++)
			if (link_same_name(row->attr, e->attr[i].name) &&
			    row->set <= l->options.set &&
			    link_applies(row->when, e))
				on_link(l, e, &e->attr[i], row, text_no);
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
	    .text = options->texts ? on_text : NULL,
	    .id = options->id != NULL ? on_id : NULL,
	};

	l->options = *options;
	l->more = options->details || options->texts;
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
	link_texts_init(&l->texts);
	buf_init(&l->text, LIMIT_LINK_TEXT_BYTES);
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
	link_texts_clear(&l->texts);
	buf_clear(&l->text);
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
	link_texts_start(&l->texts);
	buf_reset(&l->text);
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
	trim_buf(&l->texts.queue);
	fpset_reset(&l->seen, KEEP_BYTES);
	html_trim(l->html);
}
