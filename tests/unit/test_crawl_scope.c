/*
 * What a crawl may fetch: tables of scope, inputs, URL and verdict.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "acrawl/config.h"
#include "acrawl/limits.h"
#include "acrawl/scope.h"
#include "acrawl/url.h"

#define LENGTH(rows) (sizeof(rows) / sizeof(*(rows)))
#define MANY_INPUTS  1000

static struct config
config_of(enum scope_kind kind)
{
	return (struct config){.scope = kind, .max_url_length = 2048};
}

static bool
parse(struct url *u, const char *text)
{
	url_init(u);
	return url_parse(u, str_c(text), NULL);
}

static void
add(struct scope *s, const char *input)
{
	struct url u;

	if (!parse(&u, input))
		fail_msg("%s is no URL", input);
	scope_add(s, &u);
	url_clear(&u);
}

static void
redirect(struct scope *s, const char *from, const char *to)
{
	struct url a, b;

	if (!parse(&a, from) || !parse(&b, to))
		fail_msg("%s or %s is no URL", from, to);
	scope_redirect(s, &a, &b);
	url_clear(&a);
	url_clear(&b);
}

static enum scope_verdict
verdict(struct scope *s, const char *text)
{
	struct url         u;
	enum scope_verdict v;

	if (!parse(&u, text))
		fail_msg("%s is no URL", text);
	v = scope_of(s, &u);
	url_clear(&u);
	return v;
}

static bool
has_host(struct scope *s, const char *text)
{
	struct url u;
	bool       has;

	if (!parse(&u, text))
		fail_msg("%s is no URL", text);
	has = scope_has_host(s, &u);
	url_clear(&u);
	return has;
}

static void
expect(struct scope *s, const char *text, enum scope_verdict wanted)
{
	enum scope_verdict v = verdict(s, text);

	if (v != wanted)
		fail_msg("%s: %d, not %d", text, (int)v, (int)wanted);
}

/* Inputs, then URLs that are in, then URLs that are out. */
struct row {
	const char *inputs[4];
	const char *in[12];
	const char *out[32];
};

static void
check_rows(enum scope_kind kind, const struct row *rows, size_t n)
{
	struct config c = config_of(kind);

	for (size_t i = 0; i < n; i++) {
		struct scope *s = scope_new(&c);

		assert_non_null(s);
		for (const char *const *p = rows[i].inputs; *p != NULL; p++)
			add(s, *p);
		for (const char *const *p = rows[i].in; *p != NULL; p++)
			expect(s, *p, SCOPE_IN);
		for (const char *const *p = rows[i].out; *p != NULL; p++)
			expect(s, *p, SCOPE_OUT);
		scope_free(s);
	}
}

static void
test_host(void **state)
{
	static const struct row rows[] = {
	    {{NULL}, {NULL}, {"http://example.com/"}},
	    {{"https://example.com/a/b?c#d"},
		{"https://example.com/", "http://example.com/x",
		    "http://example.com:8080/", "https://example.com:1/",
		    "HTTPS://EXAMPLE.COM/", "https://user:pw@example.com/",
		    "https://example%2Ecom/",
		    "https://example\xE3\x80\x82"
		    "com/",
		    "https:\\\\example.com\\", "https://example.com#evil.org"},
		{"https://www.example.com/", "https://com/",
		    "https://example.com.evil.org/", "https://evilexample.com/",
		    "https://example.com@evil.org/",
		    "https://example.com:80@evil.org/",
		    "https://evil.org/https://example.com/",
		    "https://evil.org/?https://example.com/",
		    "https://evil.org#example.com", "https://example.com./",
		    "https://example.org/", "https://xample.com/",
		    "https://example-com/", "https://ex\xD0\xB0mple.com/",
		    "ftp://example.com/", "ws://example.com/",
		    "wss://example.com/", "file://example.com/",
		    "mailto:a@example.com", "javascript:example.com",
		    "data:,example.com", "blob:https://example.com/x",
		    "foo://example.com/"}},
	    {{"https://example.com./"}, {"http://example.com.:81/"},
		{"https://example.com/", "https://example.com../"}},
	    {{"https://b\xC3\xBC"
	      "cher.example/"},
		{"https://xn--bcher-kva.example/",
		    "https://B\xC3\x9C"
		    "CHER.example/",
		    "https://b%C3%BCcher.example/",
		    "https://bu\xCC\x88"
		    "cher.example/"},
		{"https://bucher.example/", "https://buecher.example/"}},
	    {{"https://xn--bcher-kva.example/"},
		{"https://b\xC3\xBC"
		 "cher.example/"},
		{NULL}},
	    {{"http://127.0.0.1:8000/"},
		{"http://0x7f.1/", "http://2130706433/", "http://0177.0.0.1/",
		    "https://127.1:444/", "http://127.0.0.1./"},
		{"http://127.0.0.2/", "http://[::1]/",
		    "http://[::ffff:127.0.0.1]/", "http://localhost/",
		    "http://127.0.0.1.example/"}},
	    {{"http://[::1]/"},
		{"http://[0:0:0:0:0:0:0:1]:80/", "https://[::0.0.0.1]/"},
		{"http://[::2]/", "http://127.0.0.1/", "http://1/"}},
	    {{"http://a.example/", "http://b.example/", "http://a.example/x"},
		{"http://a.example/", "http://b.example/"},
		{"http://c.example/", "http://example/"}},
	    {{"ftp://example.com/", "mailto:a@example.com"}, {NULL},
		{"ftp://example.com/", "mailto:a@example.com",
		    "http://example.com/", "mailto:b"}},
	};

	(void)state;
	check_rows(SCOPE_HOST, rows, LENGTH(rows));
}

