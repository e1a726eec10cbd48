/*
 * Documents in, elements out, by the HTML standard.
 *
 * Each case is fed whole, byte by byte and in threes; the rows are written
 * after the HTML standard and name what they are about.  Then the pages of
 * data/html, and documents made at random, are fed in random parts: each must
 * give the same elements as when it is fed whole.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/html.h"

#include "web/link_table.h"

static const struct html_want want[] = {{"a", HTML_SPACE_HTML, {"href"}, false},
    {"area", HTML_SPACE_HTML, {"href"}, false},
    {"base", HTML_SPACE_HTML, {"href"}, false},
    {"img", HTML_SPACE_HTML, {"src"}, false},
    {"frame", HTML_SPACE_HTML, {"src"}, false},
    {"html", HTML_SPACE_HTML, {"manifest"}, false},
    {"head", HTML_SPACE_HTML, {"profile"}, false},
    {"body", HTML_SPACE_HTML, {"background", "rel"}, false},
    {"div", HTML_SPACE_HTML, {NULL}, false},
    {"a", HTML_SPACE_SVG, {"href"}, false},
    {NULL, HTML_SPACE_HTML, {NULL}, false}};

static const struct {
	const char *what;
	const char *charset;
	const char *document;
	const char *expected; /* name=value, those of svg after "svg:" */
} cases[] = {
    {"quotes", "", "<a href=1><a href='2'><a href=\"3\"><a href = 4 >",
	"a=1 a=2 a=3 a=4 "},
    {"first of two", "", "<a href=1 HREF=2>", "a=1 "},
    {"equals sign first", "", "<a =\"><a href=1>", "a=1 "},
    {"slash in a name", "", "<a x/=\"y>\" href=1><a href=2/>", "a=2/ "},
    {"image", "", "<image src=1>", "img=1 "},
    {"cut off", "", "<a href=1><a href=2", "a=1 "},
    {"comments", "",
	"<!--><a href=1><!---><a href=2><!-- --!><a href=3><!--<!--><a href=4>",
	"a=1 a=2 a=3 a=4 "},
    {"bogus comments", "",
	"<!x <a href=1><?x <a href=2></ x <a href=3><a href=4>", "a=4 "},
    {"CDATA", "",
	"<![CDATA[<a href=1>]]><svg><![CDATA[<a href=2>]]><a href=3></svg>",
	"svg:a=3 "},
    {"raw text", "",
	"<title><a href=1></title ><textarea></text<a href=2></textarea>"
	"<style><a href=3></STYLE><xmp></xm></xmp><a href=4>",
	"a=4 "},
    {"script", "",
	"<script><a href=1></script><a href=2><script><!--<script></script>"
	"<a href=3>--></script><a href=4>",
	"a=2 a=4 "},
    {"plaintext", "", "<a href=1><plaintext></plaintext><a href=2>", "a=1 "},
    {"template", "",
	"<template><a href=1><template></template><a href=2></template>"
	"<a href=3>",
	"a=3 "},
    {"noscript", "", "<noscript><a href=1></noscript>", "a=1 "},
    {"svg", "", "<svg><a href=1><style><a href=2></style><p><a href=3>",
	"svg:a=1 svg:a=2 a=3 "},
    {"foreignObject", "",
	"<svg><foreignObject><a href=1></a></foreignObject><a href=2>",
	"a=1 svg:a=2 "},
    {"annotation-xml is special in MathML only", "",
	"<button><svg><annotation-xml></button><a href=1></a>"
	"<ul><li><svg><annotation-xml></li><a href=2></a></ul>"
	"<h2><svg><annotation-xml></h2><a href=3></a>"
	"<h2><math><annotation-xml></h2><a href=4></a>",
	"a=1 a=2 a=3 "},
    {"an a ends one that is out of scope", "",
	"<a><svg><title><a></a></title></a><a href=1>", "svg:a=1 "},
    {"an a leaves one behind a marker", "",
	"<a><object><svg><title><a></a></title></a></object></a><a href=1>",
	"a=1 "},
    {"what an ended a takes along", "",
	"<a><dialog><h1><a><svg></dialog><a href=1>", "svg:a=1 "},
    {"what it leaves", "", "<a><b><dialog><h1><a><svg></b><a href=1>", "a=1 "},
    {"what it does not take so far", "",
	"<a><b><i><u><s><h1><a><svg></b><a href=1>", "svg:a=1 "},
    {"a lost element behind a marker", "",
	"<table><a><tr><object><svg></a><area href=1>", ""},
    {"a lost element whose marker was taken off", "",
	"<template><font><table><td></template><svg></font><a href=1>", "a=1 "},
    {"svg left by an outer end tag", "", "<div><svg></div><a href=1>", "a=1 "},
    {"select", "", "<select><a href=1><style></select><a href=2>", "a=2 "},
    {"frameset", "", "<frameset><a href=1><frame src=2></frameset><a href=3>",
	"frame=2 "},
    {"frameset instead of a body", "", "<a href=1></a><frameset><frame src=2>",
	"frame=2 "},
    {"no frameset after text", "", "<a href=1>x</a><frameset><frame src=2>",
	"a=1 "},
    {"no frameset after text in CDATA", "",
	"<svg><![CDATA[x]]></svg><frameset></frameset><a href=1>", "a=1 "},
    {"no frameset after brackets in CDATA", "",
	"<svg><![CDATA[]]]></svg><frameset></frameset><a href=1>", "a=1 "},
    {"no frameset after one bracket in CDATA", "",
	"<svg><![CDATA[] ]]></svg><frameset></frameset><a href=1>", "a=1 "},
    {"frameset after blanks in CDATA", "",
	"<svg><![CDATA[ \n]]></svg><frameset></frameset><a href=1>", ""},
    {"html and body, once more", "",
	"<html manifest=1><body rel=2 background=3><html manifest=4>"
	"<body background=5><template><body background=6></template>",
	"html=1 body=2 body=3 "},
    {"the first that has it", "",
	"<html><body rel=1><html manifest=2><body background=3>"
	"<body background=4>",
	"body=1 html=2 body=3 "},
    {"one head", "", "<head profile=1><head profile=2></head><head profile=3>",
	"head=1 "},
    {"head that came unsaid", "", "<title></title><head profile=1>", ""},
    {"head that was ended unsaid", "", "</head><head profile=1>", ""},
    {"wanted without attributes", "",
	"<svg><foreignObject><div><div></div></div></foreignObject>"
	"<a href=1>",
	"svg:a=1 "},
    {"references", "", "<a href='&amp;&lt&ltx&#65;&#x80;&notin;&copy=&#0;'>",
	"a=&<&ltxA\xE2\x82\xAC\xE2\x88\x89&copy=\xEF\xBF\xBD "},
    {"windows-1252 by bytes", "", "<a href=\xE9>", "a=\xC3\xA9 "},
    {"UTF-8 by bytes", "", "<a href=\xC3\xA9>", "a=\xC3\xA9 "},
    {"HTTP charset", "koi8-r", "<a href=\xC1>", "a=\xD0\xB0 "},
    {"meta charset", "", "<meta charset=koi8-r><a href=\xC1>", "a=\xD0\xB0 "},
    {"byte order mark first", "koi8-r", "\xEF\xBB\xBF<a href=\xC3\xA9>",
	"a=\xC3\xA9 "},
    {"GB 18030 of 2022", "gb18030", "<a href=\xA6\xD9\xA3\xA0\xFE\xA0>",
	"a=\xEF\xB8\x90\xE3\x80\x80\xE9\xBE\xBB "},
    {"two bytes, the second ASCII", "shift_jis", "<a href=\x83\x5C>",
	"a=\xE3\x82\xBD "},
    {"replacement", "hz-gb-2312", "<a href=1>", ""},
};

