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

static const char junit_report[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<testsuite name=\"acrawl\" tests=\"8\" failures=\"4\" errors=\"1\" "
    "skipped=\"3\">\n"
    " <properties>\n"
    "  <property name=\"ok\" value=\"812\"/>\n"
    "  <property name=\"redirected\" value=\"1\"/>\n"
    "  <property name=\"broken\" value=\"4\"/>\n"
    "  <property name=\"blocked\" value=\"1\"/>\n"
    "  <property name=\"skipped\" value=\"5\"/>\n"
    "  <property name=\"invalid\" value=\"1\"/>\n"
    "  <property name=\"known\" value=\"1\"/>\n"
    "  <property name=\"links\" value=\"20310\"/>\n"
    "  <property name=\"pages\" value=\"530\"/>\n"
    " </properties>\n"
    " <testcase name=\"a b|&lt;c&gt;`d`://[x]\" classname=\"invalid\">\n"
    "  <failure type=\"bad_url\" message=\"not a valid URL\">\n"
    "invalid link to a b|&lt;c&gt;`d`://[x]: not a valid URL\n"
    "site/index.html:4:9 &quot;`code` *b* _i_ @you #1 $x$&quot;\n"
    "</failure>\n"
    " </testcase>\n"
    " <testcase name=\"https://bad-tls.example/\" classname=\"broken\">\n"
    "  <failure type=\"tls_expired\" message=\"the certificate has expired or "
    "is not yet valid\">\n"
    "broken link to https://bad-tls.example/: the certificate has expired or "
    "is not yet valid\n"
    "https://example.com/a?x=1&amp;y=[2]:7:3 &quot;A &amp; B &lt;i&gt;&quot;\n"
    "https://example.com/header\n"
    "</failure>\n"
    " </testcase>\n"
    " <testcase name=\"https://example.com/gone?a={0}&amp;b=[1],2%20\" "
    "classname=\"broken\">\n"
    "  <failure type=\"http_404\" message=\"not found\">\n"
    "broken link to https://example.com/gone?a={0}&amp;b=[1],2%20 -&gt; "
    "https://example.com/404: not found\n"
    "site/100%,a:b|c.html:12:5 &quot;the &quot;guide&quot;]]&gt;&quot;\n"
    "site/100%,a:b|c.html:12:60 &quot;the &quot;guide&quot;]]&gt;&quot;\n"
    "site/caf\303\251.html:1:1 "
    "&quot;\357\277\275[31mred\357\277\275[0m\357\277\275&quot;\n"
    "and 1,234 more places\n"
    "</failure>\n"
    " </testcase>\n"
    " <testcase name=\"https://example.com/old\" classname=\"redirected\">\n"
    "  <skipped message=\"moved permanently\">\n"
    "redirected link to https://example.com/old -&gt; https://example.com/new: "
    "moved permanently\n"
    "site/index.html:10:2 &quot;old&quot;\n"
    "site/index.html:11:2 &quot;nul\357\277\275byte&quot;\n"
    "</skipped>\n"
    " </testcase>\n"
    " <testcase name=\"https://example.com/page#no-such\" "
    "classname=\"broken\">\n"
    "  <failure type=\"no_fragment\" message=\"nothing has this id\">\n"
    "broken link to https://example.com/page#no-such: nothing has this id\n"
    "site/index.html:3 &quot;no \357\277\275\357\277\275 UTF-8 "
    "\357\277\275\357\277\275\357\277\275&quot;\n"
    "</failure>\n"
    " </testcase>\n"
    " <testcase name=\"https://known.example/\" classname=\"broken\">\n"
    "  <skipped message=\"known: not found\">\n"
    "known broken link to https://known.example/: not found\n"
    "site/index.html:9:2 &quot;\346\274\242\357\277\275\357\277\275&quot;\n"
    "</skipped>\n"
    " </testcase>\n"
    " <testcase name=\"https://wall.example/\" classname=\"blocked\">\n"
    "  <skipped message=\"forbidden\">\n"
    "blocked link to https://wall.example/: forbidden\n"
    "site/index.html:5:4 &quot;100% :: shop, now&quot;\n"
    "</skipped>\n"
    " </testcase>\n"
    " <testcase name=\"links\" classname=\"acrawl\">\n"
    "  <error type=\"incomplete\" message=\"--deadline\"/>\n"
    " </testcase>\n"
    "</testsuite>\n";

static void
test_junit(void **state)
{
	(void)state;
	expect(CHECK_REPORT_JUNIT, &all, false, junit_report);
}

static const char sarif_report[] =
    "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
    "schemas/sarif-schema-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n"
    "\"tool\":{\"driver\":{\"name\":\"acrawl\",\"version\":\"0.1.0\",\"rules\":"
    "[{\"id\":\"bad_url\",\"shortDescription\":{\"text\":\"not a valid "
    "URL\"},\"fullDescription\":{\"text\":\"not a valid "
    "URL\"},\"help\":{\"text\":\"The manual page acrawl(1) lists the "
    "codes.\"},\"defaultConfiguration\":{\"level\":\"error\"}},{\"id\":\"http_"
    "301\",\"shortDescription\":{\"text\":\"moved "
    "permanently\"},\"fullDescription\":{\"text\":\"moved "
    "permanently\"},\"help\":{\"text\":\"The manual page acrawl(1) lists the "
    "codes.\"},\"defaultConfiguration\":{\"level\":\"note\"}},{\"id\":\"http_"
    "403\",\"shortDescription\":{\"text\":\"forbidden\"},\"fullDescription\":{"
    "\"text\":\"forbidden\"},\"help\":{\"text\":\"The manual page acrawl(1) "
    "lists the "
    "codes.\"},\"defaultConfiguration\":{\"level\":\"warning\"}},{\"id\":"
    "\"http_404\",\"shortDescription\":{\"text\":\"not "
    "found\"},\"fullDescription\":{\"text\":\"not "
    "found\"},\"help\":{\"text\":\"The manual page acrawl(1) lists the "
    "codes.\"},\"defaultConfiguration\":{\"level\":\"error\"}},{\"id\":\"no_"
    "fragment\",\"shortDescription\":{\"text\":\"nothing has this "
    "id\"},\"fullDescription\":{\"text\":\"nothing has this "
    "id\"},\"help\":{\"text\":\"The manual page acrawl(1) lists the "
    "codes.\"},\"defaultConfiguration\":{\"level\":\"error\"}},{\"id\":\"tls_"
    "expired\",\"shortDescription\":{\"text\":\"the certificate has expired or "
    "is not yet valid\"},\"fullDescription\":{\"text\":\"the certificate has "
    "expired or is not yet valid\"},\"help\":{\"text\":\"The manual page "
    "acrawl(1) lists the "
    "codes.\"},\"defaultConfiguration\":{\"level\":\"error\"}}]}},\n"
    "\"columnKind\":\"utf16CodeUnits\",\n"
    "\"invocations\":[{\"executionSuccessful\":false,"
    "\"toolExecutionNotifications\":[{\"level\":\"error\",\"message\":{"
    "\"text\":\"--deadline\"}}]}],\n"
    "\"results\":[\n"
    "{\"ruleId\":\"bad_url\",\"ruleIndex\":0,\"level\":\"error\",\"message\":{"
    "\"text\":\"invalid link \\\"`code` *b* _i_ @you #1 $x$\\\" to a "
    "b|<c>`d`://[x]: not a valid "
    "URL\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"site/"
    "index.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":4,"
    "\"startColumn\":9}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"f1dbe33986b2e3e6:1\"},\"properties\":{"
    "\"verdict\":\"invalid\",\"target\":\"a b|<c>`d`://[x]\",\"text\":\"`code` "
    "*b* _i_ @you #1 $x$\"}},\n"
    "{\"ruleId\":\"tls_expired\",\"ruleIndex\":5,\"level\":\"error\","
    "\"message\":{\"text\":\"broken link \\\"A & B <i>\\\" to "
    "https://bad-tls.example/: the certificate has expired or is not yet "
    "valid\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"https://example.com/"
    "a?x=1&y=%5B2%5D\"},\"region\":{\"startLine\":7,\"startColumn\":3}}}],"
    "\"partialFingerprints\":{\"primaryLocationLineHash\":\"5a454c349b65c9d4:"
    "1\"},\"properties\":{\"verdict\":\"broken\",\"target\":\"https://"
    "bad-tls.example/\",\"text\":\"A & B <i>\"}},\n"
    "{\"ruleId\":\"tls_expired\",\"ruleIndex\":5,\"level\":\"error\","
    "\"message\":{\"text\":\"broken link to https://bad-tls.example/: the "
    "certificate has expired or is not yet "
    "valid\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"https://example.com/"
    "header\"}}}],\"partialFingerprints\":{\"primaryLocationLineHash\":"
    "\"70382a6381762a41:1\"},\"properties\":{\"verdict\":\"broken\",\"target\":"
    "\"https://bad-tls.example/\",\"text\":\"\"}},\n"
    "{\"ruleId\":\"http_404\",\"ruleIndex\":3,\"level\":\"error\",\"message\":{"
    "\"text\":\"broken link \\\"the \\\"guide\\\"]]>\\\" to "
    "https://example.com/gone?a={{0}}&b=[1],2%20 -> https://example.com/404: "
    "not "
    "found\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"site/"
    "100%25%2Ca%3Ab%7Cc.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{"
    "\"startLine\":12,\"startColumn\":5}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"8eb33a0275d6cbe6:1\"},\"properties\":{"
    "\"verdict\":\"broken\",\"target\":\"https://example.com/"
    "gone?a={0}&b=[1],2%20\",\"to\":\"https://example.com/"
    "404\",\"text\":\"the\\n  \\\"guide\\\"]]>\"}},\n"
    "{\"ruleId\":\"http_404\",\"ruleIndex\":3,\"level\":\"error\",\"message\":{"
    "\"text\":\"broken link \\\"the \\\"guide\\\"]]>\\\" to "
    "https://example.com/gone?a={{0}}&b=[1],2%20 -> https://example.com/404: "
    "not "
    "found\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"site/"
    "100%25%2Ca%3Ab%7Cc.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{"
    "\"startLine\":12,\"startColumn\":60}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"8eb33a0275d6cbe6:2\"},\"properties\":{"
    "\"verdict\":\"broken\",\"target\":\"https://example.com/"
    "gone?a={0}&b=[1],2%20\",\"to\":\"https://example.com/"
    "404\",\"text\":\"the\\n  \\\"guide\\\"]]>\"}},\n"
    "{\"ruleId\":\"http_404\",\"ruleIndex\":3,\"level\":\"error\",\"message\":{"
    "\"text\":\"broken link \\\"\\uFFFD[31mred\\uFFFD[0m\\uFFFD\\\" to "
    "https://example.com/gone?a={{0}}&b=[1],2%20 -> https://example.com/404: "
    "not "
    "found\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"site/"
    "caf%C3%A9.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":1,"
    "\"startColumn\":1}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"f6488860c8310f2f:1\"},\"properties\":{"
    "\"verdict\":\"broken\",\"target\":\"https://example.com/"
    "gone?a={0}&b=[1],2%20\",\"to\":\"https://example.com/"
    "404\",\"text\":\"\\u001B[31mred\\u001B[0m\\u0007\"}},\n"
    "{\"ruleId\":\"http_301\",\"ruleIndex\":1,\"level\":\"note\",\"message\":{"
    "\"text\":\"redirected link \\\"old\\\" to https://example.com/old -> "
    "https://example.com/new: moved "
    "permanently\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":"
    "{\"uri\":\"site/"
    "index.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":10,"
    "\"startColumn\":2}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"c716ddf61029d72c:1\"},\"properties\":{"
    "\"verdict\":\"redirected\",\"target\":\"https://example.com/"
    "old\",\"to\":\"https://example.com/new\",\"text\":\"old\"}},\n"
    "{\"ruleId\":\"http_301\",\"ruleIndex\":1,\"level\":\"note\",\"message\":{"
    "\"text\":\"redirected link \\\"nul\\uFFFDbyte\\\" to "
    "https://example.com/old -> https://example.com/new: moved "
    "permanently\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":"
    "{\"uri\":\"site/"
    "index.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":11,"
    "\"startColumn\":2}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"1238278b32a262d2:1\"},\"properties\":{"
    "\"verdict\":\"redirected\",\"target\":\"https://example.com/"
    "old\",\"to\":\"https://example.com/new\",\"text\":\"nul\\u0000byte\"}},\n"
    "{\"ruleId\":\"no_fragment\",\"ruleIndex\":4,\"level\":\"error\","
    "\"message\":{\"text\":\"broken link \\\"no \\uFFFD\\uFFFD UTF-8 "
    "\\uFFFD\\uFFFD\\uFFFD\\\" to https://example.com/page#no-such: nothing "
    "has this "
    "id\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":"
    "\"site/"
    "index.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":3}}}],"
    "\"partialFingerprints\":{\"primaryLocationLineHash\":\"a4e15d52fc096abe:"
    "1\"},\"properties\":{\"verdict\":\"broken\",\"target\":\"https://"
    "example.com/page#no-such\",\"text\":\"no \\uFFFD\\uFFFD UTF-8 "
    "\\uFFFD\\uFFFD\\uFFFD\"}},\n"
    "{\"ruleId\":\"http_404\",\"ruleIndex\":3,\"level\":\"note\","
    "\"baselineState\":\"unchanged\",\"message\":{\"text\":\"known broken link "
    "\\\"\\u6F22\\uFFFD\\uFFFD\\\" to https://known.example/: not "
    "found\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"site/"
    "index.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":9,"
    "\"startColumn\":2}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"c852545c0c4da06f:1\"},\"properties\":{"
    "\"verdict\":\"broken\",\"target\":\"https://known.example/"
    "\",\"text\":\"\\u6F22\\u202E\\u0085\"}},\n"
    "{\"ruleId\":\"http_403\",\"ruleIndex\":2,\"level\":\"warning\","
    "\"message\":{\"text\":\"blocked link \\\"100% :: shop, now\\\" to "
    "https://wall.example/: "
    "forbidden\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
    "\"uri\":\"site/"
    "index.html\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":5,"
    "\"startColumn\":4}}}],\"partialFingerprints\":{"
    "\"primaryLocationLineHash\":\"7910b6e28e95571f:1\"},\"properties\":{"
    "\"verdict\":\"blocked\",\"target\":\"https://wall.example/"
    "\",\"text\":\"100% :: shop, now\"}}\n"
    "]}]}\n";