static void
test_origin(void **state)
{
	static const struct row rows[] = {
	    {{"https://example.com/a/"},
		{"https://example.com/", "https://example.com:443/x",
		    "https://u@EXAMPLE.com/"},
		{"http://example.com/", "https://example.com:8443/",
		    "http://example.com:443/", "https://example.com:80/",
		    "https://example.com:0/", "https://www.example.com/",
		    "https://example.com./", "https://example.com.evil.org/",
		    "wss://example.com/", "ftp://example.com/"}},
	    {{"http://example.com:8080/"}, {"http://example.com:8080/x"},
		{"http://example.com/", "https://example.com:8080/",
		    "http://example.com:80800@evil.org/"}},
	    {{"http://example.com:0/"}, {"http://example.com:0/x"},
		{"http://example.com/", "https://example.com:0/"}},
	    {{"http://0x7f.1:80/"}, {"http://127.0.0.1/"},
		{"http://127.0.0.1:81/"}},
	};

	(void)state;
	check_rows(SCOPE_ORIGIN, rows, LENGTH(rows));
}

static void
test_domain(void **state)
{
	static const struct row rows[] = {
	    {{"https://www.example.com/"},
		{"http://example.com/", "https://a.b.c.EXAMPLE.com:99/",
		    "https://www.example.com/", "https://u@x.example.com/"},
		{"https://example.org/", "https://com/",
		    "https://evilexample.com/", "https://example.com.evil.org/",
		    "https://example.com@evil.org/", "https://example.com./",
		    "ftp://example.com/", "https://.com/"}},
	    {{"https://a.example.co.uk/"},
		{"https://example.co.uk/", "https://b.example.co.uk/"},
		{"https://other.co.uk/", "https://co.uk/", "https://uk/",
		    "https://example.co.uk./", "https://example.uk/"}},
	    /* The names under which a stranger may have his own. */
	    {{"https://a.github.io/"},
		{"https://a.github.io/", "https://x.a.github.io/"},
		{"https://b.github.io/", "https://github.io/",
		    "https://www.github.io/"}},
	    {{"https://github.io/"}, {"http://github.io:1/"},
		{"https://a.github.io/", "https://io/"}},
	    {{"https://co.uk/"}, {"https://co.uk/"},
		{"https://a.co.uk/", "https://uk/"}},
	    {{"http://localhost:8000/"}, {"http://localhost/"},
		{"http://a.localhost/", "http://localhost./"}},
	    {{"http://a.b.intranet/"}, {"http://b.intranet/"},
		{"http://intranet/", "http://c.intranet/"}},
	    /* A dot at the end must not make "com." a domain. */
	    {{"https://a.example.com./"}, {"https://b.example.com./"},
		{"https://evil.com./", "https://com./", "https://example.com/",
		    "https://a.example.com../"}},
	    {{"https://a.example.co.uk./"}, {"https://example.co.uk./"},
		{"https://evil.uk./", "https://evil.co.uk./"}},
	    {{"http://10.1.2.3/"}, {"http://0xa.1.2.3/", "http://10.1.515/"},
		{"http://9.1.2.3/", "http://1.2.3/", "http://10.9.2.3/"}},
	    {{"http://[2001:db8::1.2.3.4]/"}, {"http://[2001:db8::102:304]/"},
		{"http://[2001:db8::3.4]@3.4/", "http://[2001:db9::102:304]/",
		    "http://1.2.3.4/"}},
	    {{"https://a.\xE5\x85\xAC\xE5\x8F\xB8.\xE9\xA6\x99\xE6\xB8\xAF/"},
		{"https://b.a.xn--55qx5d.xn--j6w193g/"},
		{"https://b.xn--55qx5d.xn--j6w193g/"}},
	};

	(void)state;
	check_rows(SCOPE_DOMAIN, rows, LENGTH(rows));
}