/* Deeper than what is open is remembered. */
static const struct {
	const char *head;
	const char *nested; /* as many times as `times` says */
	size_t      times;
	const char *tail;
	const char *expected;
} deep[] = {
    {"<svg>", "<g><h>", 500000, "<a href=1></svg><a href=2>", "svg:a=1 a=2 "},
    {"<svg>", "<g><h>", 500000, "<p><a href=1>", "a=1 "},
    {"<math>", "<g><h>", 500000, "<a href=1></math><a href=2>", "a=2 "},
    {"<math><annotation-xml><svg>", "<g><h>", 500, "<a href=1></svg><a href=2>",
	"svg:a=1 a=2 "},
    {"<svg><desc>", "<b><i>", 500, "<a href=1></svg><a href=2>", "a=1 a=2 "},
    {"", "<svg><desc>", 500, "<a href=1></a></desc><a href=2></svg><a href=3>",
	"a=1 svg:a=2 a=3 "},
    {"<template>", "<b><i>", 500, "<a href=1></template><a href=2>", "a=2 "},
    {"", "<template><b>", 500, "<a href=1></template><a href=2>", ""},
    {"<select><template>", "<b><i>", 500, "</template></select><a href=1>",
	"a=1 "},
    {"<table><tr><td>", "<b><i>", 500, "<a href=1></td></tr></table><a href=2>",
	"a=1 a=2 "},
};

