/*
 * Small grammars: srcset, meta refresh, the Link header.  Each value is read
 * from a copy of exactly its size, also cut short at every byte, and what
 * comes out must lie inside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/link_header.h"
#include "acrawl/refresh.h"
#include "acrawl/srcset.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

/* What comes out is written as one line, each part followed by a "|". */
struct row {
	struct str value;
	struct str want;
};

#define ROW(value, want)                                                       \
	{                                                                      \
		STR_LIT(value), STR_LIT(want)                                  \
	}

typedef void reader(struct str value, struct buf *out);

/* An empty view may be anywhere. */
static void
add_view(struct buf *out, struct str view, struct str whole)
{
	if (view.n > 0) {
		assert_true(view.p >= whole.p);
		assert_true(view.p + view.n <= whole.p + whole.n);
	}
	buf_add(out, view);
	buf_addc(out, '|');
}

static void
read_srcset(struct str value, struct buf *out)
{
	struct str rest = value;
	struct str url;

	while (srcset_next(&rest, &url))
		add_view(out, url, value);
	assert_int_equal(rest.n, 0);
}

static void
read_refresh(struct str value, struct buf *out)
{
	struct str url;

	if (refresh_url(value, &url))
		add_view(out, url, value);
}

static void
read_link_header(struct str value, struct buf *out)
{
	struct str         rest = value;
	struct link_header link;

	while (link_header_next(&rest, &link)) {
		add_view(out, link.url, value);
		add_view(out, link.rel, value);
	}
	assert_int_equal(rest.n, 0);
}

static void
read_split(struct str value, struct buf *out)
{
	struct str rest = value;
	struct str element;

	while (link_header_split(&rest, &element))
		add_view(out, element, value);
	assert_int_equal(rest.n, 0);
}

/* Reads a copy that ends where its memory ends. */
static void
read_copy(reader *read, struct str value, struct buf *out)
{
	char *copy = xmalloc(value.n > 0 ? value.n : 1);

	if (value.n > 0)
		memcpy(copy, value.p, value.n);
	buf_reset(out);
	read(str_n(copy, value.n), out);
	free(copy);
}

static void
run_rows(reader *read, const struct row *rows, size_t n)
{
	struct buf out;

	buf_init(&out, 0);
	for (size_t i = 0; i < n; i++) {
		struct str value = rows[i].value;

		for (size_t cut = 0; cut < value.n; cut++)
			read_copy(read, str_n(value.p, cut), &out);
		read_copy(read, value, &out);
		if (!str_eq(buf_str(&out), rows[i].want))
			fail_msg("\"%s\" gave \"%s\"", value.p, buf_cstr(&out));
	}
	buf_reset(&out);
	read(str_n(NULL, 0), &out);
	assert_int_equal(out.n, 0);
	buf_clear(&out);
}