/* What DNS can't have is its own domain; libpsl would look at each name. */
static void
test_domain_of_endless_name(void **state)
{
	struct config c = config_of(SCOPE_DOMAIN);
	struct scope *s = scope_new(&c);
	char          text[400] = "http://";
	size_t        n = strlen(text);

	(void)state;
	for (; n < 300; n += 2)
		memcpy(text + n, "a.", 2);
	snprintf(text + n, sizeof(text) - n, "example.com/");
	add(s, text);
	expect(s, text, SCOPE_IN);
	expect(s, "http://example.com/", SCOPE_OUT);
	scope_free(s);
}

static void
test_prefix(void **state)
{
	static const struct row rows[] = {
	    {{"https://example.com/docs/index.html"},
		{"https://example.com/docs/", "https://example.com/docs/a",
		    "http://example.com:81/docs/a/b/../c?d=/../../#e",
		    "https://example.com/x/../docs/a",
		    "https://example.com/docs//a",
		    "https://example.com/docs\\a",
		    "https://example.com/./docs/%2e/a",
		    "https://example.com/docs/%2f../a",
		    "https://example.com/docs/..%2fa"},
		{"https://example.com/", "https://example.com/docs",
		    "https://example.com/docs2/", "https://example.com/docs2",
		    "https://example.com/docs/../a",
		    "https://example.com/docs/%2E%2e/a",
		    "https://example.com/docs/.%2e",
		    "https://example.com//docs/",
		    "https://example.com/docs%2Fa", "https://example.com/DOCS/",
		    "https://example.com/do%63s/", "https://example.com/docs?/",
		    "https://example.com/?/docs/",
		    "https://example.com/#/docs/",
		    "https://example.com/a/docs/",
		    "https://www.example.com/docs/",
		    "https://example.com.evil.org/docs/",
		    "https://evil.org/example.com/docs/",
		    "ftp://example.com/docs/", "javascript:/docs/"}},
	    {{"https://example.com/docs/"}, {"https://example.com/docs/a"},
		{"https://example.com/docs", "https://example.com/doc/"}},
	    {{"https://example.com/docs"},
		{"https://example.com/", "https://example.com/docs2/x"},
		{"https://evil.org/"}},
	    {{"https://example.com"}, {"https://example.com/a/b"}, {NULL}},
	    {{"https://example.com/docs?x=/a/b#/c/"}, {"https://example.com/z"},
		{NULL}},
	    {{"https://a.example/x/y/z/", "https://b.example/x/",
		 "https://a.example/w/"},
		{"https://a.example/x/y/z/1", "https://b.example/x/y",
		    "https://a.example/w/1/2/3/4/5"},
		{"https://a.example/x/y/", "https://a.example/x/y/z",
		    "https://b.example/w/", "https://b.example/y/x/",
		    "https://a.example/y/x/z/"}},
	    {{"https://example.com//"}, {"https://example.com//a"},
		{"https://example.com/a//", "https://example.com/"}},
	};

	(void)state;
	check_rows(SCOPE_PREFIX, rows, LENGTH(rows));
}

static void
test_any(void **state)
{
	static const struct row rows[] = {
	    {{"https://example.com/"},
		{"https://evil.org/", "http://127.0.0.1:1/", "http://[::1]/"},
		{"ftp://example.com/", "file:///etc/passwd", "mailto:a@b",
		    "javascript:0", "data:,", "tel:1", "ws://example.com/"}},
	    {{NULL}, {"https://example.com/"}, {"file:///"}},
	};

	(void)state;
	check_rows(SCOPE_ANY, rows, LENGTH(rows));
}