struct page {
	struct html *h;
	struct buf   out;
	struct buf   late; /* raw values that were undecided */
};

static void
on_element(void *arg, const struct html_element *e)
{
	struct page *g = arg;

	for (size_t i = 0; i < e->attr_n; i++) {
		buf_addf(&g->out,
		    "%s%s=", e->space == HTML_SPACE_SVG ? "svg:" : "", e->name);
		if (e->attr[i].undecided)
			buf_add(&g->late, e->attr[i].raw);
		else
			buf_addf(&g->out, "%s ", e->attr[i].value.p);
	}
}

static void
page_init(struct page *g)
{
	static const struct html_options options = {
	    .want = want, .lines = true};

	g->h = html_new(&options, on_element, g);
	buf_init(&g->out, 4096);
	buf_init(&g->late, 4096);
}

static void
page_clear(struct page *g)
{
	buf_clear(&g->out);
	buf_clear(&g->late);
	html_free(g->h);
}

static void
test_deep(void **state)
{
	struct page g;

	(void)state;
	page_init(&g);
	for (size_t i = 0; i < sizeof(deep) / sizeof(*deep); i++) {
		buf_reset(&g.out);
		html_start(g.h, HTML_TEXT, str_c("utf-8"));
		html_feed(g.h, str_c(deep[i].head));
		for (size_t n = 0; n < deep[i].times; n++)
			html_feed(g.h, str_c(deep[i].nested));
		html_feed(g.h, str_c(deep[i].tail));
		html_end(g.h);
		if (strcmp(buf_cstr(&g.out), deep[i].expected) != 0)
			fail_msg("%s%s...%s: %s", deep[i].head, deep[i].nested,
			    deep[i].tail, buf_cstr(&g.out));
	}
	page_clear(&g);
}

static void
test_cases(void **state)
{
	struct page g;

	(void)state;
	page_init(&g);
	for (size_t i = 0; i < 3 * sizeof(cases) / sizeof(*cases); i++) {
		struct str s = str_c(cases[i / 3].document);
		size_t     step = i % 3 == 0 ? s.n : i % 3 == 1 ? 1 : 3;

		buf_reset(&g.out);
		buf_reset(&g.late);
		html_start(g.h, HTML_TEXT, str_c(cases[i / 3].charset));
		while (s.n > 0) {
			size_t n = s.n < step ? s.n : step;

			html_feed(g.h, str_n(s.p, n));
			s = str_n(s.p + n, s.n - n);
		}
		html_end(g.h);
		if (g.late.n > 0) {
			assert_true(html_decode(g.h, buf_str(&g.late), &g.out));
			buf_addc(&g.out, ' ');
		}
		if (strcmp(buf_cstr(&g.out), cases[i / 3].expected) != 0)
			fail_msg("%s: %s", cases[i / 3].what, buf_cstr(&g.out));
	}
	page_clear(&g);
}