static void
test_srcset(void **state)
{
	static const struct row rows[] = {
	    /* Blanks and commas before a candidate are skipped. */
	    ROW("", ""),
	    ROW(" \t\r\n\f", ""),
	    ROW(" , ,, ", ""),
	    ROW(",, a.png", "a.png|"),
	    ROW("\fa.png\t2x\r\n,\nb.png 640w ", "a.png|b.png|"),
	    /* A URL ends at a blank; only commas at its end are cut off. */
	    ROW("a.png", "a.png|"),
	    ROW("a,b.png 1x", "a,b.png|"),
	    ROW("a 1x,b 2x", "a|b|"),
	    ROW("a,b", "a,b|"),
	    ROW("a, b", "a|b|"),
	    ROW("a,,, b", "a|b|"),
	    ROW("a, 2x", "a|2x|"),
	    ROW("data:image/png;base64,AA== 1x, b 2x",
		"data:image/png;base64,AA==|b|"),
	    ROW("a(1,2).png 1x", "a(1,2).png|"),
	    ROW("a(1, b", "a(1|b|"),
	    /* Only the five are blanks. */
	    ROW("a\v1x b", ""),
	    ROW("a\v1x", "a\v1x|"),
	    ROW("a\xc2\xa0 1x", "a\xc2\xa0|"),
	    ROW("a\0b 1x", "a\0b|"),
	    ROW("a 1x\0", ""),
	    /* Which descriptors go together. */
	    ROW("a 1w, b 2x, c 1w 1h, d 1h 1w, e", "a|b|c|d|e|"),
	    ROW("a 1h", ""),
	    ROW("a 1w 1w", ""),
	    ROW("a 1x 2x", ""),
	    ROW("a 1h 1h 1w", ""),
	    ROW("a 1w 1x", ""),
	    ROW("a 1x 1w", ""),
	    ROW("a 1x 1h", ""),
	    ROW("a 1h 1x", ""),
	    ROW("a 1w 1h 1x", ""),
	    ROW("a 1w 1w 1w", ""),
	    ROW("a 1q, b 1w", "b|"),
	    ROW("a w, b x, c h, d 1, e 1w", "e|"),
	    /* Widths and heights: a valid integer above 0. */
	    ROW("a 007w", "a|"),
	    ROW("a 99999999999999999999999w", "a|"),
	    ROW("a 0w, b 00w, c 1w 0h", ""),
	    ROW("a -1w, b +1w, c 1.0w, d 1e1w, e 1W, f 1ww", ""),
	    /* Densities: a valid floating-point number not below 0. */
	    ROW("a 0x, b 00.0x, c -0x, d -.0e9x", "a|b|c|d|"),
	    ROW("a 1.5x, b .5x, c 1e3x, d 1E+3x, e 1.5e-3x", "a|b|c|d|e|"),
	    ROW("a -1x, b -0.1x, c -.1e3x", ""),
	    ROW("a 1.x, b .x, c -x, d +1x, e 1ex, f 1e+x, g e1x", ""),
	    ROW("a 1e-+1x, b 1e--1x", ""),
	    ROW("a 1..5x, b 1.5.5x, c 1e1.5x, d 1e1e1x, e --1x", ""),
	    ROW("a 1X, b 0x1x, c infx, d nanx", ""),
	    /* Parentheses protect blanks and commas, and do not nest. */
	    ROW("a (1, b 1x), c", "c|"),
	    ROW("a ((1, b) 1x, c", "c|"),
	    ROW("a (1)) , b", "b|"),
	    ROW("a 1x(, b 1x", ""),
	    ROW("a (", ""),
	    ROW("a (, b", ""),
	    ROW("a ), b", "b|"),
	    ROW("a [1, b], c", "b]|c|"),
	};

	(void)state;
	run_rows(read_srcset, rows, COUNT(rows));
}

static void
test_refresh(void **state)
{
	static const struct row rows[] = {
	    ROW("5; url=next.html", "next.html|"),
	    /* The time. */
	    ROW("", ""),
	    ROW(" \t", ""),
	    ROW("\f\n 5;a", "a|"),
	    ROW("a", ""),
	    ROW(";a", ""),
	    ROW("url=a", ""),
	    ROW("-1;a", ""),
	    ROW("+1;a", ""),
	    ROW(".;a", "a|"),
	    ROW(".5;a", "a|"),
	    ROW("5.;a", "a|"),
	    ROW("1.2.3..;a", "a|"),
	    ROW("99999999999999999999;a", "a|"),
	    ROW("1e3;a", ""),
	    ROW("5s;a", ""),
	    ROW("\xc2\xa0"
		"5;a",
		""),
	    ROW("5\0;a", ""),
	    /* Then a separator, and at most one. */
	    ROW("5a", ""),
	    ROW("5", ""),
	    ROW("5 ", ""),
	    ROW("5;", ""),
	    ROW("5 ; ", ""),
	    ROW("5 a", "a|"),
	    ROW("5,a", "a|"),
	    ROW("5;a", "a|"),
	    ROW("5\f,\ra", "a|"),
	    ROW("5;;a", ";a|"),
	    ROW("5 , ;a", ";a|"),
	    ROW("5:a", ""),
	    ROW("5\va", ""),
	    /* Then perhaps a name. */
	    ROW("5;URL=a", "a|"),
	    ROW("5;uRl \t=\n a", "a|"),
	    ROW("5 url=a", "a|"),
	    ROW("5;url", "url|"),
	    ROW("5;url ", "url|"),
	    ROW("5;url a", "url a|"),
	    ROW("5;ur=a", "ur=a|"),
	    ROW("5;u", "u|"),
	    ROW("5;urls=a", "urls=a|"),
	    ROW("5;url=url=a", "url=a|"),
	    ROW("5;url=", ""),
	    ROW("5;url = ", ""),
	    ROW("5;url==a", "=a|"),
	    /* Then perhaps a quote. */
	    ROW("5;url='a'b", "a|"),
	    ROW("5;url=\"a\"b", "a|"),
	    ROW("5;url='a\"b'c", "a\"b|"),
	    ROW("5;url=\"a'b\"c", "a'b|"),
	    ROW("5;url= 'a'b", "a|"),
	    ROW("5;'a'", "a|"),
	    ROW("5;'url=a'", "url=a|"),
	    ROW("5;url='a", "a|"),
	    ROW("5;url='", ""),
	    ROW("5;url=''a", ""),
	    ROW("5;url=' '", ""),
	    ROW("5;url=a'b'", "a'b'|"),
	    ROW("5;url'a'", "url'a'|"),
	    /* The URL's outer blanks are no part of it. */
	    ROW("5; a b \n", "a b|"),
	    ROW("5;url=' a '", "a|"),
	    ROW("5;a\0b", "a\0b|"),
	    ROW("5;url=\xc3\xa4", "\xc3\xa4|"),
	};

	(void)state;
	run_rows(read_refresh, rows, COUNT(rows));
}