static void
test_redirects(void **state)
{
	static const struct {
		enum scope_kind kind;
		const char     *input, *from, *to, *url;
		bool            in;
	} rows[] = {
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://www.a.example/", "http://www.a.example:8/x", true},
	    {SCOPE_HOST, "http://www.a.example/", "http://www.a.example/",
		"https://a.example/", "http://a.example/", true},
	    {SCOPE_HOST, "http://www.a.example/", "http://www.a.example/",
		"https://a.example/", "http://www.a.example/", true},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://a.example/", "https://a.example/", true},
	    {SCOPE_HOST, "https://a.example/", "https://a.example/",
		"http://a.example:81/", "http://a.example/", true},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://www.b.example/", "https://www.b.example/", false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://www.a.example.evil.org/",
		"https://www.a.example.evil.org/", false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://wwwa.example/", "https://wwwa.example/", false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://wwwxa.example/", "https://wwwxa.example/", false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://web.a.example/", "https://web.a.example/", false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://www.www.a.example/", "https://www.www.a.example/",
		false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://www.a.example./", "https://www.a.example./", false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"https://www.a.example@evil.org/", "https://evil.org/", false},
	    {SCOPE_HOST, "http://a.example/", "http://a.example/",
		"ftp://www.a.example/", "http://www.a.example/", false},
	    /* From elsewhere it is no redirect of an input. */
	    {SCOPE_HOST, "http://a.example/", "http://b.example/",
		"http://www.b.example/", "http://www.b.example/", false},
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"https://www.a.example/docs/", "https://www.a.example/docs/x",
		true},
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"https://www.a.example/docs/", "https://www.a.example/x",
		false},
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"http://a.example/en/docs/1", "http://a.example/en/docs/2",
		true},
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"http://a.example/en/docs/1", "http://a.example/en/", false},
	    /* Up, which would make all of the host the site. */
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"http://a.example/", "http://a.example/x", false},
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"http://www.a.example/", "http://www.a.example/x", false},
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"http://www.a.example/", "http://www.a.example/docs/x", true},
	    {SCOPE_PREFIX, "http://a.example/docs/", "http://a.example/docs/",
		"http://b.example/docs/", "http://b.example/docs/", false},
	    {SCOPE_ORIGIN, "http://a.example/", "http://a.example/",
		"https://a.example/", "https://a.example/", false},
	    {SCOPE_ORIGIN, "http://a.example/", "http://a.example/",
		"http://www.a.example/", "http://www.a.example/", false},
	    {SCOPE_DOMAIN, "http://github.io/", "http://github.io/",
		"http://www.github.io/", "http://www.github.io/", false},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct config c = config_of(rows[i].kind);
		struct scope *s = scope_new(&c);

		add(s, rows[i].input);
		redirect(s, rows[i].from, rows[i].to);
		if (rows[i].in != (verdict(s, rows[i].url) == SCOPE_IN))
			fail_msg("row %zu: %s", i, rows[i].url);
		scope_free(s);
	}
}

/* So that no redirect is one to them. */
static void
test_addresses_have_no_www(void **state)
{
	static const char *const rows[] = {"http://www.127.0.0.1/",
	    "http://www.0x7f.1/", "http://www.[::1]/", "http://[www.::1]/"};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct url u;

		assert_false(parse(&u, rows[i]));
		url_clear(&u);
	}
}

/* Each hop may be one more of them: http, then https, then www. */
static void
test_redirects_in_a_row(void **state)
{
	struct config c = config_of(SCOPE_HOST);
	struct scope *s = scope_new(&c);

	(void)state;
	add(s, "http://a.example/");
	redirect(s, "http://a.example/", "https://a.example/");
	redirect(s, "https://a.example/", "https://www.a.example/");
	redirect(s, "https://www.a.example/", "https://evil.org/");
	redirect(s, "https://evil.org/", "https://www.evil.org/");
	expect(s, "https://www.a.example/", SCOPE_IN);
	expect(s, "https://evil.org/", SCOPE_OUT);
	expect(s, "https://www.evil.org/", SCOPE_OUT);
	scope_free(s);
}

static void
test_has_host(void **state)
{
	static const struct {
		enum scope_kind kind;
		const char     *url;
		bool            has;
	} rows[] = {
	    {SCOPE_HOST, "https://www.example.com:8/x", true},
	    {SCOPE_HOST, "https://example.com/", false},
	    {SCOPE_HOST, "ftp://www.example.com/", false},
	    {SCOPE_ORIGIN, "http://www.example.com/x", true},
	    {SCOPE_ORIGIN, "https://www.example.com/", false},
	    {SCOPE_DOMAIN, "https://example.com/", true},
	    {SCOPE_DOMAIN, "https://example.org/", false},
	    {SCOPE_PREFIX, "https://www.example.com/elsewhere", true},
	    {SCOPE_PREFIX, "https://example.com/docs/", false},
	    {SCOPE_ANY, "https://example.org/", true},
	    {SCOPE_ANY, "mailto:x", false},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char   *none[] = {"^$", NULL};
		struct config c = config_of(rows[i].kind);
		struct scope *s;

		c.include = (struct strings){none, 1};
		c.max_url_length = 1;
		s = scope_new(&c);
		add(s, "http://www.example.com/docs/");
		if (has_host(s, rows[i].url) != rows[i].has)
			fail_msg("row %zu: %s", i, rows[i].url);
		scope_free(s);
	}
}