static void
test_sarif(void **state)
{
	(void)state;
	expect(CHECK_REPORT_SARIF, &all, false, sarif_report);
}

static const char github_report[] =
    "::error file=site/index.html,line=4,col=9,title=invalid link "
    "(bad_url)::invalid link \"`code` *b* _i_ @you #1 $x$\" to a "
    "b|<c>`d`://[x]: not a valid URL\n"
    "::error title=broken link "
    "(tls_expired)::https://example.com/a?x=1&y=[2]:7:3: broken link \"A & B "
    "<i>\" to https://bad-tls.example/: the certificate has expired or is not "
    "yet valid\n"
    "::error title=broken link (tls_expired)::https://example.com/header: "
    "broken link to https://bad-tls.example/: the certificate has expired or "
    "is not yet valid\n"
    "::error file=site/100%25%2Ca%3Ab|c.html,line=12,col=5,title=broken link "
    "(http_404)::broken link \"the \"guide\"]]>\" to "
    "https://example.com/gone?a={0}&b=[1],2%2520 -> https://example.com/404: "
    "not found\n"
    "::error file=site/100%25%2Ca%3Ab|c.html,line=12,col=60,title=broken link "
    "(http_404)::broken link \"the \"guide\"]]>\" to "
    "https://example.com/gone?a={0}&b=[1],2%2520 -> https://example.com/404: "
    "not found\n"
    "::error file=site/caf\303\251.html,line=1,col=1,title=broken link "
    "(http_404)::broken link "
    "\"\357\277\275[31mred\357\277\275[0m\357\277\275\" to "
    "https://example.com/gone?a={0}&b=[1],2%2520 -> https://example.com/404: "
    "not found\n"
    "::error file=site/index.html,line=3,title=broken link "
    "(no_fragment)::broken link \"no \357\277\275\357\277\275 UTF-8 "
    "\357\277\275\357\277\275\357\277\275\" to "
    "https://example.com/page#no-such: nothing has this id\n"
    "::warning file=site/index.html,line=5,col=4,title=blocked link "
    "(http_403)::blocked link \"100%25 :: shop, now\" to "
    "https://wall.example/: forbidden\n"
    "::notice file=site/index.html,line=10,col=2,title=redirected link "
    "(http_301)::redirected link \"old\" to https://example.com/old -> "
    "https://example.com/new: moved permanently\n"
    "::notice file=site/index.html,line=11,col=2,title=redirected link "
    "(http_301)::redirected link \"nul\357\277\275byte\" to "
    "https://example.com/old -> https://example.com/new: moved permanently\n"
    "::notice file=site/index.html,line=9,col=2,title=known broken link "
    "(http_404)::known broken link \"\346\274\242\357\277\275\357\277\275\" to "
    "https://known.example/: not found\n";

