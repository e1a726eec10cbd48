/*
 * The formats of a link check's report: the bytes of each for one table of
 * findings, and what holds for all of them.  With the name of a format it
 * prints that report, with "empty KIND" that of a run without findings, for
 * tests/e2e/reports.sh, which asks others whether they are valid.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/check_report.h"

#define LENGTH(rows) (sizeof(rows) / sizeof(*(rows)))
#define S(s)                                                                   \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

/* Everything that a page, a server or a file's name may bring. */
static const struct place places_bad_tls[] = {
    {S("https://example.com/a?x=1&y=[2]"), false, 7, 3, S("A & B <i>")},
    {S("https://example.com/header"), false, 0, 0, S("")},
};
static const struct place places_gone[] = {
    {S("site/100%,a:b|c.html"), true, 12, 5, S("the\n  \"guide\"]]>")},
    {S("site/100%,a:b|c.html"), true, 12, 60, S("the\n  \"guide\"]]>")},
    {S("site/caf\xC3\xA9.html"), true, 1, 1, S("\x1B[31mred\x1B[0m\x07")},
};
static const struct place places_fragment[] = {
    {S("site/index.html"), true, 3, 0, S("no \xFF\xFE UTF-8 \xED\xA0\x80")},
};
static const struct place places_invalid[] = {
    {S("site/index.html"), true, 4, 9, S("`code` *b* _i_ @you #1 $x$")},
};
static const struct place places_known[] = {
    {S("site/index.html"), true, 9, 2, S("\xE6\xBC\xA2\xE2\x80\xAE\xC2\x85")},
};
static const struct place places_moved[] = {
    {S("site/index.html"), true, 10, 2, S("old")},
    {S("site/index.html"), true, 11, 2, S("nul\0byte")},
};
static const struct place places_wall[] = {
    {S("site/index.html"), true, 5, 4, S("100% :: shop, now")},
};

#define PLACES(p) (p), LENGTH(p)

static const struct finding items[] = {
    {VERDICT_INVALID, S("a b|<c>`d`://[x]"), S("bad_url"), S("not a valid URL"),
	S(""), false, true, PLACES(places_invalid), 0},
    {VERDICT_BROKEN, S("https://bad-tls.example/"), S("tls_expired"),
	S("the certificate has expired or is not yet valid"), S(""), false,
	true, PLACES(places_bad_tls), 0},
    {VERDICT_BROKEN, S("https://example.com/gone?a={0}&b=[1],2%20"),
	S("http_404"), S("not found"), S("https://example.com/404"), false,
	true, PLACES(places_gone), 1234},
    {VERDICT_REDIRECTED, S("https://example.com/old"), S("http_301"),
	S("moved permanently"), S("https://example.com/new"), false, false,
	PLACES(places_moved), 0},
    {VERDICT_BROKEN, S("https://example.com/page#no-such"), S("no_fragment"),
	S("nothing has this id"), S(""), false, true, PLACES(places_fragment),
	0},
    {VERDICT_BROKEN, S("https://known.example/"), S("http_404"), S("not found"),
	S(""), true, false, PLACES(places_known), 0},
    {VERDICT_BLOCKED, S("https://wall.example/"), S("http_403"), S("forbidden"),
	S(""), false, false, PLACES(places_wall), 0},
};

static const struct str again[] = {S("https://example.com/again")};
static const struct str gone[] = {S("https://example.com/nobody")};

static const struct findings all = {
    .items = items,
    .n = LENGTH(items),
    .counts = {[VERDICT_OK] = 812,
	[VERDICT_REDIRECTED] = 1,
	[VERDICT_BROKEN] = 4,
	[VERDICT_BLOCKED] = 1,
	[VERDICT_SKIPPED] = 5,
	[VERDICT_INVALID] = 1},
    .pages = 530,
    .links = 20310,
    .known = 1,
    .again = again,
    .again_n = LENGTH(again),
    .gone = gone,
    .gone_n = LENGTH(gone),
    .incomplete = "--deadline",
};

static const struct findings none = {
    .counts = {[VERDICT_OK] = 1}, .pages = 1, .links = 1};

/* The report with a NUL behind it, owned. */
static char *
report(enum check_report kind, const struct findings *f, bool colour)
{
	struct buf out = {0};
	char      *s;

	check_report(kind, f, colour, &out);
	s = str_dup(buf_str(&out));
	assert_int_equal(strlen(s), out.n);
	buf_clear(&out);
	return s;
}

static void
expect(enum check_report kind, const struct findings *f, bool colour,
    const char *wanted)
{
	char *got = report(kind, f, colour);

	assert_string_equal(got, wanted);
	free(got);
}