static void
test_link_header(void **state)
{
	static const struct row rows[] = {
	    ROW("</a>; rel=next", "/a|next|"),
	    ROW("</a>;rel=\"prev  up\"", "/a|prev  up|"),
	    ROW("</a>", "/a||"),
	    ROW("<>; rel=self", "|self|"),
	    /* A list. */
	    ROW("", ""),
	    ROW(" , ,\t, ", ""),
	    ROW("</a>; rel=x, </b>;rel=y", "/a|x|/b|y|"),
	    ROW(",</a>,,</b>,", "/a||/b||"),
	    ROW("a, </b>, c; rel=x", "/b||"),
	    /* The URL. */
	    ROW("<\t/a,b;c \"d >;rel=x", "/a,b;c \"d|x|"),
	    ROW("<a<b>;rel=x", "a<b|x|"),
	    ROW("<a\\>;rel=x", "a\\|x|"),
	    ROW("a;rel=x", ""),
	    ROW("x<a>;rel=x", ""),
	    ROW("<a", ""),
	    ROW("<", ""),
	    ROW("</a>, <b, c", "/a||"),
	    ROW("<a, <b>; rel=x", "a, <b|x|"),
	    ROW("<a>b; rel=x", ""),
	    ROW("<a>rel=x, <b>", "b||"),
	    ROW("<a\0b>;rel=x", "a\0b|x|"),
	    /* Parameters. */
	    ROW("<a> ;\trel = x ", "a|x|"),
	    ROW("<a>;REL=Next", "a|Next|"),
	    ROW("<a>;;; rel=x;;", "a|x|"),
	    ROW("<a>; rel=x; rel=y; REL=z", "a|x|"),
	    ROW("<a>; rel; rel=y", "a||"),
	    ROW("<a>; rel=; rel=y", "a||"),
	    ROW("<a>; rev=x", "a||"),
	    ROW("<a>; rel*=utf-8''x; rel=y", "a|y|"),
	    ROW("<a>; title*=UTF-8'de'%c3%a4; rel=x; crossorigin", "a|x|"),
	    ROW("<a>; rel=x=y", "a|x=y|"),
	    ROW("<a>; rel=x y", "a|x y|"),
	    ROW("<a>; rel='x'", "a|'x'|"),
	    ROW("<a>; rel x=y, <b>", "b||"),
	    ROW("<a>; =y, <b>", "b||"),
	    ROW("<a>; \"rel\"=y, <b>", "b||"),
	    ROW("<a>; r\xc3\xa4l=y, <b>", "b||"),
	    ROW("<a>; rel\0=y, <b>", "b||"),
	    /* Quotes protect commas, semicolons and brackets. */
	    ROW("<a>; title=\"x, <y>; rel=z\"; rel=w, <b>", "a|w|b||"),
	    ROW("<a>; title=\"x\\\"; rel=y, <c>\"; rel=w", "a|w|"),
	    ROW("<a>; title=\"x\\\\\"; rel=w", "a|w|"),
	    ROW("<a>; rel=\"x\\y\"", "a|x\\y|"),
	    ROW("<a>; rel=\"\"", "a||"),
	    ROW("<a>; rel=\"x\"y, <b>", "b||"),
	    ROW("<a>; rel=\"x\"\"y\", <b>", "b||"),
	    ROW("<a>; rel=x\"y,z\", <b>", "a|x\"y,z\"|b||"),
	    ROW("<a>, <b>; rel=\"x, <c>", "a||"),
	    ROW("<a>; rel=x; title=\"", ""),
	    ROW("<a>; rel=x; title=\"\\", ""),
	    ROW("<a>; rel=x; title=\"\\\"", ""),
	};

	(void)state;
	run_rows(read_link_header, rows, COUNT(rows));
}