static void
test_github(void **state)
{
	(void)state;
	expect(CHECK_REPORT_GITHUB, &all, false, github_report);
}

static const char markdown_report[] =
    "## Links: 4 broken, 1 invalid, 1 blocked, 1 redirected, 812 ok, 5 "
    "skipped\\; 20,310 links on 530 pages\\; 1 known\\; incomplete\\: "
    "\\-\\-deadline\n"
    "\n"
    "**invalid** bad\\_url a b\\|\\<c\\>\\`d\\`\\://\\[x\\]: not a valid URL\n"
    "\n"
    "- site/index\\.html\\:4\\:9 \"\\`code\\` \\*b\\* \\_i\\_ \\@you \\#1 "
    "\\$x\\$\"\n"
    "\n"
    "**broken** tls\\_expired "
    "[https\\://bad\\-tls\\.example/](<https://bad-tls.example/>): the "
    "certificate has expired or is not yet valid\n"
    "\n"
    "- "
    "[https\\://example\\.com/a?x=1\\&y=\\[2\\]\\:7\\:3](<https://example.com/"
    "a?x=1\\&y=[2]>) \"A \\& B \\<i\\>\"\n"
    "- [https\\://example\\.com/header](<https://example.com/header>)\n"
    "\n"
    "**broken** http\\_404 "
    "[https\\://example\\.com/gone?a=\\{0\\}\\&b=\\[1\\],2%20](<https://"
    "example.com/gone?a={0}\\&b=[1],2%20>) \342\206\222 "
    "[https\\://example\\.com/404](<https://example.com/404>): not found\n"
    "\n"
    "- site/100%,a\\:b\\|c\\.html\\:12\\:5 \"the \"guide\"\\]\\]\\>\"\n"
    "- site/100%,a\\:b\\|c\\.html\\:12\\:60 \"the \"guide\"\\]\\]\\>\"\n"
    "- site/caf\303\251\\.html\\:1\\:1 "
    "\"\357\277\275\\[31mred\357\277\275\\[0m\357\277\275\"\n"
    "- and 1,234 more places\n"
    "\n"
    "**broken** no\\_fragment "
    "[https\\://example\\.com/page\\#no\\-such](<https://example.com/"
    "page#no-such>): nothing has this id\n"
    "\n"
    "- site/index\\.html\\:3 \"no \357\277\275\357\277\275 UTF\\-8 "
    "\357\277\275\357\277\275\357\277\275\"\n"
    "\n"
    "**blocked** http\\_403 "
    "[https\\://wall\\.example/](<https://wall.example/>): forbidden\n"
    "\n"
    "- site/index\\.html\\:5\\:4 \"100% \\:\\: shop, now\"\n"
    "\n"
    "**redirected** http\\_301 "
    "[https\\://example\\.com/old](<https://example.com/old>) \342\206\222 "
    "[https\\://example\\.com/new](<https://example.com/new>): moved "
    "permanently\n"
    "\n"
    "- site/index\\.html\\:10\\:2 \"old\"\n"
    "- site/index\\.html\\:11\\:2 \"nul\357\277\275byte\"\n"
    "\n"
    "known **broken** http\\_404 "
    "[https\\://known\\.example/](<https://known.example/>): not found\n"
    "\n"
    "- site/index\\.html\\:9\\:2 \"\346\274\242\357\277\275\357\277\275\"\n"
    "\n"
    "works again, can go from the baseline: "
    "[https\\://example\\.com/again](<https://example.com/again>)\n"
    "\n"
    "no longer linked, can go from the baseline: "
    "[https\\://example\\.com/nobody](<https://example.com/nobody>)\n";