/* Queries: the Encoding standard's encoders. */
static const struct {
	const char *charset;
	const char *href;
	const char *expected;
} queries[] = {
    {"utf-8", "?\xC3\xA9", "?\xC3\xA9"},
    {"utf-16le", "?\xC3\xA9", "?\xC3\xA9"},
    {"latin1", "\xC3\xA9?\xC3\xA9 \xD1\x8F#\xC3\xA9",
	"\xC3\xA9?%E9 %26%231103%3B#\xC3\xA9"},
    {"big5", "?\xE4\xB8\x80", "?%A4@"},
    {"big5", "?\xE3\x90\xB5", "?%26%2313365%3B"},
    {"shift_jis", "?\xE2\x88\x92\xC2\xA5\xE2\x80\xBE", "?%81|\\~"},
    {"shift_jis", "?\xEE\x80\x80", "?%26%2357344%3B"},
    {"euc-jp", "?\xE2\x88\x92\xE4\xB8\x82", "?%A1%DD%26%2319970%3B"},
    {"euc-kr", "?\xEA\xB0\x80", "?%B0%A1"},
    {"gbk", "?\xE2\x82\xAC", "?%80"},
    {"gb18030", "?\xE2\x82\xAC\xEF\xB8\x90\xEE\x97\xA5\xE3\x80\x80",
	"?%A2%E3%A6%D9%26%2358853%3B%A1%A1"},
    {"iso-2022-jp", "?a\xE2\x80\xBE\x62\\", "?a%1B(J~b%1B(B\\"},
    {"iso-2022-jp", "?\xE4\xB8\x80\xE4\xB8\x81 \xC3\xA9\xE4\xB8\x80#x",
	"?%1B$B0lCz%1B(B %26%23233%3B%1B$B0l%1B(B#x"},
    {"iso-2022-jp", "?\x0E", "?%26%2365533%3B"},
};

static void
test_queries(void **state)
{
	static const struct html_options options = {.want = want};
	struct page                      g = {0};
	struct html                     *h = html_new(&options, on_element, &g);

	(void)state;
	buf_init(&g.out, 4096);
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		html_start(h, HTML_TEXT, str_c(queries[i].charset));
		html_end(h);
		buf_reset(&g.out);
		assert_true(
		    html_encode_query(h, str_c(queries[i].href), &g.out));
		assert_string_equal(buf_cstr(&g.out), queries[i].expected);
	}
	buf_clear(&g.out);
	html_free(h);
}

/*
 * Random parts.
 */

/* How many random documents, and in how many ways each is cut. */
#define DOCUMENTS      1500
#define CUTS           4
#define CUTS_OF_A_PAGE 40

/* A row of numbers that is the same each time. */
struct dice {
	uint64_t state; /* not 0 */
};

/* From 0 to n - 1. */
static size_t
roll(struct dice *d, size_t n)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (size_t)(d->state >> 11) % n;
}

/* What came of a document. */
struct reading {
	struct html *h;
	size_t       n;        /* how many elements */
	struct buf   elements; /* as text, with raw values */
	struct buf   values;   /* decoded, as far as they were */
	struct buf   raw;      /* lengths and bytes of all raw values */
	struct buf   texts;    /* texts of a, and ids: a line each */
	size_t       asked;    /* how many elements have a text */
	size_t       told;     /* how many texts came */
};

static void
on_text_read(void *arg, const struct html_text *text)
{
	struct reading *r = arg;

	/* It comes before the next element that has one. */
	r->told++;
	assert_int_equal(r->told, r->asked);
	buf_addf(&r->texts, "\n%zu text %d=", r->n, text->undecided);
	buf_add(&r->texts, text->raw);
	buf_addc(&r->texts, '\n');
	buf_add(&r->texts, text->value);
}

static void
on_id_read(void *arg, struct str id)
{
	struct reading *r = arg;

	assert_true(id.n > 0);
	buf_add(&r->texts, STR_LIT("\nid="));
	buf_add(&r->texts, id);
}

static void
on_read(void *arg, const struct html_element *e)
{
	struct reading *r = arg;

	r->n++;
	r->asked += strcmp(e->name, "a") == 0;
	buf_addf(&r->elements, "\n%zu %s %d %llu:%llu", e->want, e->name,
	    (int)e->space, (unsigned long long)e->line,
	    (unsigned long long)e->column);
	for (size_t i = 0; i < e->attr_n; i++) {
		const struct html_attr *a = &e->attr[i];
		size_t                  n[2] = {a->raw.n, SIZE_MAX};

		buf_addf(&r->elements, " %s%s=", a->name, a->cut ? "!" : "");
		buf_add(&r->elements, a->raw);
		assert_int_equal(a->value.p[a->value.n], '\0');
		if (!a->undecided) {
			n[1] = a->value.n;
			buf_add(&r->values, a->value);
		}
		buf_add(&r->raw, str_n((const char *)n, sizeof(n)));
		buf_add(&r->raw, a->raw);
	}
}

/*
 * At the end the raw values are decoded: what was said of one before has to be
 * the same.  They are appended to the elements.
 */