static void
test_link_header_split(void **state)
{
	static const struct row rows[] = {
	    ROW("", ""),
	    ROW("a", "a|"),
	    ROW("\ta b , c", "a b|c|"),
	    ROW(",, a,\t,", "a|"),
	    ROW("\"a,b\",'c,d',<e,f>", "\"a,b\"|'c|d'|<e,f>|"),
	    ROW("\"a\\\",b\",<c\\>,d\\,e", "\"a\\\",b\"|<c\\>|d\\|e|"),
	    ROW("a\"<\"b,>c", "a\"<\"b|>c|"),
	    ROW("a,\"b,c", "a|"),
	    ROW("a,<b,c", "a|"),
	};

	(void)state;
	run_rows(read_split, rows, COUNT(rows));
}

/*
 * What is long and the same again and again.  Anything that looks twice at
 * what lies ahead would not come to an end here.
 */
static void
test_long(void **state)
{
	enum { TIMES = 500000 };
	static const struct {
		reader     *read;
		const char *begin;
		const char *again;
		const char *end;
		size_t      out; /* bytes that come out */
	} rows[] = {
	    {read_srcset, "", ",", "a", 2},
	    {read_srcset, "a", ",", "", 2},
	    {read_srcset, "", "a 1x,", "", 2 * TIMES},
	    {read_srcset, "", "a 1q,", "b", 2},
	    {read_srcset, "a ", "(", "", 0},
	    {read_srcset, "", "a (,", "", 0},
	    {read_srcset, "a ", "(,) ", ",b", 2},
	    {read_srcset, "a ", "1", "w", 2},
	    {read_srcset, "a ", "1w ", "", 0},
	    {read_srcset, "a 1e", "0", "x", 2},
	    {read_refresh, "", "5", ";a", 2},
	    {read_refresh, "5", " ", ";a", 2},
	    {read_refresh, "5;url", " ", "=a", 2},
	    {read_refresh, "5;url='", "\"", "'", TIMES + 1},
	    {read_refresh, "5;", "url", "", 3 * TIMES + 1},
	    {read_link_header, "", ", ", "<a>", 3},
	    {read_link_header, "", "<a>,", "", 3 * TIMES},
	    {read_link_header, "", "<", "", 0},
	    {read_link_header, "<a>;b=\"", "<", "", 0},
	    {read_link_header, "<a>;b=\"", "\\\"", "\"", 3},
	    {read_link_header, "<a>;", ";", "rel=b", 4},
	    {read_link_header, "<a>;", "b;", "rel=c", 4},
	    {read_link_header, "<a>;", "\"\";", "", 0},
	    {read_link_header, "<a>", " ", ";rel=b", 4},
	    {read_link_header, "", "<a", ">", 2 * TIMES + 1},
	};
	struct buf value, out;

	(void)state;
	buf_init(&value, 0);
	buf_init(&out, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&value);
		buf_add(&value, str_c(rows[i].begin));
		for (size_t n = 0; n < TIMES; n++)
			buf_add(&value, str_c(rows[i].again));
		buf_add(&value, str_c(rows[i].end));
		read_copy(rows[i].read, buf_str(&value), &out);
		if (out.n != rows[i].out)
			fail_msg("%s %s... %s gave %zu bytes", rows[i].begin,
			    rows[i].again, rows[i].end, out.n);
	}
	buf_clear(&value);
	buf_clear(&out);
}

/* Any bytes at all, most of them those that the grammars know. */
static void
test_rubbish(void **state)
{
	static reader *const readers[] = {
	    read_srcset, read_refresh, read_link_header, read_split};
	static const char known[] = "  ,,;;<<>>\"\"''()==\\\t0159.-ewxhurlURLa";
	struct buf        out;
	uint32_t          random = 1;

	(void)state;
	buf_init(&out, 0);
	for (int i = 0; i < 20000; i++) {
		char   value[40];
		size_t n = (size_t)i % sizeof(value);

		for (size_t k = 0; k < n; k++) {
			random = random * 1664525 + 1013904223;
			value[k] = (char)(random >> 24);
			if ((random >> 20 & 15) != 0)
				value[k] =
				    known[(random >> 8) % (sizeof(known) - 1)];
		}
		for (size_t r = 0; r < COUNT(readers); r++)
			read_copy(readers[r], str_n(value, n), &out);
	}
	buf_clear(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_srcset),
	    cmocka_unit_test(test_refresh),
	    cmocka_unit_test(test_link_header),
	    cmocka_unit_test(test_link_header_split),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_rubbish),
	};

	return cmocka_run_group_tests_name("web/headers", tests, NULL, NULL);
}