static void
test_markdown(void **state)
{
	(void)state;
	expect(CHECK_REPORT_MARKDOWN, &all, false, markdown_report);
}

static const char empty_text_report[] =
    "acrawl: 0 broken, 1 ok; 1 link on 1 page\n";

static const char empty_tsv_report[] =
    "verdict\tcode\ttarget\tto\tknown\tpage\tline\tcolumn\ttext\n";

static const char empty_junit_report[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<testsuite name=\"acrawl\" tests=\"1\" failures=\"0\" errors=\"0\" "
    "skipped=\"0\">\n"
    " <properties>\n"
    "  <property name=\"ok\" value=\"1\"/>\n"
    "  <property name=\"redirected\" value=\"0\"/>\n"
    "  <property name=\"broken\" value=\"0\"/>\n"
    "  <property name=\"blocked\" value=\"0\"/>\n"
    "  <property name=\"skipped\" value=\"0\"/>\n"
    "  <property name=\"invalid\" value=\"0\"/>\n"
    "  <property name=\"known\" value=\"0\"/>\n"
    "  <property name=\"links\" value=\"1\"/>\n"
    "  <property name=\"pages\" value=\"1\"/>\n"
    " </properties>\n"
    " <testcase name=\"links\" classname=\"acrawl\"/>\n"
    "</testsuite>\n";

static const char empty_sarif_report[] =
    "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
    "schemas/sarif-schema-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n"
    "\"tool\":{\"driver\":{\"name\":\"acrawl\",\"version\":\"0.1.0\",\"rules\":"
    "[]}},\n"
    "\"columnKind\":\"utf16CodeUnits\",\n"
    "\"invocations\":[{\"executionSuccessful\":true}],\n"
    "\"results\":[\n"
    "]}]}\n";

static const char empty_markdown_report[] =
    "## Links: 0 broken, 1 ok\\; 1 link on 1 page\n";

static void
test_empty(void **state)
{
	(void)state;
	expect(CHECK_REPORT_TEXT, &none, false, empty_text_report);
	expect(CHECK_REPORT_TEXT, &none, true, empty_text_report);
	expect(CHECK_REPORT_TSV, &none, false, empty_tsv_report);
	expect(CHECK_REPORT_JSONL, &none, false, "");
	expect(CHECK_REPORT_JUNIT, &none, false, empty_junit_report);
	expect(CHECK_REPORT_SARIF, &none, false, empty_sarif_report);
	expect(CHECK_REPORT_GITHUB, &none, false, "");
	expect(CHECK_REPORT_MARKDOWN, &none, false, empty_markdown_report);
}

/* The report of one finding and one place with this text. */
static char *
report_of(enum check_report kind, struct finding f, struct str text)
{
	struct place    p = {S("a.html"), true, 1, 2, text};
	struct findings one = {.items = &f, .n = 1};

	f.places = &p;
	f.places_n = 1;
	return report(kind, &one, false);
}

static void
expect_text(struct str text, const char *shown)
{
	struct finding f = {VERDICT_BROKEN, S("t"), S("c"), S("w"), S(""),
	    false, true, NULL, 0, 0};
	char          *got = report_of(CHECK_REPORT_TEXT, f, text);
	char          *end = strstr(got, "\n\n");
	const char    *place = strstr(got, "  a.html:1:2");

	assert_non_null(end);
	assert_non_null(place);
	*end = '\0';
	assert_string_equal(place + strlen("  a.html:1:2"), shown);
	free(got);
}

#define TEN "0123456789"
#define E   "\xC3\xA9" /* six columns */

static void
test_link_texts(void **state)
{
	(void)state;
	expect_text(STR_LIT(""), "");
	expect_text(STR_LIT(" \n\t\f\r "), "");
	expect_text(STR_LIT("\n a \n\t b\r\n"), "  \"a b\"");
	expect_text(STR_LIT(TEN TEN TEN TEN TEN TEN),
	    "  \"" TEN TEN TEN TEN TEN TEN "\"");
	expect_text(STR_LIT(TEN TEN TEN TEN TEN TEN "x"),
	    "  \"" TEN TEN TEN TEN TEN TEN "...\"");
	expect_text(STR_LIT(TEN TEN TEN TEN TEN TEN " x"),
	    "  \"" TEN TEN TEN TEN TEN TEN "...\"");
	/* No part of a character. */
	expect_text(STR_LIT(TEN TEN TEN TEN TEN "0123" E),
	    "  \"" TEN TEN TEN TEN TEN "0123%C3%A9\"");
	expect_text(STR_LIT(TEN TEN TEN TEN TEN "01234" E),
	    "  \"" TEN TEN TEN TEN TEN "01234...\"");
	expect_text(STR_LIT("\x80\x80\x80"), "  \"%80%80%80\"");
}

/* Only what people read is coloured, and each colour ends on its line. */
static void
test_colour(void **state)
{
	char *got = report(CHECK_REPORT_TEXT, &all, true);
	char *plain = report(CHECK_REPORT_TEXT, &all, false);
	char *to = got;

	(void)state;
	assert_non_null(strstr(got, "\033[31minvalid bad_url\033[0m  a b|"));
	assert_non_null(strstr(got, "\033[31mbroken http_404\033[0m  https"));
	assert_non_null(strstr(got, "\033[33mblocked http_403\033[0m  https"));
	assert_non_null(
	    strstr(got, "\033[36mredirected http_301\033[0m  https"));
	assert_non_null(strstr(got,
	    "\033[2mknown broken http_404  https://known.example/  (not "
	    "found)\033[0m\n"));
	for (const char *from = got; *from != '\0'; from++) {
		if (*from == '\033')
			from += strcspn(from, "m");
		else
			*to++ = *from;
	}
	*to = '\0';
	assert_string_equal(got, plain);
	free(got);
	free(plain);
	for (int i = CHECK_REPORT_TSV; i < CHECK_REPORT_COUNT; i++) {
		got = report((enum check_report)i, &all, true);
		plain = report((enum check_report)i, &all, false);
		assert_string_equal(got, plain);
		free(got);
		free(plain);
	}
}

/* One finding of n places, on the lines 1 to n of a page. */
static struct findings
many(struct finding *f, struct place *places, size_t n)
{
	static const struct finding like = {VERDICT_BROKEN, S("http://t/"),
	    S("http_404"), S("not found"), S(""), false, true, NULL, 0, 0};

	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){
		    S("page.html"), true, (uint32_t)i + 1, 1, S("same")};
	*f = like;
	f->places = places;
	f->places_n = n;
	return (struct findings){.items = f, .n = 1};
}