static void
decode_all(struct reading *r)
{
	size_t     at = 0;
	size_t     said = 0;
	size_t     n[2];
	struct buf value;

	buf_init(&value, 0);
	while (at < r->raw.n) {
		memcpy(n, r->raw.p + at, sizeof(n));
		at += sizeof(n);
		buf_reset(&value);
		assert_true(
		    html_decode(r->h, str_n(r->raw.p + at, n[0]), &value));
		at += n[0];
		buf_addc(&r->elements, '\n');
		buf_add(&r->elements, buf_str(&value));
		if (n[1] == SIZE_MAX)
			continue;
		assert_true(
		    str_eq(buf_str(&value), str_n(r->values.p + said, n[1])));
		said += n[1];
	}
	buf_clear(&value);
}

/* Reads a document in parts of 1 to `most` bytes; most 0: whole. */
static void
read_in_parts(struct reading *r, struct str document, const char *charset,
    struct dice *d, size_t most)
{
	bool more = true;

	r->n = 0;
	buf_reset(&r->elements);
	buf_reset(&r->values);
	buf_reset(&r->raw);
	buf_reset(&r->texts);
	r->asked = r->told = 0;
	html_start(r->h, HTML_TEXT, str_c(charset));
	while (document.n > 0 && more) {
		size_t n = most == 0 ? document.n : 1 + roll(d, most);
		char  *part;

		n = n < document.n ? n : document.n;
		/* In memory of its own, where reading too far is seen. */
		part = xmalloc(n);
		memcpy(part, document.p, n);
		more = html_feed(r->h, str_n(part, n));
		free(part);
		document = str_n(document.p + n, document.n - n);
	}
	html_end(r->h);
	decode_all(r);
}

struct splitter {
	struct dice       dice;
	struct html_want *wants;
	struct reading    whole;
	struct reading    parts;
	struct reading    plain;    /* without texts and ids */
	size_t            elements; /* that were compared */
	size_t            texts;    /* bytes of texts and ids */
};

static void
reading_init(struct reading *r, const struct html_want *wants, bool texts)
{
	struct html_options options = {
	    .want = wants,
	    .lines = true,
	    .text = texts ? on_text_read : NULL,
	    .id = texts ? on_id_read : NULL,
	};

	buf_init(&r->elements, 0);
	buf_init(&r->values, 0);
	buf_init(&r->raw, 0);
	buf_init(&r->texts, 0);
	r->h = html_new(&options, on_read, r);
}

static void
reading_clear(struct reading *r)
{
	html_free(r->h);
	buf_clear(&r->elements);
	buf_clear(&r->values);
	buf_clear(&r->raw);
	buf_clear(&r->texts);
}

static void
splitter_init(struct splitter *s)
{
	s->dice.state = 20260801;
	s->wants = link_wants(&(struct links_options){
	    .set = LINKS_ALL, .details = true, .texts = true});
	s->elements = s->texts = 0;
	reading_init(&s->whole, s->wants, true);
	reading_init(&s->parts, s->wants, true);
	reading_init(&s->plain, s->wants, false);
}

static void
splitter_clear(struct splitter *s)
{
	reading_clear(&s->whole);
	reading_clear(&s->parts);
	reading_clear(&s->plain);
	free(s->wants);
}

/* The same elements, texts and ids. */
static bool
is_same(const struct reading *a, const struct reading *b)
{
	return str_eq(buf_str(&a->elements), buf_str(&b->elements)) &&
	       str_eq(buf_str(&a->texts), buf_str(&b->texts));
}

/* Whole and in parts, small ones and large ones; without texts and ids, too. */
static void
try_cuts(struct splitter *s, const char *name, struct str document,
    const char *charset, size_t cuts)
{
	static const size_t most[] = {1, 3, 17, 200, 2000};
	const size_t        n = sizeof(most) / sizeof(*most);

	read_in_parts(&s->whole, document, charset, &s->dice, 0);
	s->elements += s->whole.n;
	s->texts += s->whole.texts.n;
	assert_int_equal(s->whole.told, s->whole.asked);
	read_in_parts(&s->plain, document, charset, &s->dice, 0);
	if (!str_eq(buf_str(&s->plain.elements), buf_str(&s->whole.elements)))
		fail_msg("%s:%s\nnot%s\nof\n%.*s", name,
		    buf_cstr(&s->whole.elements), buf_cstr(&s->plain.elements),
		    (int)document.n, document.p);
	for (size_t i = 0; i < cuts; i++) {
		size_t at = most[i < n ? i : roll(&s->dice, n)];

		read_in_parts(&s->parts, document, charset, &s->dice, at);
		if (is_same(&s->parts, &s->whole))
			continue;
		fail_msg("%s, cut in parts up to %zu:%s%s\nnot%s%s\nof\n%.*s",
		    name, at, buf_cstr(&s->parts.elements),
		    buf_cstr(&s->parts.texts), buf_cstr(&s->whole.elements),
		    buf_cstr(&s->whole.texts), (int)document.n, document.p);
	}
}

