/*
 * Documents in, elements out, by the HTML standard.
 *
 * Each case is fed whole, byte by byte and in threes; the rows are written
 * after the HTML standard and name what they are about.
 */
#include <string.h>

#include "unit.h"

#include "acrawl/html.h"

static const struct html_want want[] = {{"a", HTML_SPACE_HTML, {"href"}},
    {"area", HTML_SPACE_HTML, {"href"}}, {"base", HTML_SPACE_HTML, {"href"}},
    {"img", HTML_SPACE_HTML, {"src"}}, {"frame", HTML_SPACE_HTML, {"src"}},
    {"html", HTML_SPACE_HTML, {"manifest"}},
    {"head", HTML_SPACE_HTML, {"profile"}},
    {"body", HTML_SPACE_HTML, {"background", "rel"}},
    {"div", HTML_SPACE_HTML, {NULL}}, {"a", HTML_SPACE_SVG, {"href"}},
    {NULL, HTML_SPACE_HTML, {NULL}}};

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
    {"svg left by an outer end tag", "", "<div><svg></div><a href=1>", "a=1 "},
    {"select", "", "<select><a href=1><style></select><a href=2>", "a=2 "},
    {"frameset", "", "<frameset><a href=1><frame src=2></frameset><a href=3>",
	"frame=2 "},
    {"frameset instead of a body", "", "<a href=1></a><frameset><frame src=2>",
	"frame=2 "},
    {"no frameset after text", "", "<a href=1>x</a><frameset><frame src=2>",
	"a=1 "},
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
test_cases(void **state)
{
	static const struct html_options options = {
	    .want = want, .lines = true};
	struct page g = {0};

	(void)state;
	g.h = html_new(&options, on_element, &g);
	buf_init(&g.out, 4096);
	buf_init(&g.late, 4096);
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
	buf_clear(&g.out);
	buf_clear(&g.late);
	html_free(g.h);
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases), cmocka_unit_test(test_queries)};

	return cmocka_run_group_tests_name("web/html", tests, NULL, NULL);
}