static size_t
count(const char *in, const char *what)
{
	size_t n = 0;

	for (; (in = strstr(in, what)) != NULL; in++)
		n++;
	return n;
}

static void
test_many_places(void **state)
{
	struct place    places[21];
	struct finding  f;
	struct findings some = many(&f, places, LENGTH(places));
	char           *got = report(CHECK_REPORT_TEXT, &some, false);

	(void)state;
	assert_int_equal(count(got, "  page.html:"), 20);
	assert_non_null(
	    strstr(got, "page.html:20:1  \"same\"\n  and 1 more place\n"));
	free(got);
	f.places_n = 20;
	got = report(CHECK_REPORT_TEXT, &some, false);
	assert_int_equal(count(got, "  page.html:"), 20);
	assert_null(strstr(got, "more place"));
	free(got);
	f.unlisted = 2000000;
	got = report(CHECK_REPORT_TEXT, &some, false);
	assert_non_null(strstr(got, "\n  and 2,000,000 more places\n"));
	free(got);
	/* With so many, Markdown folds them. */
	got = report(CHECK_REPORT_MARKDOWN, &some, false);
	assert_non_null(strstr(
	    got, "<details><summary>2,000,020 places</summary>\n\n- page"));
	assert_non_null(
	    strstr(got, "- and 2,000,000 more places\n\n</details>\n"));
	assert_int_equal(count(got, "- page"), 20);
	free(got);
}