static void
read_file(const char *path, struct buf *out)
{
	FILE  *f = fopen(path, "rb");
	char   part[4096];
	size_t n;

	assert_non_null(f);
	buf_reset(out);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, str_n(part, n));
	fclose(f);
}

static void
test_cut_pages(void **state)
{
	DIR                 *dir = opendir("data/html");
	const struct dirent *entry;
	struct splitter      s;
	struct buf           page;
	size_t               pages = 0;

	(void)state;
	assert_non_null(dir);
	splitter_init(&s);
	buf_init(&page, 0);
	while ((entry = readdir(dir)) != NULL) {
		char path[512];

		if (strstr(entry->d_name, ".html") == NULL)
			continue;
		snprintf(path, sizeof(path), "data/html/%s", entry->d_name);
		read_file(path, &page);
		try_cuts(&s, path, buf_str(&page), "", CUTS_OF_A_PAGE);
		pages++;
	}
	assert_true(pages > 40 && s.elements > 200);
	closedir(dir);
	buf_clear(&page);
	splitter_clear(&s);
}

/*
 * Documents at random: a grammar of what a tokenizer has to tell apart.  In a
 * template, %n is a tag's name, %a attributes, %v a value, %t text, %d a
 * whole piece again.
 */
static const char *const pieces[] = {"<%n%a>", "<%n%a>", "<%n%a>", "<%n%a/>",
    "</%n>", "</%n>", "</%n%a>", "%t", "%t", "<a href=%v>", "<a href=%v>%t</a>",
    "<!--%t%d-->", "<!-->%d", "<!--->%d", "<!--%t--!>", "<!-%t>",
    "<!doctype html>", "<!%t>", "<?%t>", "</ %t>", "<![CDATA[%d]]>", "<%t",
    "<script>%t%d</script>", "<script><!--%d<script>%d</script>%t--></script>",
    "--></script>", "<title>%d</title>", "<textarea>%d</textarea >",
    "<style>%t</style>", "<svg>%d%d</svg>",
    "<svg><foreignObject>%d</foreignObject>", "<math><mi>%d</mi>%d</math>",
    "<math><annotation-xml encoding=%v>%d</annotation-xml></math>",
    "<template>%d%d</template>", "<table>%d<tr><td>%d</table>",
    "<select>%d</select>", "<noscript>%d", "<meta charset=%c>",
    "<meta http-equiv=content-type content='%t;charset=%c'>", "<base href=%v>",
    "<%n %t>", "<%N%a>"};

/* After these little or nothing is an element, so they are rare. */
static const char *const ends[] = {"<plaintext>", "<frameset>%d<frame src=%v>",
    "<!--%d", "<script>%t<!--", "<xmp>", "<%n title='"};

static const char *const names[] = {"a", "b", "p", "div", "img", "image", "td",
    "tr", "li", "form", "input", "font", "svg", "math", "mi", "desc", "html",
    "head", "body", "link", "base", "select", "option", "object", "feimage",
    "use", "x-y", "h1", "template", "annotation-xml", "nobr", "button"};

static const char *const attrs[] = {"id", "ID", "name", "alt", "href", "HREF",
    "src", "srcset", "data", "xlink:href", "rel", "content", "type", "color",
    "action", "cite", "=", "x", "hre", "hrefx", "background", "ping",
    "manifest", "href\n"};

