/*
 * robots.txt: which rules hold for whom, and what they match.  The texts are
 * parsed from copies of exactly their size.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/limits.h"
#include "acrawl/robots.h"
#include "web/robots_match.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

#define AGENT STR_LIT("acrawl/1.0")

static struct robots *
parse(struct str text, struct str agent)
{
	char          *copy = xmalloc(text.n + 1);
	struct robots *r;

	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	copy = xrealloc(copy, text.n > 0 ? text.n : 1, 1);
	r = robots_parse(str_n(copy, text.n), agent, NULL, NULL);
	free(copy);
	return r;
}

static bool
allows(struct str text, struct str agent, struct str path)
{
	struct robots *r = parse(text, agent);
	bool           allowed = robots_allows(r, path);

	robots_free(r);
	return allowed;
}

/* What a text says of some paths: those after "+" are allowed. */
struct row {
	struct str  text;
	const char *agent;
	const char *paths; /* "+/a -/b" */
};

static void
check_path(const struct row *row, const struct robots *r, struct str word)
{
	bool allowed = robots_allows(r, str_n(word.p + 1, word.n - 1));

	if (allowed != (word.p[0] == '+'))
		fail_msg("%.*s\n%s: %.*s", (int)row->text.n, row->text.p,
		    row->agent, (int)word.n, word.p);
}

static void
check_rows(const struct row *row, size_t n)
{
	for (; n > 0; n--, row++) {
		struct robots *r = parse(row->text, str_c(row->agent));
		const char    *p = row->paths;

		while (*p != '\0') {
			size_t word = strcspn(p, " ");

			check_path(row, r, str_n(p, word));
			p += word + strspn(p + word, " ");
		}
		robots_free(r);
	}
}

#define ROW(text, agent, paths)                                                \
	{                                                                      \
		STR_LIT(text), (agent), (paths)                                \
	}

/* The rest of a text for all. */
#define ALL(rules, paths) ROW("User-agent: *\n" rules, "acrawl", paths)