/* Moved lines don't make another result of it; equal links are told apart. */
static void
test_fingerprints(void **state)
{
	struct place    places[3];
	struct finding  f;
	struct findings some = many(&f, places, LENGTH(places));
	char           *got = report(CHECK_REPORT_SARIF, &some, false);
	const char     *first = strstr(got, "LineHash\":\"");
	char            hash[17], wanted[40];

	(void)state;
	assert_non_null(first);
	memcpy(hash, first + strlen("LineHash\":\""), 16);
	hash[16] = '\0';
	assert_int_equal(count(got, hash), 3);
	for (int i = 1; i <= 3; i++) {
		snprintf(wanted, sizeof(wanted), "\"%s:%d\"", hash, i);
		assert_int_equal(count(got, wanted), 1);
	}
	free(got);
	places[0].line = 77;
	places[1].text = (struct str)S("other");
	places[2].page = (struct str)S("other.html");
	got = report(CHECK_REPORT_SARIF, &some, false);
	assert_int_equal(count(got, hash), 1);
	free(got);
	f.target = (struct str)S("http://t/2");
	got = report(CHECK_REPORT_SARIF, &some, false);
	assert_int_equal(count(got, hash), 0);
	free(got);
}

/* URLs and paths as RFC 3986 has them. */
static void
expect_uri(struct str page, bool is_file, const char *uri)
{
	struct place    p = {page, is_file, 1, 2, S("")};
	struct finding  f = {VERDICT_BROKEN, S("t"), S("c"), S("w"), S(""),
	     false, true, &p, 1, 0};
	struct findings one = {.items = &f, .n = 1};
	char           *got = report(CHECK_REPORT_SARIF, &one, false);
	struct buf      wanted = {0};

	buf_addf(&wanted, "{\"uri\":\"%s\"", uri);
	if (strstr(got, buf_cstr(&wanted)) == NULL)
		fail_msg("no %s in %s", buf_cstr(&wanted), got);
	buf_clear(&wanted);
	free(got);
}