static void
test_many_inputs(void **state)
{
	static const enum scope_kind kinds[] = {
	    SCOPE_HOST, SCOPE_ORIGIN, SCOPE_DOMAIN, SCOPE_PREFIX};
	char text[100];

	(void)state;
	for (size_t k = 0; k < LENGTH(kinds); k++) {
		struct config c = config_of(kinds[k]);
		struct scope *s = scope_new(&c);

		for (int i = 0; i < MANY_INPUTS; i++) {
			snprintf(
			    text, sizeof(text), "http://h%d.example/%d/", i, i);
			add(s, text);
		}
		for (int i = 0; i < 2 * MANY_INPUTS; i++) {
			snprintf(text, sizeof(text), "http://h%d.example/%d/x",
			    i, i);
			expect(s, text, i < MANY_INPUTS ? SCOPE_IN : SCOPE_OUT);
		}
		scope_free(s);
	}
}

static void
test_length(void **state)
{
	struct config c = config_of(SCOPE_HOST);
	struct scope *s;

	(void)state;
	c.max_url_length = (int64_t)strlen("http://a.example/12");
	s = scope_new(&c);
	add(s, "http://a.example/");
	expect(s, "http://a.example/12", SCOPE_IN);
	expect(s, "http://a.example/12#fragment", SCOPE_IN);
	expect(s, "http://a.example/123", SCOPE_TOO_LONG);
	expect(s, "http://a.example/1?3", SCOPE_TOO_LONG);
	/* The serialisation counts; what is elsewhere is just elsewhere. */
	expect(s, "http://a.example/ 1", SCOPE_TOO_LONG);
	expect(s, "http://b.example/123", SCOPE_OUT);
	scope_free(s);
}

static void
test_patterns(void **state)
{
	static const struct {
		const char        *include[3], *exclude[3];
		const char        *url;
		enum scope_verdict verdict;
	} rows[] = {
	    {{NULL}, {NULL}, "http://a.example/", SCOPE_IN},
	    {{"/docs/"}, {NULL}, "http://a.example/x/docs/y", SCOPE_IN},
	    {{"/docs/"}, {NULL}, "http://a.example/docs", SCOPE_EXCLUDED},
	    {{"x$", "y$"}, {NULL}, "http://a.example/y", SCOPE_IN},
	    {{"x$", "y$"}, {NULL}, "http://a.example/z", SCOPE_EXCLUDED},
	    {{NULL}, {"\\.pdf$"}, "http://a.example/a.pdf", SCOPE_EXCLUDED},
	    {{NULL}, {"\\.pdf$"}, "http://a.example/a.pdf#p", SCOPE_EXCLUDED},
	    {{NULL}, {"\\.pdf$"}, "http://a.example/a.pdf?p", SCOPE_IN},
	    {{NULL}, {"x$", "[?]"}, "http://a.example/?", SCOPE_EXCLUDED},
	    /* The fragment is not seen, the rest is, from its begin. */
	    {{NULL}, {"#"}, "http://a.example/#a", SCOPE_IN},
	    {{"^http://a\\.example/$"}, {NULL}, "http://a.example#a", SCOPE_IN},
	    {{NULL}, {"^/a"}, "http://a.example/a", SCOPE_IN},
	    /* As serialised. */
	    {{NULL}, {"%20"}, "http://a.example/a b", SCOPE_EXCLUDED},
	    {{NULL}, {"EXAMPLE"}, "http://A.EXAMPLE/", SCOPE_IN},
	    {{NULL}, {"(?i)EXAMPLE"}, "http://a.example/", SCOPE_EXCLUDED},
	    {{NULL}, {"\xC3\xBC"}, "http://a.example/\xC3\xBC", SCOPE_IN},
	    /* Exclude wins. */
	    {{"/a"}, {"/b"}, "http://a.example/a/b", SCOPE_EXCLUDED},
	    {{""}, {""}, "http://a.example/", SCOPE_EXCLUDED},
	    {{""}, {NULL}, "http://a.example/", SCOPE_IN},
	    /* What Perl has and POSIX has not. */
	    {{NULL}, {"/(\\w+)/\\1/"}, "http://a.example/ab/ab/",
		SCOPE_EXCLUDED},
	    {{NULL}, {"/(\\w+)/\\1/"}, "http://a.example/ab/ac/", SCOPE_IN},
	    {{NULL}, {"/(?!docs/)[^/]+/"}, "http://a.example/docs/",
		SCOPE_EXCLUDED},
	    {{"^https?://[^/]+/(?!x)"}, {NULL}, "http://a.example/x",
		SCOPE_EXCLUDED},
	    {{"(*UTF)a"}, {NULL}, "http://a.example/", SCOPE_IN},
	    /* They let nothing in that is elsewhere. */
	    {{"."}, {NULL}, "http://b.example/", SCOPE_OUT},
	    {{NULL}, {"."}, "http://b.example/", SCOPE_OUT},
	    {{"^ftp:"}, {NULL}, "ftp://a.example/", SCOPE_OUT},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char   *include[3], *exclude[3];
		struct config c = config_of(SCOPE_HOST);
		struct scope *s;

		memcpy(include, rows[i].include, sizeof(include));
		memcpy(exclude, rows[i].exclude, sizeof(exclude));
		c.include.items = include;
		c.exclude.items = exclude;
		while (include[c.include.n] != NULL)
			c.include.n++;
		while (exclude[c.exclude.n] != NULL)
			c.exclude.n++;
		s = scope_new(&c);
		assert_non_null(s);
		add(s, "http://a.example/");
		if (verdict(s, rows[i].url) != rows[i].verdict)
			fail_msg("row %zu: %s", i, rows[i].url);
		scope_free(s);
	}
}