static void
test_names(void **state)
{
	static const char *const names[] = {
	    "text", "tsv", "jsonl", "junit", "sarif", "github", "markdown"};
	enum check_report kind;

	(void)state;
	assert_int_equal(LENGTH(names), CHECK_REPORT_COUNT);
	for (size_t i = 0; i < LENGTH(names); i++) {
		assert_true(check_report_kind(str_c(names[i]), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(check_report_kind(STR_LIT("Text"), &kind));
	assert_false(check_report_kind(STR_LIT("tex"), &kind));
	assert_false(check_report_kind(STR_LIT(""), &kind));
	assert_string_equal(verdict_name(VERDICT_OK), "ok");
	assert_string_equal(verdict_name(VERDICT_REDIRECTED), "redirected");
	assert_string_equal(verdict_name(VERDICT_BROKEN), "broken");
	assert_string_equal(verdict_name(VERDICT_BLOCKED), "blocked");
	assert_string_equal(verdict_name(VERDICT_SKIPPED), "skipped");
	assert_string_equal(verdict_name(VERDICT_INVALID), "invalid");
}

static const char text_report[] =
    "invalid bad_url  a b|<c>`d`://[x]  (not a valid URL)\n"
    "  site/index.html:4:9  \"`code` *b* _i_ @you #1 $x$\"\n"
    "\n"
    "broken tls_expired  https://bad-tls.example/  (the certificate has "
    "expired or is not yet valid)\n"
    "  https://example.com/a?x=1&y=[2]:7:3  \"A & B <i>\"\n"
    "  https://example.com/header\n"
    "\n"
    "broken http_404  https://example.com/gone?a={0}&b=[1],2%20 -> "
    "https://example.com/404  (not found)\n"
    "  site/100%,a:b|c.html:12:5  \"the \"guide\"]]>\"\n"
    "  site/100%,a:b|c.html:12:60  \"the \"guide\"]]>\"\n"
    "  site/caf%C3%A9.html:1:1  \"%1B[31mred%1B[0m%07\"\n"
    "  and 1,234 more places\n"
    "\n"
    "broken no_fragment  https://example.com/page#no-such  (nothing has this "
    "id)\n"
    "  site/index.html:3  \"no %FF%FE UTF-8 %ED%A0%80\"\n"
    "\n"
    "blocked http_403  https://wall.example/  (forbidden)\n"
    "  site/index.html:5:4  \"100% :: shop, now\"\n"
    "\n"
    "redirected http_301  https://example.com/old -> https://example.com/new  "
    "(moved permanently)\n"
    "  site/index.html:10:2  \"old\"\n"
    "  site/index.html:11:2  \"nul%00byte\"\n"
    "\n"
    "known broken http_404  https://known.example/  (not found)\n"
    "  site/index.html:9:2  \"%E6%BC%A2%E2%80%AE%C2%85\"\n"
    "\n"
    "works again, can go from the baseline: https://example.com/again\n"
    "\n"
    "no longer linked, can go from the baseline: https://example.com/nobody\n"
    "\n"
    "acrawl: 4 broken, 1 invalid, 1 blocked, 1 redirected, 812 ok, 5 skipped; "
    "20,310 links on 530 pages; 1 known; incomplete: --deadline\n";

static void
test_text(void **state)
{
	(void)state;
	expect(CHECK_REPORT_TEXT, &all, false, text_report);
}

static const char tsv_report[] =
    "verdict\tcode\ttarget\tto\tknown\tpage\tline\tcolumn\ttext\n"
    "invalid\tbad_url\ta "
    "b|<c>`d`://[x]\t\tfalse\tsite/index.html\t4\t9\t`code` *b* _i_ @you #1 "
    "$x$\n"
    "broken\ttls_expired\thttps://bad-tls.example/\t\tfalse\thttps://"
    "example.com/a?x=1&y=[2]\t7\t3\tA & B <i>\n"
    "broken\ttls_expired\thttps://bad-tls.example/\t\tfalse\thttps://"
    "example.com/header\t\t\t\n"
    "broken\thttp_404\thttps://example.com/gone?a={0}&b=[1],2%20\thttps://"
    "example.com/404\tfalse\tsite/100%,a:b|c.html\t12\t5\tthe%0A  "
    "\"guide\"]]>\n"
    "broken\thttp_404\thttps://example.com/gone?a={0}&b=[1],2%20\thttps://"
    "example.com/404\tfalse\tsite/100%,a:b|c.html\t12\t60\tthe%0A  "
    "\"guide\"]]>\n"
    "broken\thttp_404\thttps://example.com/gone?a={0}&b=[1],2%20\thttps://"
    "example.com/404\tfalse\tsite/caf%C3%A9.html\t1\t1\t%1B[31mred%1B[0m%07\n"
    "redirected\thttp_301\thttps://example.com/old\thttps://example.com/"
    "new\tfalse\tsite/index.html\t10\t2\told\n"
    "redirected\thttp_301\thttps://example.com/old\thttps://example.com/"
    "new\tfalse\tsite/index.html\t11\t2\tnul%00byte\n"
    "broken\tno_fragment\thttps://example.com/page#no-such\t\tfalse\tsite/"
    "index.html\t3\t\tno %FF%FE UTF-8 %ED%A0%80\n"
    "broken\thttp_404\thttps://known.example/\t\ttrue\tsite/"
    "index.html\t9\t2\t%E6%BC%A2%E2%80%AE%C2%85\n"
    "blocked\thttp_403\thttps://wall.example/\t\tfalse\tsite/"
    "index.html\t5\t4\t100% :: shop, now\n";

static void
test_tsv(void **state)
{
	(void)state;
	expect(CHECK_REPORT_TSV, &all, false, tsv_report);
}

static const char jsonl_report[] =
    "{\"verdict\":\"invalid\",\"code\":\"bad_url\",\"target\":\"a "
    "b|<c>`d`://[x]\",\"to\":null,\"why\":\"not a valid "
    "URL\",\"known\":false,\"fails\":true,\"places\":[{\"page\":\"site/"
    "index.html\",\"file\":true,\"line\":4,\"column\":9,\"text\":\"`code` *b* "
    "_i_ @you #1 $x$\"}]}\n"
    "{\"verdict\":\"broken\",\"code\":\"tls_expired\",\"target\":\"https://"
    "bad-tls.example/\",\"to\":null,\"why\":\"the certificate has expired or "
    "is not yet "
    "valid\",\"known\":false,\"fails\":true,\"places\":[{\"page\":\"https://"
    "example.com/"
    "a?x=1&y=[2]\",\"file\":false,\"line\":7,\"column\":3,\"text\":\"A & B "
    "<i>\"},{\"page\":\"https://example.com/"
    "header\",\"file\":false,\"line\":null,\"column\":null,\"text\":\"\"}]}\n"
    "{\"verdict\":\"broken\",\"code\":\"http_404\",\"target\":\"https://"
    "example.com/gone?a={0}&b=[1],2%20\",\"to\":\"https://example.com/"
    "404\",\"why\":\"not "
    "found\",\"known\":false,\"fails\":true,\"places\":[{\"page\":\"site/"
    "100%,a:b|c.html\",\"file\":true,\"line\":12,\"column\":5,\"text\":"
    "\"the\\u000a  "
    "\\\"guide\\\"]]>\"},{\"page\":\"site/"
    "100%,a:b|c.html\",\"file\":true,\"line\":12,\"column\":60,\"text\":"
    "\"the\\u000a  "
    "\\\"guide\\\"]]>\"},{\"page\":\"site/"
    "caf\\u00e9.html\",\"file\":true,\"line\":1,\"column\":1,\"text\":"
    "\"\\u001b[31mred\\u001b[0m\\u0007\"}]}\n"
    "{\"verdict\":\"redirected\",\"code\":\"http_301\",\"target\":\"https://"
    "example.com/old\",\"to\":\"https://example.com/new\",\"why\":\"moved "
    "permanently\",\"known\":false,\"fails\":false,\"places\":[{\"page\":"
    "\"site/"
    "index.html\",\"file\":true,\"line\":10,\"column\":2,\"text\":\"old\"},{"
    "\"page\":\"site/"
    "index.html\",\"file\":true,\"line\":11,\"column\":2,\"text\":"
    "\"nul\\u0000byte\"}]}\n"
    "{\"verdict\":\"broken\",\"code\":\"no_fragment\",\"target\":\"https://"
    "example.com/page#no-such\",\"to\":null,\"why\":\"nothing has this "
    "id\",\"known\":false,\"fails\":true,\"places\":[{\"page\":\"site/"
    "index.html\",\"file\":true,\"line\":3,\"column\":null,\"text\":\"no "
    "\\ufffd\\ufffd UTF-8 \\ufffd\\ufffd\\ufffd\"}]}\n"
    "{\"verdict\":\"broken\",\"code\":\"http_404\",\"target\":\"https://"
    "known.example/\",\"to\":null,\"why\":\"not "
    "found\",\"known\":true,\"fails\":false,\"places\":[{\"page\":\"site/"
    "index.html\",\"file\":true,\"line\":9,\"column\":2,\"text\":"
    "\"\\u6f22\\u202e\\u0085\"}]}\n"
    "{\"verdict\":\"blocked\",\"code\":\"http_403\",\"target\":\"https://"
    "wall.example/"
    "\",\"to\":null,\"why\":\"forbidden\",\"known\":false,\"fails\":false,"
    "\"places\":[{\"page\":\"site/"
    "index.html\",\"file\":true,\"line\":5,\"column\":4,\"text\":\"100% :: "
    "shop, now\"}]}\n";

static void
test_jsonl(void **state)
{
	(void)state;
	expect(CHECK_REPORT_JSONL, &all, false, jsonl_report);
}

/* test_crawl_check_report [empty] KIND */
static int
print(struct str name, const struct findings *f)
{
	enum check_report kind;
	char             *s;

	if (!check_report_kind(name, &kind))
		return 2;
	s = report(kind, f, false);
	fputs(s, stdout);
	free(s);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_tsv),
	    cmocka_unit_test(test_jsonl),
	};

	if (argc == 3 && strcmp(argv[1], "empty") == 0)
		return print(str_c(argv[2]), &none);
	if (argc == 2)
		return print(str_c(argv[1]), &all);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