static const char *const texts[] = {"a", "b c", "&amp;", "&notin;", "&not",
    "&#65;", "&#x110000;", "&#0", "&CounterClockwiseContourIntegral;", "=", "/",
    "\"", "'", ">", "<", "-", "--", "!", "]]>", "]", "\n", "\r\n", "\r", "\t",
    "\f", " ", "\xC3\xA9", "\xE9", "\xF0\x9F\x98\x80", "\xE2\x82", "\x83\x5C",
    "\xFF", "\x1B$B0l\x1B(B", "script", "</", "<!",
    "0123456789012345678901234567890"};

static const char *const charsets[] = {"utf-8", "windows-1251", "shift_jis",
    "gb18030", "utf-16", "iso-2022-jp", "euc-kr", "big5", "none"};

#define PICK(d, list) list[roll(d, sizeof(list) / sizeof(*(list)))]

static void
make_text(struct dice *d, struct buf *out)
{
	for (size_t n = roll(d, 4); n > 0; n--) {
		buf_add(out, str_c(PICK(d, texts)));
		if (roll(d, 40) == 0)
			buf_addc(out, '\0');
	}
}

static void
make_value(struct dice *d, struct buf *out)
{
	static const char *const quotes[] = {"\"", "'", "", "\"", "'", " \""};
	const char              *quote = PICK(d, quotes);

	buf_add(out, str_c(quote));
	make_text(d, out);
	if (*quote != '\0')
		buf_addc(out, quote[strlen(quote) - 1]);
}

static void
make_attrs(struct dice *d, struct buf *out)
{
	static const char *const blanks[] = {" ", "\n", "/", "  ", "\t", ""};

	for (size_t n = roll(d, 4); n > 0; n--) {
		buf_add(out, str_c(PICK(d, blanks)));
		buf_add(out, str_c(PICK(d, attrs)));
		if (roll(d, 5) == 0)
			continue;
		buf_add(out, str_c(roll(d, 4) == 0 ? " = " : "="));
		make_value(d, out);
	}
}

static void
make_piece(struct dice *d, struct buf *out, unsigned depth)
{
	const char *p = roll(d, 60) == 0 ? PICK(d, ends) : PICK(d, pieces);

	for (; *p != '\0'; p++) {
		const char *name;

		if (*p != '%') {
			buf_addc(out, *p);
			continue;
		}
		name = PICK(d, names);
		switch (*++p) {
		case 'n':
			buf_add(out, str_c(name));
			break;
		case 'N':
			buf_addf(out, "%c%s", name[0] - 'a' + 'A', name + 1);
			break;
		case 'a':
			make_attrs(d, out);
			break;
		case 'v':
			make_value(d, out);
			break;
		case 'c':
			buf_add(out, str_c(PICK(d, charsets)));
			break;
		case 't':
			make_text(d, out);
			break;
		default:
			if (depth > 0)
				make_piece(d, out, depth - 1);
			break;
		}
	}
}

/* As UTF-16, for pages of a charset in which markup is not ASCII. */
static void
widen(struct buf *page)
{
	struct buf wide;

	buf_init(&wide, 0);
	for (size_t i = 0; i < page->n; i++) {
		buf_addc(&wide, page->p[i]);
		buf_addc(&wide, '\0');
	}
	buf_clear(page);
	*page = wide;
}

static void
test_cut_random(void **state)
{
	static const char *const headers[] = {"", "", "", "utf-8", "latin1",
	    "shift_jis", "gb18030", "iso-2022-jp", "utf-16le"};
	struct splitter          s;
	struct buf               page;

	(void)state;
	splitter_init(&s);
	buf_init(&page, 0);
	for (size_t i = 0; i < DOCUMENTS; i++) {
		const char *header = PICK(&s.dice, headers);
		char        name[64];

		buf_reset(&page);
		for (size_t n = roll(&s.dice, 60); n > 0; n--)
			make_piece(&s.dice, &page, 3);
		if (strcmp(header, "utf-16le") == 0)
			widen(&page);
		snprintf(name, sizeof(name), "document %zu in %s", i, header);
		try_cuts(&s, name, buf_str(&page), header, CUTS);
	}

	assert_true(s.elements > 5 * DOCUMENTS);
	assert_true(s.texts > 20 * DOCUMENTS);
	buf_clear(&page);
	splitter_clear(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_deep), cmocka_unit_test(test_queries),
	    cmocka_unit_test(test_cut_pages),
	    cmocka_unit_test(test_cut_random)};

	return cmocka_run_group_tests_name("web/html", tests, NULL, NULL);
}