/* The numbers are of the project's decisions. */
static void
test_lines(void **state)
{
	static const struct row rows[] = {
	    /* 1, 2: names ignore case, blanks */
	    ROW("uSER-aGENT: ACrawl\nDISALLOW: /x", "acrawl", "-/x +/y"),
	    ROW(" user-agent :\t acrawl \n\tdisallow\t:/x \n", "acrawl",
		"-/x -/x/ +/y"),
	    /* 3: what is unknown does not end a run of agents */
	    ROW("user-agent: acrawl\nfoo: bar\nsitemap: /s\nnonsense\n"
		"user-agent: b\ndisallow: /x",
		"acrawl", "-/x"),
	    ROW("user-agent: acrawl\nCrawl-delay: 1\nuser-agent: b\n"
		"disallow: /x",
		"acrawl", "-/x"),
	    ALL("Noindex: /\nHost: x\nDisallowed: /\nallows: /", "+/x"),
	    /* 4: a missing colon */
	    ROW("user-agent acrawl\ndisallow /x\n", "acrawl", "-/x +/y"),
	    ALL("disallow\t/x", "-/x +/y"),
	    ALL("disallow /x:y", "-/x:y +/x"),
	    ALL("disallow /x /y\ndisallow\ndisallow x", "+/x +/y"),
	    /* 5: misspellings */
	    ROW("useragent: acrawl\ndisalow: /a\ndissalow: /b\n"
		"dissallow: /c\ndiasllow: /d\ndisallaw: /e",
		"acrawl", "-/a -/b -/c -/d -/e +/f"),
	    ROW("User Agent: acrawl\ndisallow: /x", "acrawl", "-/x"),
	    /* 6: rules of nobody */
	    ROW("disallow: /x\nuser-agent: *\ndisallow: /y", "acrawl",
		"+/x -/y"),
	    /* 16: an empty pattern is no rule, but ends a run of agents */
	    ROW("user-agent: acrawl\ndisallow:\nuser-agent: b\ndisallow: /",
		"acrawl", "+/x"),
	    /* 20: comments */
	    ALL("#disallow: /\ndisallow: /x#/y\n # disallow: /", "-/x +/"),
	    ALL("disallow: # /x", "+/x"),
	    ROW("user-agent: acrawl#b\ndisallow: /", "acrawl", "-/x"),
	    /* 31: ends of lines */
	    ROW("user-agent: *\rdisallow: /a\r\ndisallow: /b\n\r\r\n"
		"disallow: /c",
		"acrawl", "-/a -/b -/c +/d"),
	    /* 32: byte order marks, whole or not */
	    ROW("\xEF\xBB\xBFuser-agent: *\ndisallow: /", "acrawl", "-/x"),
	    ROW("\xEF\xBBuser-agent: *\ndisallow: /", "acrawl", "-/x"),
	    ROW("\xEFuser-agent: *\ndisallow: /", "acrawl", "-/x"),
	    ROW("\xEF\xBFuser-agent: *\ndisallow: /", "acrawl", "+/x"),
	    ROW("\xBB\xBFuser-agent: *\ndisallow: /", "acrawl", "+/x"),
	    ALL("\xEF\xBB\xBF"
		"disallow: /",
		"+/x"),
	    /* 34: what is no text is no rule; the rest holds */
	    ALL("disallow: /\0x\ndisallow: /y", "+/x -/y"),
	    ALL("disallow\0: /\n\0disallow: /\ndisallow\0/", "+/x"),
	    ALL("disallow: /\xFF\ndisallow: /\xC3\ndisallow: /\xED\xA0\x80",
		"+/x +/%FF"),
	    ALL("disallow: /x # caf\xE9\n", "-/x"),
	    ROW("user-agent: *\ndisallow: /x\nuser-agent: b\xF6t\ndisallow: /",
		"acrawl", "-/x +/y"),
	    ROW("\xFF\xFEu\0s\0e\0r\0-\0a\0g\0e\0n\0t\0:\0*\0\n\0", "acrawl",
		"+/x"),
	    ROW("", "acrawl", "+/x"),
	    ROW("\n", "acrawl", "+/x"),
	    ROW("<!DOCTYPE html>\n<pre>\nuser-agent: *\ndisallow: /\n</pre>",
		"acrawl", "+/x"),
	    ROW("\xEF\xBB\xBF\n <HTML>\nuser-agent: *\ndisallow: /\n", "acrawl",
		"+/x"),
	    ALL("<br />\ndisallow: /\n<br />", "-/x"),
	    /* 49: others */
	    ALL("Request-rate: 1/5\nVisit-time: 0600-0845\nClean-param: s /x\n",
		"+/x"),
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

#define TWO                                                                    \
	"user-agent: one\ndisallow: /1\n\n"                                    \
	"user-agent: two\n\nuser-agent: three\n\n\ndisallow: /23\n\n"          \
	"disallow: /also\n"                                                    \
	"user-agent: *\ndisallow: /any\n"                                      \
	"user-agent: ONE\ndisallow: /1b\n"

static void
test_groups(void **state)
{
	static const struct row rows[] = {
	    /* 7, 8: shared, merged; 12: no "*" beside an own group */
	    ROW(TWO, "one", "-/1 -/1b +/23 +/any"),
	    ROW(TWO, "two", "-/23 -/also +/1 +/any"),
	    ROW(TWO, "three", "-/23 -/also +/1 +/any"),
	    ROW(TWO, "four", "-/any +/1 +/23"),
	    ROW("user-agent: *\nuser-agent: one\ndisallow: /x\n"
		"user-agent: one\ndisallow: /y\n",
		"one", "-/x -/y"),
	    ROW("user-agent: *\nuser-agent: one\ndisallow: /x\n"
		"user-agent: one\ndisallow: /y\n",
		"two", "-/x +/y"),
	    /* 9: a group without rules */
	    ROW("user-agent: *\ndisallow: /\nuser-agent: one", "one", "+/x"),
	    ROW("user-agent: *\ndisallow: /\nuser-agent: one\ndisallow:\n",
		"one", "+/x"),
	    /* 10: a line's token */
	    ROW("user-agent: One/2.0 (x)\ndisallow: /", "oNe", "-/x"),
	    ROW("user-agent: one two\ndisallow: /", "one", "-/x"),
	    ROW("user-agent: one42\ndisallow: /", "one", "-/x"),
	    ROW("user-agent: one-two_three\ndisallow: /", "one-two_three/1",
		"-/x"),
	    ROW("user-agent: onetwo\ndisallow: /", "one", "+/x"),
	    ROW("user-agent: one\ndisallow: /", "onetwo", "+/x"),
	    /* 11: ours */
	    ROW("user-agent: one\ndisallow: /", "one/2.0 (+http://h/)", "-/x"),
	    ROW("user-agent: one\ndisallow: /", "one two", "+/x"),
	    ROW("user-agent: \ndisallow: /", "", "+/x"),
	    ROW("user-agent: 42\ndisallow: /", "42", "+/x"),
	    ROW("user-agent: *\ndisallow: /", "", "-/x"),
	    ROW("user-agent: *\ndisallow: /", "*", "-/x"),
	    /* 13: "*", or nothing */
	    ROW("user-agent: one\ndisallow: /", "two", "+/x"),
	    ROW("user-agent: * or so\ndisallow: /", "two", "-/x"),
	    ROW("user-agent: *bot\ndisallow: /", "two", "+/x"),
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

/* A name that goes on as none can is nobody's. */
static void
test_token(void **state)
{
	static const char *const rows[][2] = {
	    {"acrawl", "acrawl"},
	    {"acrawl/1.0", "acrawl"},
	    {"acrawl/1.0 (+https://example.com/)", "acrawl"},
	    {"acrawl (+https://example.com/)", "acrawl"},
	    {"a_b-c 2.1", "a_b-c"},
	    {"Foo Bar", ""},
	    {"Foo Bar/1.0", ""},
	    {"AB42bot", ""},
	    {"", ""},
	    {"(x)", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_true(
		    str_eq(robots_token(str_c(rows[i][0])), str_c(rows[i][1])));
}

static void
test_precedence(void **state)
{
	static const struct row rows[] = {
	    /* 14: the longest */
	    ALL("disallow: /\nallow: /a\ndisallow: /a/b\nallow: /a/b/c",
		"-/ +/a +/a/ -/a/b -/a/b/ +/a/b/c +/a/b/cd"),
	    ALL("allow: /a/b/c\ndisallow: /a/b\nallow: /a\ndisallow: /",
		"-/ +/a +/a/ -/a/b -/a/b/ +/a/b/c +/a/b/cd"),
	    ALL("allow: /pag\ndisallow: /*.htm", "-/page.htm +/page"),
	    ALL("allow: /page\ndisallow: /*.ht", "+/page.htm -/pag.htm"),
	    ALL("disallow: /*a\nallow: /*ab\ndisallow: /*abc",
		"-/a +/ab -/abc +/x"),
	    ALL("disallow: /a\nallow: /ab\nallow: /acc",
		"-/a -/acd -/aca +/acc +/abb"),
	    ALL("disallow: /a*c\nallow: /abcd", "-/abc +/abcd"),
	    ALL("disallow: /a****\nallow: /abcd\nallow: /abcde",
		"-/abcd +/abcde +/b"),
	    ALL("disallow: /*\nallow: /$", "+/ -/x"),
	    ALL("disallow: /a$\nallow: /a", "-/a +/ab"),
	    /* one octet, however it is written */
	    ALL("disallow: /%61%62%63\nallow: /abcd", "-/abc +/abcd"),
	    ALL("disallow: /%C3%A9\nallow: /\xC3\xA9", "+/%C3%A9"),
	    ALL("allow: /\xC3\xA9\ndisallow: /%c3%a9", "+/%C3%A9"),
	    ALL("disallow: /\xC3\xA9\nallow: /*a***", "-/%C3%A9a"),
	    /* 15: ties */
	    ALL("disallow: /x\nallow: /x", "+/x"),
	    ALL("allow: /x\ndisallow: /x", "+/x"),
	    ALL("disallow: /x*z\nallow: /xyz", "+/xyz -/xyyz"),
	    ALL("disallow: /xyz\nallow: /x*z", "+/xyz"),
	    ALL("disallow: /*\nallow: /x", "+/x -/y"),
	    /* 29: /robots.txt itself */
	    ALL("disallow: /\ndisallow: /robots.txt$",
		"+/robots.txt +/robots%2Etxt -/robots.txt2 -/a/robots.txt"),
	    /* 30: index.html is a file as others */
	    ALL("allow: /d/index.html\ndisallow: /", "-/d/ +/d/index.html"),
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
test_patterns(void **state)
{
	static const struct row rows[] = {
	    /* 17: from the start, with the query */
	    ALL("disallow: /a", "-/a -/ab -/a?b +/b/a +/?/a"),
	    ALL("disallow: /a?b=c", "-/a?b=c -/a?b=cd +/a?b +/a"),
	    ALL("disallow: a\ndisallow: http://h/x", "+/a +/x"),
	    /* 18: "*" */
	    ALL("disallow: /a*z", "-/az -/a/b/z -/abzc +/b/az +/a"),
	    ALL("disallow: *.php", "-/x.php -/x.php5?a +/x.ph"),
	    ALL("disallow: /a**z*", "-/az -/abz +/ay"),
	    ALL("disallow: *", "-/ -/x"),
	    ALL("disallow: /*a*b*c", "-/abc -/xaxbxcx -/aabbcc +/cba +/ab"),
	    ALL("disallow: /*aab", "-/aaab -/aabaab +/aba"),
	    ALL("disallow: /*ab*b", "+/ab -/abb"),
	    /* 19: "$" */
	    ALL("disallow: /a$", "-/a +/a/ +/a$ +/a?"),
	    ALL("disallow: /*.php$", "-/x.php -/x.php.php +/x.php5 +/x.php?a"),
	    ALL("disallow: /a$b", "-/a$b -/a$bc +/a +/ab"),
	    ALL("disallow: /a$$", "-/a$ +/a +/a$b"),
	    ALL("disallow: /a*$", "-/a -/ab +/b"),
	    ALL("disallow: /*$", "-/ -/b"),
	    ALL("disallow: $", "+/ +/$"),
	    /* 21: case */
	    ALL("disallow: /A", "-/A +/a"),
	    /* 22: beyond ASCII, case of escapes */
	    ALL("disallow: /\xC3\xA9", "-/%C3%A9 -/%c3%a9 -/%C3%A9s +/%C3"),
	    ALL("disallow: /%c3%a9", "-/%C3%A9 -/\xC3\xA9"),
	    ALL("disallow: /%aA", "-/%aa -/%AA +/%Ab"),
	    /* 23: unreserved octets equal their escapes */
	    ALL("disallow: /%62%61%7A%2d%2E%5f%7e", "-/baz-._~ -/b%61z-._~"),
	    ALL("disallow: /baz", "-/%62%61%7A"),
	    /* 24: escaped wildcards are none */
	    ALL("disallow: /a%2Ab", "-/a*b -/a%2ab +/axb"),
	    ALL("disallow: /a%24", "-/a$ -/a%24b +/a"),
	    /* 25: reserved characters and their escapes are two things */
	    ALL("disallow: /a%2Fb\ndisallow: /c?d\ndisallow: /e%26",
		"-/a%2fb +/a/b -/c?d +/c%3Fd -/e%26 +/e&"),
	    /* what a URL cannot hold as it is */
	    ALL("disallow: /a b\ndisallow: /\"<>^`{|}\\",
		"-/a%20b -/a%20bc +/a+b -/%22%3C%3E%5E%60%7B%7C%7D%5C"),
	    /* escapes that are none */
	    ALL("disallow: /100%\ndisallow: /%zz\ndisallow: /%4",
		"-/100% -/100%25 -/%zz -/%4 +/%zy"),
	    /* 26 */
	    ALL("disallow: /?\ndisallow: /;", "-/? -/?a -/;b +/ +/a?"),
	    /* 28 */
	    ALL("disallow: //", "-// -//a +/ +/a//"),
	    ALL("disallow: /a/", "+//a/ -/a//"),
	};

	(void)state;
	check_rows(rows, COUNT(rows));
	/* 27: no path is "/" */
	assert_false(allows(
	    STR_LIT("user-agent: *\ndisallow: /"), AGENT, str_n(NULL, 0)));
	assert_false(
	    allows(STR_LIT("user-agent: *\ndisallow: /$"), AGENT, STR_LIT("")));
}

static void
add_many(struct buf *out, char c, size_t n)
{
	while (n-- > 0)
		buf_addc(out, c);
}

/* 35: what is behind the cut is neither pattern nor line. */
static void
test_long_line(void **state)
{
	struct buf text, path;
	size_t     used;

	(void)state;
	buf_init(&text, 0);
	buf_init(&path, 0);
	buf_add(&text, STR_LIT("user-agent: *\n"));
	used = text.n;
	buf_add(&text, STR_LIT("disallow: /"));
	add_many(&text, 'a', LIMIT_ROBOTS_LINE - 1 - (text.n - used));
	buf_add(&path, str_n(text.p + used + 10, text.n - used - 10));
	buf_add(&text, STR_LIT("disallow: /b\ndisallow: /c\n"));
	buf_addc(&path, 'z');
	assert_false(allows(buf_str(&text), AGENT, buf_str(&path)));
	path.n -= 2;
	assert_true(allows(buf_str(&text), AGENT, buf_str(&path)));
	assert_true(allows(buf_str(&text), AGENT, STR_LIT("/b")));
	assert_false(allows(buf_str(&text), AGENT, STR_LIT("/c")));
	buf_clear(&path);
	buf_clear(&text);
}

/* A character at the cut falls off as a whole. */
static void
test_cut_character(void **state)
{
	struct buf text, path;

	(void)state;
	buf_init(&text, 0);
	buf_init(&path, 0);
	buf_addc(&path, '/');
	add_many(&path, 'a', LIMIT_ROBOTS_LINE - 2 - STR_LIT("disallow: /").n);
	buf_add(&text, STR_LIT("user-agent: *\ndisallow: "));
	buf_add(&text, buf_str(&path));
	buf_add(&text, STR_LIT("\xC3\xA9\n"));
	assert_false(allows(buf_str(&text), AGENT, buf_str(&path)));
	path.n--;
	assert_true(allows(buf_str(&text), AGENT, buf_str(&path)));
	/* What is none does not. */
	buf_reset(&text);
	buf_add(&text, STR_LIT("user-agent: *\ndisallow: /x"));
	add_many(&text, '\x80', LIMIT_ROBOTS_LINE);
	assert_true(allows(buf_str(&text), AGENT, STR_LIT("/x")));
	buf_clear(&path);
	buf_clear(&text);
}

/* 36: half a megabyte is read; of what is cut, only whole lines. */
static void
test_long_text(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 0);
	buf_add(&text, STR_LIT("user-agent: *\n"));
	while (text.n < 500 * 1024 - 14)
		buf_addc(&text, text.n % 1000 == 0 ? '\n' : '#');
	buf_add(&text, STR_LIT("\ndisallow: /x"));
	assert_int_equal(text.n, 500 * 1024 - 1);
	assert_false(allows(buf_str(&text), AGENT, STR_LIT("/x")));
	buf_addc(&text, '\n');
	while (text.n < LIMIT_ROBOTS_BYTES - 12)
		buf_addc(&text, text.n % 1000 == 0 ? '\n' : '#');
	buf_add(&text, STR_LIT("\ndisallow: /yy"));
	assert_true(allows(buf_str(&text), AGENT, STR_LIT("/y")));
	assert_false(allows(buf_str(&text), AGENT, STR_LIT("/x")));
	buf_clear(&text);
}

static void
test_delay(void **state)
{
	static const struct {
		const char *value;
		int64_t     ms;
	} rows[] = {
	    {"10", 10000},
	    {"0", 0},
	    {"0.5", 500},
	    {".25", 250},
	    {"1.", 1000},
	    {"2.0049", 2004},
	    {"007", 7000},
	    {"59.999", 59999},
	    {"60", 60000},
	    {"60.001", 60000},
	    {"61", 60000},
	    {"99999999999999999999999999", 60000},
	    {"1 # s", 1000},
	    {"-1", -1},
	    {"+1", -1},
	    {"1s", -1},
	    {"1,5", -1},
	    {"1e3", -1},
	    {"0x10", -1},
	    {"nan", -1},
	    {"inf", -1},
	    {".", -1},
	    {"1.2.3", -1},
	    {"", -1},
	    {"1 2", -1},
	    {"5\ncrawl-delay: 3", 5000},
	    {"3\ncrawl-delay: 5", 5000},
	    {"3\ncrawl-delay: x", 3000},
	    {"3\nuser-agent: b\ncrawl-delay: 9", 9000},
	    {"3\nallow: /\nuser-agent: b\ncrawl-delay: 9", 3000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf     text;
		struct robots *r;

		buf_init(&text, 0);
		buf_addf(&text, "user-agent: acrawl\ncrawl-delay: %s\n",
		    rows[i].value);
		r = parse(buf_str(&text), AGENT);
		if (robots_delay_ms(r) != rows[i].ms)
			fail_msg(
			    "%s: %ld", rows[i].value, (long)robots_delay_ms(r));
		robots_free(r);
		r = parse(buf_str(&text), STR_LIT("c"));
		assert_int_equal(robots_delay_ms(r), -1);
		robots_free(r);
		buf_clear(&text);
	}
}

/* 12: an own group without a delay has none, and not that of "*". */
static void
test_delay_of_any(void **state)
{
	struct str text =
	    STR_LIT("crawl-delay: 1\nuser-agent: *\ncrawl-delay: 2\nallow: /\n"
		    "user-agent: b\nallow: /");
	struct robots *r = parse(text, STR_LIT("b"));

	(void)state;
	assert_int_equal(robots_delay_ms(r), -1);
	robots_free(r);
	r = parse(text, STR_LIT("c"));
	assert_int_equal(robots_delay_ms(r), 2000);
	robots_free(r);
}

static void
on_sitemap(void *arg, struct str url)
{
	buf_add(arg, url);
	buf_addc(arg, '|');
}

/* 47 */
static void
test_sitemaps(void **state)
{
	struct str     text = STR_LIT("Sitemap: http://h/A.xml?b=C\n"
					  "user-agent: b\ndisallow: /\n"
					  "SITEMAP :  /rel ative # not this\n"
					  "site-map: x\nsitemap http://h/2\n"
					  "sitemap:\nsitemap: \xFF\nsitemap: a\0b\n"
					  "sitemap: \xC3\xA9");
	struct buf     got;
	struct robots *r;

	(void)state;
	buf_init(&got, 0);
	r = robots_parse(text, AGENT, on_sitemap, &got);
	assert_string_equal(buf_cstr(&got),
	    "http://h/A.xml?b=C|/rel ative|x|http://h/2|\xC3\xA9|");
	robots_free(r);
	buf_clear(&got);
}

static void
test_tags(void **state)
{
	static const struct {
		const char *value;
		bool        nofollow;
	} rows[] = {
	    {"nofollow", true},
	    {"none", true},
	    {" NoIndex , NoFollow ", true},
	    {"NONE", true},
	    {"", false},
	    {",", false},
	    {"noindex", false},
	    {"nofollows", false},
	    {"follow, index, all", false},
	    {"no follow", false},
	    {"noindex\nnofollow", true},
	    {"acrawl: nofollow", true},
	    {"ACrawl/2: noindex, none", true},
	    {"otherbot: nofollow", false},
	    {"otherbot: noindex, nofollow", false},
	    {"otherbot: noindex, acrawl: nofollow", true},
	    {"nofollow, otherbot: noindex", true},
	    {"otherbot: noindex\nnofollow", true},
	    {"*: nofollow", true},
	    {"acrawl: noindex, otherbot: nofollow", false},
	    {"max-snippet: 20, nofollow", true},
	    {"max-image-preview:large,nofollow", true},
	    {"unavailable_after: 25 Jun 2030 15:00:00 PST, nofollow", true},
	    {"unavailable_after: Sunday, 01 Jan 2030 15:00:00, none", true},
	    {"unavailable_after: 2030-01-01T15:00:00, nofollow", true},
	    {"max-snippet: nofollow", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (robots_tag_nofollow(str_c(rows[i].value), AGENT) !=
		    rows[i].nofollow)
			fail_msg("%s", rows[i].value);
	assert_false(robots_tag_nofollow(str_n(NULL, 0), AGENT));
	assert_true(robots_tag_nofollow(STR_LIT("none"), STR_LIT("")));
	assert_false(robots_tag_nofollow(STR_LIT("b: none"), STR_LIT("")));
}

/*
 * A pattern as often as it fits into a text; "#" in it becomes the number of
 * its line.
 */
static void
fill(struct buf *text, const char *pattern, size_t size)
{
	buf_reset(text);
	buf_add(text, STR_LIT("user-agent: *\n"));
	for (unsigned i = 0; text->n < size - 64; i++) {
		const char *mark = strchr(pattern, '#');

		buf_addf(text, "disallow: %.*s%u%s\n", (int)(mark - pattern),
		    pattern, i, mark + 1);
	}
}

/* The rules of fill(), apart from the lines. */
static size_t
fill_table(struct robots_table *t, const char *pattern, size_t n)
{
	struct robots_rules rules = {0};
	struct buf          one;

	buf_init(&one, 0);
	for (unsigned i = 0; i < n; i++) {
		const char *mark = strchr(pattern, '#');

		buf_reset(&one);
		buf_addf(&one, "%.*s%u%s", (int)(mark - pattern), pattern, i,
		    mark + 1);
		robots_rules_add(&rules, buf_str(&one), false);
	}
	robots_table_init(t, &rules);
	robots_rules_clear(&rules);
	buf_clear(&one);
	return t->wilds + t->prefixes;
}

/* How many bytes one lookup reads for rules with wildcards. */
static size_t
work_of(const char *pattern, size_t rules, size_t path_bytes)
{
	struct robots_table t;
	struct buf          path;
	size_t              left = LIMIT_ROBOTS_WORK;

	assert_int_equal(fill_table(&t, pattern, rules), rules);
	buf_init(&path, 0);
	buf_addc(&path, '/');
	add_many(&path, 'a', path_bytes - 1);
	assert_true(robots_table_allows(&t, buf_str(&path), &left));
	buf_clear(&path);
	robots_table_clear(&t);
	return LIMIT_ROBOTS_WORK - left;
}

/* 37, 38: no more than the path once for each rule, whatever it is. */
static void
test_hostile_wildcards(void **state)
{
	static const char *const patterns[] = {"/*a*a*a*a*b#", "/*a*a*a*a*ab#",
	    "/a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*#b$", "*a*a*b#*a*a$",
	    "/*aaaaaaaaab#*", "/*#"};

	(void)state;
	for (size_t i = 0; i < COUNT(patterns); i++) {
		size_t one = work_of(patterns[i], 100, 512);

		assert_true(one <= 100 * (512 + 1));
		assert_true(work_of(patterns[i], 100, 1024) <= 2 * one + 200);
		assert_true(work_of(patterns[i], 200, 512) <= 2 * one + 200);
	}
	assert_int_equal(work_of("/a#", 1000, 2048), 0);
}

/* A whole text of them, for a URL of 2 KB, is within the bound. */
static void
test_full_text(void **state)
{
	static const char *const patterns[] = {
	    "/*a*a*a*a*b#", "/*#", "/*#$", "/a#", "/#\xC3\xA9*"};
	struct buf     text, path;
	struct robots *r;

	(void)state;
	buf_init(&text, 0);
	buf_init(&path, 0);
	buf_addc(&path, '/');
	add_many(&path, 'a', 2047);
	for (size_t i = 0; i < COUNT(patterns); i++) {
		fill(&text, patterns[i], LIMIT_ROBOTS_BYTES);
		r = parse(buf_str(&text), AGENT);
		assert_true(robots_allows(r, STR_LIT("/")));
		assert_true(robots_bytes(r) < 3 * text.n);
		assert_true(robots_allows(r, buf_str(&path)));
		robots_free(r);
	}
	buf_clear(&path);
	buf_clear(&text);
}

/* What would cost more is forbidden. */
static void
test_out_of_work(void **state)
{
	struct robots_table t;
	size_t              left = 20;

	(void)state;
	fill_table(&t, "/*b#", 10);
	assert_false(robots_table_allows(&t, STR_LIT("/aaaaaaaa"), &left));
	assert_int_equal(left, 0);
	left = 1000;
	assert_true(robots_table_allows(&t, STR_LIT("/aaaaaaaa"), &left));
	left = 0;
	assert_true(robots_table_allows(&t, STR_LIT("/robots.txt"), &left));
	robots_table_clear(&t);
}

/* A wildcard at the end is none. */
static void
test_last_wildcard(void **state)
{
	struct robots_rules rules = {0};
	struct robots_table t;

	(void)state;
	robots_rules_add(&rules, STR_LIT("/a*"), true);
	robots_rules_add(&rules, STR_LIT("/a***$"), true);
	robots_rules_add(&rules, STR_LIT("/a"), true);
	robots_rules_add(&rules, STR_LIT("/a*b"), true);
	robots_table_init(&t, &rules);
	assert_int_equal(t.prefixes, 1);
	assert_int_equal(t.wilds, 1);
	robots_rules_clear(&rules);
	robots_table_clear(&t);
}

/* Each of many rules is found, whatever is before and behind it in order. */
static void
test_many_rules(void **state)
{
	struct buf     text;
	struct robots *r;
	char           path[64];

	(void)state;
	buf_init(&text, 0);
	buf_add(&text, STR_LIT("user-agent: *\n"));
	for (int i = 0; i < 3000; i++)
		buf_addf(&text, "%s: /%d%s\n",
		    i % 3 == 0 ? "allow" : "disallow", i * 7919 % 3000,
		    i % 2 == 0 ? "/" : "$");
	r = parse(buf_str(&text), AGENT);
	for (int i = 0; i < 3000; i++) {
		bool allow = i % 3 == 0;

		snprintf(path, sizeof(path), "/%d%s", i * 7919 % 3000,
		    i % 2 == 0 ? "/x" : "");
		assert_int_equal(robots_allows(r, str_c(path)), allow);
		snprintf(path, sizeof(path), "/%d%s", i * 7919 % 3000,
		    i % 2 == 0 ? "" : "/x");
		assert_true(robots_allows(r, str_c(path)));
	}
	robots_free(r);
	buf_clear(&text);
}

/* Prefixes of prefixes: each path is ruled by the longest that it has. */
static void
test_nested_rules(void **state)
{
	struct buf     text, path;
	struct robots *r;

	(void)state;
	buf_init(&text, 0);
	buf_init(&path, 0);
	buf_add(&text, STR_LIT("user-agent: *\n"));
	for (size_t i = 0; i < 300; i++) {
		buf_add(&text,
		    i % 2 == 0 ? STR_LIT("disallow: /") : STR_LIT("allow: /"));
		add_many(&text, 'a', i);
		buf_addc(&text, '\n');
	}
	r = parse(buf_str(&text), AGENT);
	buf_addc(&path, '/');
	for (size_t i = 0; i < 300; i++) {
		assert_int_equal(robots_allows(r, buf_str(&path)), i % 2 != 0);
		buf_addc(&path, 'b');
		assert_int_equal(robots_allows(r, buf_str(&path)), i % 2 != 0);
		path.p[path.n - 1] = 'a';
	}
	robots_free(r);
	buf_clear(&path);
	buf_clear(&text);
}

/* Only the rules that hold are kept, each once. */
static void
test_bytes(void **state)
{
	struct buf     text;
	struct robots *r;
	size_t         none;

	(void)state;
	buf_init(&text, 0);
	r = parse(STR_LIT(""), AGENT);
	none = robots_bytes(r);
	robots_free(r);
	fill(&text, "/a#", 100000);
	buf_add(&text, STR_LIT("user-agent: acrawl\ndisallow: /x\n"));
	for (int i = 0; i < 1000; i++)
		buf_add(&text, STR_LIT("disallow: /x\n"));
	r = parse(buf_str(&text), AGENT);
	assert_int_equal(robots_bytes(r),
	    none + sizeof(struct robots_rule) + STR_LIT("/x").n);
	robots_free(r);
	buf_clear(&text);
	robots_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_token),
	    cmocka_unit_test(test_precedence),
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_long_line),
	    cmocka_unit_test(test_cut_character),
	    cmocka_unit_test(test_long_text),
	    cmocka_unit_test(test_delay),
	    cmocka_unit_test(test_delay_of_any),
	    cmocka_unit_test(test_sitemaps),
	    cmocka_unit_test(test_tags),
	    cmocka_unit_test(test_hostile_wildcards),
	    cmocka_unit_test(test_full_text),
	    cmocka_unit_test(test_out_of_work),
	    cmocka_unit_test(test_last_wildcard),
	    cmocka_unit_test(test_many_rules),
	    cmocka_unit_test(test_nested_rules),
	    cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