static void
test_uris(void **state)
{
	(void)state;
	expect_uri(STR_LIT("a b%41[1]?#{}.html"), true,
	    "a%20b%2541%5B1%5D%3F%23%7B%7D.html\",\"uriBaseId\":\"%SRCROOT%");
	expect_uri(STR_LIT("a:b/\xC3\xA9\xFF\n"), true, "a%3Ab/%C3%A9%FF%0A");
	expect_uri(STR_LIT("/srv/a~b-c_d"), true, "file:///srv/a~b-c_d");
	expect_uri(STR_LIT("../up.html"), true, "../up.html");
	expect_uri(STR_LIT("http://[::1]:80/[x]?a={1}|^`&b=%41%4%zz#f"), false,
	    "http://[::1]:80/%5Bx%5D?a=%7B1%7D%7C%5E%60&b=%41%254%25zz#f");
	expect_uri(STR_LIT("http://u:p@h"), false, "http://u:p@h");
}

/* More than GitHub takes: what is kept is whole, and the rest is counted. */
static void
test_long_markdown(void **state)
{
	enum { PLACES = 20000, FINDINGS = 3 };
	struct place   *places = xcalloc(PLACES, sizeof(struct place));
	struct finding  f[FINDINGS];
	struct findings some;
	struct buf      wanted = {0};
	char           *got;
	size_t          kept;

	(void)state;
	for (int i = FINDINGS - 1; i >= 0; i--)
		some = many(&f[i], places, PLACES);
	some.n = FINDINGS;
	got = report(CHECK_REPORT_MARKDOWN, &some, false);
	assert_in_range(strlen(got), 890000, 900000);
	kept = count(got, "\n- page");
	assert_in_range(kept, PLACES, FINDINGS * PLACES - 1);
	assert_int_equal(count(got, "<details>"), count(got, "</details>"));
	buf_addf(&wanted, "longer:** %d finding", FINDINGS - 2);
	assert_non_null(strstr(got, buf_cstr(&wanted)));
	buf_clear(&wanted);
	assert_int_equal(kept / PLACES, 1);
	free(got);
	free(places);
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
	    cmocka_unit_test(test_junit),
	    cmocka_unit_test(test_sarif),
	    cmocka_unit_test(test_github),
	    cmocka_unit_test(test_markdown),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_link_texts),
	    cmocka_unit_test(test_colour),
	    cmocka_unit_test(test_many_places),
	    cmocka_unit_test(test_fingerprints),
	    cmocka_unit_test(test_uris),
	    cmocka_unit_test(test_long_markdown),
	};

	if (argc == 3 && strcmp(argv[1], "empty") == 0)
		return print(str_c(argv[2]), &none);
	if (argc == 2)
		return print(str_c(argv[1]), &all);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