/* Standard error goes to a file in between. */
static int   saved;
static FILE *said;

static void
listen(void)
{
	fflush(stderr);
	saved = dup(STDERR_FILENO);
	said = tmpfile();
	assert_non_null(said);
	assert_true(dup2(fileno(said), STDERR_FILENO) >= 0);
}

static void
heard(char *text, size_t size)
{
	size_t n;

	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(said);
	n = fread(text, 1, size - 1, said);
	text[n] = '\0';
	fclose(said);
}

static size_t
lines_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
test_wrong_patterns(void **state)
{
	static const struct {
		bool        include;
		const char *pattern, *line;
	} rows[] = {
	    {false, "a(b",
		"acrawl: --exclude wants a regular expression (PCRE2), not "
		"'a(b': missing closing parenthesis at character 3\n"},
	    {true, "*a",
		"acrawl: --include wants a regular expression (PCRE2), not "
		"'*a': quantifier does not follow a repeatable item at "
		"character 1\n"},
	    {false, "x[z-a]y",
		"acrawl: --exclude wants a regular expression (PCRE2), not "
		"'x[z-a]y': range out of order in character class at "
		"character 5\n"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char    *texts[] = {"fine", rows[i].pattern, NULL};
		struct config  c = config_of(SCOPE_HOST);
		struct strings both = {texts, 2};
		char           text[1000];
		struct scope  *s;

		*(rows[i].include ? &c.include : &c.exclude) = both;
		listen();
		s = scope_new(&c);
		heard(text, sizeof(text));
		assert_null(s);
		assert_string_equal(text, rows[i].line);
	}
}

/* A URL of as many a as fit, with a '!' at its end. */
static void
long_url(char *url, size_t size)
{
	size_t n = (size_t)snprintf(url, size, "http://a.example/");

	memset(url + n, 'a', size - n - 2);
	url[size - 2] = '!';
	url[size - 1] = '\0';
}

static void
check_gives_up(const char *pattern, bool include)
{
	const char    *texts[] = {pattern, "/fine$", NULL};
	struct config  c = config_of(SCOPE_HOST);
	struct strings both = {texts, include ? 2 : 1};
	char           url[2048 + 1];
	char           text[8192], start[100];
	struct scope  *s;

	*(include ? &c.include : &c.exclude) = both;
	s = scope_new(&c);
	add(s, "http://a.example/");
	long_url(url, sizeof(url));
	listen();
	for (int i = 0; i < 3; i++)
		(void)verdict(s, url);
	heard(text, sizeof(text));
	expect(s, url, SCOPE_EXCLUDED);
	snprintf(start, sizeof(start), "ERROR:acrawl: %s '%s' takes too much",
	    include ? "--include" : "--exclude", pattern);
	assert_non_null(strstr(text, start));
	assert_int_equal(lines_of(text), 1);
	/* Other patterns and other URLs go on. */
	expect(s, "http://a.example/fine", SCOPE_IN);
	scope_free(s);
}

/*
 * A pattern that would take for ever ends, counts as what fetches less, and
 * is spoken of once.
 */
static void
test_patterns_that_give_up(void **state)
{
	(void)state;
	check_gives_up("(a+)+$", false);
	check_gives_up("(a+)+$", true);
	/* This one would end, but beyond LIMIT_PATTERN_STEPS. */
	check_gives_up("^[^z]*[^z]*[^z]*!!", false);
	check_gives_up("^[^z]*[^z]*[^z]*!!", true);
}

/* What a plain pattern needs on a long URL is within the limits. */
static void
test_long_urls_fit_the_limits(void **state)
{
	const char   *texts[] = {"^(?:[^%]|%(?!00))*$", "^(.|/)*$", "(/.*)*x$",
	      "^(\\w|[^\\w])+[?]q=(.*)$", NULL};
	char          url[2048 + 1] = "http://a.example/";
	char          text[8192];
	const size_t  n = strlen(url);
	struct config c = config_of(SCOPE_HOST);

	(void)state;
	memset(url + n, 'b', sizeof(url) - n - 1);
	memcpy(url + sizeof(url) - 6, "?q=xx", 5);
	for (size_t i = 0; texts[i] != NULL; i++) {
		struct scope *s;

		c.include = (struct strings){texts + i, 1};
		s = scope_new(&c);
		add(s, "http://a.example/");
		listen();
		(void)verdict(s, url);
		heard(text, sizeof(text));
		assert_string_equal(text, "");
		expect(s, url, SCOPE_IN);
		scope_free(s);
	}
}

/* ----------------------------------------------------------------------
 * The patterns alone, and those of a file.
 */

static bool
allows(struct scope *s, const char *text, const char **which)
{
	struct url url;
	bool       allowed;

	url_init(&url);
	assert_true(url_parse(&url, str_c(text), NULL));
	allowed = scope_allows(s, &url, which);
	url_clear(&url);
	return allowed;
}

static void
test_which_pattern_decides(void **state)
{
	static const struct {
		const char *include[2], *exclude[2], *lines[2];
		const char *url;
		bool        allowed;
		const char *which;
	} rows[] = {
	    {{NULL}, {NULL}, {NULL}, "http://b.test/", true, NULL},
	    {{NULL}, {NULL}, {NULL}, "mailto:x", true, NULL},
	    {{"x", "y"}, {NULL}, {NULL}, "ftp://b.test/y", true, "y"},
	    {{"x", "y"}, {NULL}, {NULL}, "http://b.test/z", false, NULL},
	    {{NULL}, {"x", "y"}, {NULL}, "http://b.test/xy", false, "x"},
	    {{NULL}, {"x", "y"}, {NULL}, "http://b.test/y", false, "y"},
	    {{NULL}, {"b", "y"}, {NULL}, "http://a.test/", true, NULL},
	    {{"a"}, {"y"}, {NULL}, "http://a.test/y", false, "y"},
	    {{"a"}, {"y"}, {NULL}, "http://a.test/", true, "a"},
	    {{NULL}, {NULL}, {"x", "y"}, "http://h.test/y", false, "f:2: y"},
	    {{NULL}, {NULL}, {"x", "y"}, "http://h.test/z", true, NULL},
	    {{"h"}, {"y"}, {"x", "y"}, "http://h.test/y", false, "y"},
	    {{"h"}, {"y"}, {"x", "y"}, "http://h.test/x", false, "f:1: x"},
	    {{"h"}, {"y"}, {"x", "y"}, "http://h.test/", true, "h"},
	    /* As ever, without the fragment. */
	    {{NULL}, {NULL}, {"x"}, "http://h.test/#x", true, NULL},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct config         c = config_of(SCOPE_HOST);
		const char           *include[2], *exclude[2], *which = "?";
		struct ignore_pattern lines[2];
		struct ignore         ignore = {.items = lines};
		char                  named[2][32];
		struct scope         *s;

		memcpy(include, rows[i].include, sizeof(include));
		memcpy(exclude, rows[i].exclude, sizeof(exclude));
		c.max_url_length = 1; /* doesn't matter */
		c.include.items = include;
		c.exclude.items = exclude;
		for (size_t k = 0; k < 2; k++) {
			c.include.n += include[k] != NULL;
			c.exclude.n += exclude[k] != NULL;
			if (rows[i].lines[k] == NULL)
				continue;
			snprintf(named[k], sizeof(named[k]), "f:%zu: %s", k + 1,
			    rows[i].lines[k]);
			lines[ignore.n++] = (struct ignore_pattern){
			    .named = named[k], .text = named[k] + 5};
		}
		s = scope_new(&c);
		assert_true(scope_exclude(s, &ignore));
		if (allows(s, rows[i].url, &which) != rows[i].allowed)
			fail_msg("row %zu: %s", i, rows[i].url);
		if (rows[i].which == NULL)
			assert_null(which);
		else
			assert_string_equal(which, rows[i].which);
		scope_free(s);
	}
}

/* They are excludes for a crawl, too. */
static void
test_a_file_excludes(void **state)
{
	struct ignore_pattern line = {.named = (char[]){"f:7: x$"}};
	struct ignore         ignore = {.items = &line, .n = 1};
	struct config         c = config_of(SCOPE_HOST);
	struct scope         *s = scope_new(&c);

	(void)state;
	line.text = line.named + strlen("f:7: ");
	add(s, "http://a.example/");
	assert_true(scope_exclude(s, &ignore));
	expect(s, "http://a.example/x", SCOPE_EXCLUDED);
	expect(s, "http://a.example/y", SCOPE_IN);
	expect(s, "http://b.example/x", SCOPE_OUT);
	scope_free(s);
}

static void
test_a_wrong_line(void **state)
{
	struct ignore_pattern lines[] = {
	    {.named = (char[]){"f:1: fine"}},
	    {.named = (char[]){"f:3: a(b"}},
	};
	struct ignore ignore = {.items = lines, .n = 2};
	struct config c = config_of(SCOPE_HOST);
	struct scope *s = scope_new(&c);
	char          text[1000];

	(void)state;
	lines[0].text = lines[0].named + strlen("f:1: ");
	lines[1].text = lines[1].named + strlen("f:3: ");
	listen();
	assert_false(scope_exclude(s, &ignore));
	heard(text, sizeof(text));
	assert_string_equal(text,
	    "acrawl: f:3: not a regular expression (PCRE2): 'a(b': missing "
	    "closing parenthesis at character 3\n");
	scope_free(s);
}

/* It counts as an exclude that matches, and is spoken of with its line. */
static void
test_a_line_that_gives_up(void **state)
{
	struct ignore_pattern line = {.named = (char[]){"f:2: (a+)+$"}};
	struct ignore         ignore = {.items = &line, .n = 1};
	struct config         c = config_of(SCOPE_HOST);
	struct scope         *s = scope_new(&c);
	const char           *which;
	char                  url[2048 + 1];
	char                  text[8192];

	(void)state;
	line.text = line.named + strlen("f:2: ");
	assert_true(scope_exclude(s, &ignore));
	long_url(url, sizeof(url));
	listen();
	assert_false(allows(s, url, &which));
	assert_false(allows(s, url, &which));
	heard(text, sizeof(text));
	assert_ptr_equal(which, line.named);
	assert_non_null(
	    strstr(text, "ERROR:acrawl: f:2: '(a+)+$' takes too much"));
	assert_int_equal(lines_of(text), 1);
	assert_true(allows(s, "http://a.example/fine", &which));
	scope_free(s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_host),
	    cmocka_unit_test(test_origin),
	    cmocka_unit_test(test_domain),
	    cmocka_unit_test(test_domain_of_endless_name),
	    cmocka_unit_test(test_prefix),
	    cmocka_unit_test(test_any),
	    cmocka_unit_test(test_redirects),
	    cmocka_unit_test(test_addresses_have_no_www),
	    cmocka_unit_test(test_redirects_in_a_row),
	    cmocka_unit_test(test_has_host),
	    cmocka_unit_test(test_many_inputs),
	    cmocka_unit_test(test_length),
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_wrong_patterns),
	    cmocka_unit_test(test_patterns_that_give_up),
	    cmocka_unit_test(test_long_urls_fit_the_limits),
	    cmocka_unit_test(test_which_pattern_decides),
	    cmocka_unit_test(test_a_file_excludes),
	    cmocka_unit_test(test_a_wrong_line),
	    cmocka_unit_test(test_a_line_that_gives_up),
	};

	return cmocka_run_group_tests_name("crawl/scope", tests, NULL, NULL);
}
