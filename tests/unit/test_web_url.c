/*
 * test_web_url.c - the URL parser: a table of cases, the places of the parts,
 * and what holds for every URL, tried on 200,000 nasty ones and on 400,000
 * that are a byte or two from plain.
 *
 * usage: test_web_url [TABLE]; TABLE is data/url-cases.tsv if it is not given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../src/web/url_int.h"

#define PROPERTY_ROUNDS 200000
#define MUTANT_ROUNDS   400000
#define MUTANT_BYTES    256
#define GIANTS_SECONDS  10

static const char *table = "data/url-cases.tsv";

/* Replaces \t \n \\ \xHH in place; other backslashes are a broken table. */
static struct str
unescape(char *s)
{
	char *to = s;

	for (const char *p = s; *p != '\0'; p++) {
		if (*p != '\\') {
			*to++ = *p;
			continue;
		}
		p++;
		if (*p == 't') {
			*to++ = '\t';
		} else if (*p == 'n') {
			*to++ = '\n';
		} else if (*p == '\\') {
			*to++ = '\\';
		} else {
			assert_int_equal(*p, 'x');
			assert_true(hex_value(p[1]) >= 0);
			assert_true(hex_value(p[2]) >= 0);
			*to++ = (char)(hex_value(p[1]) * 16 + hex_value(p[2]));
			p += 2;
		}
	}
	return str_n(s, (size_t)(to - s));
}

static bool
same_parts(const struct url *a, const struct url *b)
{
	return str_eq(url_href(a), url_href(b)) &&
	       a->scheme_end == b->scheme_end &&
	       a->username_end == b->username_end && a->host_at == b->host_at &&
	       a->host_end == b->host_end && a->path_at == b->path_at &&
	       a->query_at == b->query_at && a->fragment_at == b->fragment_at &&
	       a->port == b->port && a->special == b->special &&
	       a->has_host == b->has_host && a->opaque_path == b->opaque_path;
}

/* Whether the offsets are in order and point at what they should. */
static bool
parts_fit(const struct url *u)
{
	const char *p = u->href.p;
	size_t      n = u->href.n;
	char        port[16] = "";
	struct str  between;

	if (u->port >= 0)
		snprintf(port, sizeof(port), ":%d", (int)u->port);
	else if (!u->has_host && u->path_at > u->host_end)
		snprintf(port, sizeof(port), "/.");
	between = str_n(p + u->host_end, u->path_at - u->host_end);
	return u->scheme_end < u->username_end &&
	       u->username_end <= u->host_at && u->host_at <= u->host_end &&
	       u->host_end <= u->path_at && u->path_at <= u->query_at &&
	       u->query_at <= u->fragment_at && u->fragment_at <= n &&
	       p[u->scheme_end] == ':' &&
	       u->has_host == (n > u->scheme_end + 2 &&
				  u->username_end >= u->scheme_end + 3 &&
				  memcmp(p + u->scheme_end, "://", 3) == 0) &&
	       (u->username_end == u->host_at || p[u->host_at - 1] == '@') &&
	       str_eq(between, str_c(port)) &&
	       (u->opaque_path || u->path_at == u->query_at ||
		   p[u->path_at] == '/') &&
	       (!u->special || u->path_at < u->query_at) &&
	       (u->query_at == u->fragment_at || p[u->query_at] == '?') &&
	       (u->fragment_at == n || p[u->fragment_at] == '#');
}

/* What holds for every URL: NULL, or what does not. */
static const char *
broken_law(const struct url *u)
{
	struct url again;
	bool       same;

	for (size_t i = 0; i < u->href.n; i++)
		if (u->href.p[i] < ' ' || u->href.p[i] > '~')
			return "not printable ASCII";
	if (!parts_fit(u))
		return "parts do not fit";
	url_init(&again);
	same = url_parse(&again, url_href(u), NULL) && same_parts(u, &again) &&
	       url_parse_full(&again, url_href(u), NULL) &&
	       same_parts(u, &again);
	url_clear(&again);
	return same ? NULL : "parses to another URL";
}

/*
 * Checks one input: that both ways agree, that the laws hold, and that the
 * result is what is expected, if that is known ("FAIL" included).
 */
static bool
check(struct str input, const struct url *base, struct str expected, int line)
{
	static struct url fast, full;
	bool              ok = url_parse(&fast, input, base);
	bool              ok_full = url_parse_full(&full, input, base);
	const char       *wrong = NULL;
	struct str        got = ok ? url_href(&fast) : STR_LIT("FAIL");

	if (ok != ok_full || (ok && !same_parts(&fast, &full)))
		wrong = "short and full way differ";
	else if (!ok && fast.href.n != 0)
		wrong = "failed, but holds something";
	else if (ok && broken_law(&fast) != NULL)
		wrong = broken_law(&fast);
	else if (expected.n > 0 && !str_eq(got, expected))
		wrong = "not as expected";
	if (wrong == NULL)
		return true;
	print_error("%d: %s: <%.*s> against <%.*s> gives <%.*s>\n", line, wrong,
	    (int)input.n, input.p, base != NULL ? (int)base->href.n : 0,
	    base != NULL ? base->href.p : "", (int)got.n, got.p);
	return false;
}

/* Checks a row of the table. */
static bool
check_row(char *row, int line)
{
	char      *column[3] = {row, NULL, NULL};
	struct str input, base, expected;
	struct url b;
	bool       ok;

	for (int i = 1; i < 3; i++) {
		column[i] = strchr(column[i - 1], '\t');
		if (column[i] == NULL) {
			print_error("%d: not three columns\n", line);
			return false;
		}
		*column[i]++ = '\0';
	}
	input = unescape(column[0]);
	base = unescape(column[1]);
	expected = unescape(column[2]);
	if (str_eq(base, STR_LIT("-")))
		return check(input, NULL, expected, line);
	url_init(&b);
	ok = check(base, NULL, STR_LIT(""), line) &&
	     url_parse(&b, base, NULL) && check(input, &b, expected, line);
	url_clear(&b);
	return ok;
}

static void
test_table(void **state)
{
	char  row[4096];
	FILE *f = fopen(table, "r");
	int   line = 0;
	int   rows = 0;
	int   bad = 0;

	(void)state;
	if (f == NULL)
		fail_msg("%s: cannot be opened", table);
	while (fgets(row, sizeof(row), f) != NULL) {
		row[strcspn(row, "\n")] = '\0';
		line++;
		if (row[0] == '\0' || strncmp(row, "# ", 2) == 0)
			continue;
		rows++;
		bad += !check_row(row, line);
	}
	fclose(f);
	print_message("%d rows\n", rows);
	assert_int_equal(bad, 0);
	assert_true(rows > 100);
}

static bool
parse(struct url *u, const char *input, const struct url *base)
{
	return url_parse(u, str_c(input), base);
}

/* Asserts that the bytes of u from `from` to `to` are s. */
static void
assert_part(const struct url *u, size_t from, size_t to, const char *s)
{
	assert_int_equal(to - from, strlen(s));
	assert_memory_equal(u->href.p + from, s, to - from);
}

static void
assert_str(struct str got, const char *s)
{
	assert_int_equal(got.n, strlen(s));
	assert_memory_equal(got.p, s, got.n);
}

static void
test_parts(void **state)
{
	struct url u, v;

	(void)state;
	url_init(&u);
	url_init(&v);
	assert_true(parse(&u, "HTTPS://u:p@H.test:81/a/b?c#d", NULL));
	assert_str(url_href(&u), "https://u:p@h.test:81/a/b?c#d");
	assert_str(url_scheme(&u), "https");
	assert_part(&u, u.scheme_end + 3, u.username_end, "u");
	assert_part(&u, u.username_end, u.host_at, ":p@");
	assert_str(url_host(&u), "h.test");
	assert_int_equal(u.port, 81);
	assert_part(&u, u.path_at, u.query_at, "/a/b");
	assert_part(&u, u.query_at, u.fragment_at, "?c");
	assert_str(url_fragment(&u), "#d");
	assert_str(url_request(&u), "https://u:p@h.test:81/a/b?c");
	assert_true(u.special && u.has_host && !u.opaque_path);

	assert_true(parse(&v, "c?d", &u));
	assert_str(url_href(&v), "https://u:p@h.test:81/a/c?d");
	assert_str(url_host(&v), "h.test");
	assert_int_equal(v.port, 81);
	assert_part(&v, v.query_at, v.fragment_at, "?d");

	assert_true(parse(&u, "http://[::1]:80", NULL));
	assert_str(url_host(&u), "[::1]");
	assert_int_equal(u.port, -1);
	assert_int_equal(u.username_end, u.host_at);
	assert_part(&u, u.path_at, u.query_at, "/");
	assert_str(url_fragment(&u), "");
	assert_str(url_request(&u), "http://[::1]/");

	assert_true(parse(&u, "mailto:a@b?c", NULL));
	assert_str(url_host(&u), "");
	assert_part(&u, u.path_at, u.query_at, "a@b");
	assert_true(!u.special && !u.has_host && u.opaque_path);

	assert_true(parse(&u, "x:/..//p", NULL));
	assert_part(&u, u.path_at, u.query_at, "//p");
	assert_true(!u.special && !u.has_host && !u.opaque_path);

	assert_true(parse(&u, "file:///p", NULL));
	assert_str(url_host(&u), "");
	assert_true(u.special && u.has_host);

	assert_false(parse(&u, "http://", NULL));
	assert_str(url_href(&u), "");
	assert_str(url_host(&u), "");
	assert_str(url_request(&u), "");
	assert_false(url_is_http(&u));
	url_clear(&u);
	url_clear(&v);
}

static void
test_copy(void **state)
{
	struct url u, v;

	(void)state;
	url_init(&u);
	url_init(&v);
	assert_true(parse(&u, "https://u@h.test:81/a?b#c", NULL));
	url_copy(&v, &u);
	assert_true(same_parts(&u, &v));
	assert_ptr_not_equal(u.href.p, v.href.p);
	assert_true(parse(&u, "x:y", NULL));
	assert_str(url_href(&v), "https://u@h.test:81/a?b#c");
	url_copy(&v, &u);
	assert_true(same_parts(&u, &v));
	url_clear(&u);
	assert_str(url_href(&v), "x:y");
	url_copy(&v, &u);
	assert_str(url_href(&v), "");
	url_clear(&v);
}

static void
test_origin(void **state)
{
	static const struct {
		const char *a, *b;
		bool        same;
	} rows[] = {
	    {"http://h.test/a", "http://u@H.test:80/b?c", true},
	    {"http://h.test/", "https://h.test/", false},
	    {"http://h.test/", "http://h.test:81/", false},
	    {"http://h.test/", "http://www.h.test/", false},
	    {"https://h.test:0/", "https://h.test:0/x", true},
	    {"ws://h.test/", "ws://h.test/x", true},
	    {"file:///a", "file:///a", false},
	    {"x://h/", "x://h/", false},
	    {"data:a", "data:a", false},
	};
	struct url a, b;

	(void)state;
	url_init(&a);
	url_init(&b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_true(parse(&a, rows[i].a, NULL));
		assert_true(parse(&b, rows[i].b, NULL));
		assert_int_equal(url_same_origin(&a, &b), rows[i].same);
		assert_int_equal(url_same_origin(&b, &a), rows[i].same);
	}
	assert_true(parse(&a, "https://h.test/", NULL));
	assert_true(url_is_http(&a));
	assert_true(parse(&a, "http://h.test/", NULL));
	assert_true(url_is_http(&a));
	assert_true(parse(&a, "ftp://h.test/", NULL));
	assert_false(url_is_http(&a));
	url_clear(&a);
	url_clear(&b);
}

/* The short way needs no memory but what the url has. */
static void
test_memory_stays(void **state)
{
	struct url  base, u;
	const char *p;

	(void)state;
	url_init(&base);
	url_init(&u);
	assert_true(parse(&base, "https://h.test/a/b/c", NULL));
	assert_true(parse(&u, "https://h.test/a/b/longer-than-the-rest", NULL));
	p = u.href.p;
	assert_true(parse(&u, "../x?y#z", &base));
	assert_ptr_equal(u.href.p, p);
	assert_false(parse(&u, "http://:", &base));
	assert_true(parse(&u, "a b", &base));
	assert_ptr_equal(u.href.p, p);
	url_clear(&base);
	url_clear(&u);
}

/* Parses head, a megabyte of pieces, and tail. */
static bool
parse_many(struct url *u, const char *head, const char *piece, const char *tail,
    const struct url *base)
{
	size_t     n = strlen(head) + 1024 * 1024;
	struct buf in;
	bool       ok;

	buf_init(&in, 0);
	buf_add(&in, str_c(head));
	while (in.n < n)
		buf_add(&in, str_c(piece));
	buf_add(&in, str_c(tail));
	ok = url_parse(u, buf_str(&in), base);
	buf_clear(&in);
	return ok;
}

/*
 * Inputs of a megabyte.  All together take a tenth of a second, and one that
 * cost its square would take a quarter of a minute, or hours.
 */
static void
test_giants(void **state)
{
	struct url base, u;
	char      *head = xmalloc(1024 * 1024);
	clock_t    begin = clock();

	(void)state;
	url_init(&base);
	url_init(&u);
	memset(head, 'a', 1024 * 1024);
	memcpy(head + 1024 * 1024 - 2, "/", 2);
	assert_true(parse_many(&base, "http://h.test/", "long/", "", NULL));
	assert_true(parse_many(&u, "", "../", "x", &base));
	assert_str(url_href(&u), "http://h.test/x");
	assert_true(parse_many(&u, "y/", "%2E./", "x", &base));
	assert_true(parse_many(&u, "http:", "a/../", "x", &base));
	assert_true(parse_many(&u, "http://", "@", "h.test", NULL));
	assert_true(parse_many(&u, "http://", ":@", "h.test", NULL));
	assert_true(parse_many(&u, "http://", "%61", "/", NULL));
	assert_true(parse_many(&u, "http://", "a.", "/", NULL));
	assert_false(parse_many(&u, "http://", "1.", "/", NULL));
	assert_false(parse_many(&u, "http://", "9", "/", NULL));
	assert_false(parse_many(&u, "http://[", "0:", "]/", NULL));
	assert_false(parse_many(&u, "http://", "[", "/", NULL));
	assert_false(parse_many(&u, "http://", "\xc3\xbc", "/", NULL));
	assert_true(parse_many(&u, "http://h.test:", "0", "/", NULL));
	assert_true(parse_many(&u, "http://h.test/", "\xff", "", NULL));
	assert_true(parse_many(&u, "http://h.test/?", "\t", "", NULL));
	assert_true(parse_many(&u, "", "\\", "h.test", &base));
	assert_true(parse_many(&u, head, ":", "", &base));
	assert_true(parse_many(&u, head, ":", " ", &base));
	free(head);
	assert_false(parse_many(&u, "", "a", "", NULL));
	assert_true(parse_many(&u, "x:/", "..//", "", NULL));
	assert_true(parse_many(&u, "x:", " ", "#", NULL));
	assert_true((clock() - begin) / CLOCKS_PER_SEC < GIANTS_SECONDS);
	url_clear(&base);
	url_clear(&u);
}

static uint64_t random_state = 0x9e3779b97f4a7c15;

/* A generator that is the same everywhere (xorshift64*). */
static uint32_t
next_random(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)(random_state * 0x2545f4914f6cdd1d >> 32);
}

/* Appends a random URL, or something that looks like one. */
static void
add_nasty(struct buf *out)
{
	static const char *const heads[] = {"", "", "", "/", "//", "///", "\\",
	    "?", "#", ".", "..", "../", "./", "http:", "https:", "http://",
	    "https://", "HTTP://", "ws://", "ftp:", "file:", "file://",
	    "file:///", "file:///C:/", "x:", "x:/", "x://", "x:///",
	    "blob:", "mailto:", "C|", "C:", ":", " ", "http://h/",
	    "https://h.test/a/"};
	static const char *const pieces[] = {"a", "b", "foo", "h.test", "/",
	    "/", "/", "//", "\\", ".", "..", "/.", "/..", "/./", "/../", "%2e",
	    "%2E", "/%2e.", "%2", "%", "%zz", "%41", "%00", "?", "#", ":", "@",
	    ":80", ":443", ":99999", "[", "]", "[::1]", "[1::2:3]", "1", "0x7f",
	    "127.1", "1.2.3.4", "08", "256", ".1", "C:", "C|", "/C|", "/D:/",
	    "localhost", " ", "  ", "\t", "\n", "\r", "\"", "<", ">", "`", "^",
	    "|", "{", "}", "'", "~", "!", "&", "=", ";", "_", "-", "+", "$",
	    "\x7f", "\x01", "\xc3\xa9", "\xc3\x9f", "\xc2\xad", "\xe3\x80\x82",
	    "\xef\xbc\x8f", "\xef\xbc\x91", "\xd7\x90", "\xf0\x9f\x99\x82",
	    "\xc3", "\xff", "\xed\xa0\x80", "xn--", "xn--bcher-kva", "u:p@",
	    "A", "Z", "path/to/page.html", "?q=1&r=2", "#top"};
	int                      n = (int)(next_random() % 8);

	buf_reset(out);
	buf_add(out,
	    str_c(heads[next_random() % (sizeof(heads) / sizeof(*heads))]));
	while (n-- > 0)
		buf_add(out, str_c(pieces[next_random() %
					  (sizeof(pieces) / sizeof(*pieces))]));
	if (next_random() % 64 == 0)
		buf_addc(out, '\0');
}

static void
test_properties(void **state)
{
	struct url bases[8];
	struct buf in;
	int        parsed = 0;

	(void)state;
	buf_init(&in, 0);
	for (size_t i = 0; i < 8; i++) {
		url_init(&bases[i]);
		assert_true(parse(&bases[i], "https://h.test/a/b?c#d", NULL));
	}
	for (int round = 0; round < PROPERTY_ROUNDS; round++) {
		size_t      which = next_random() % 9;
		struct url *base = which < 8 ? &bases[which] : NULL;
		struct url  u;

		add_nasty(&in);
		if (!check(buf_str(&in), base, STR_LIT(""), round))
			fail();
		url_init(&u);
		if (url_parse(&u, buf_str(&in), base)) {
			parsed++;
			if (u.href.n < 200) /* a base for those to come */
				url_copy(&bases[next_random() % 8], &u);
		} else if (which == 0) {
			parse(&bases[0], "http://u@h.test:81/a/b/c", NULL);
		}
		url_clear(&u);
	}
	print_message("%d of %d parsed\n", parsed, PROPERTY_ROUNDS);
	assert_true(parsed > PROPERTY_ROUNDS / 4);
	for (size_t i = 0; i < 8; i++)
		url_clear(&bases[i]);
	buf_clear(&in);
}

/* The next of a row of words, for the grammar below. */
#define ONE_OF(words)                                                          \
	str_c((words)[next_random() % (sizeof(words) / sizeof(*(words)))])

/* Appends a link as pages have them: most need no work. */
static void
add_link(struct buf *out)
{
	static const char *const begins[] = {"https://", "http://", "//", "/",
	    "", "", "./", "../", "../../", "?", "#"};
	static const char *const hosts[] = {"h.test", "www.long-name.example",
	    "sixteen.bytes.xy", "a_b.c3d.test", "x", "1.2.test", "a.b.c.d.e"};
	static const char *const segments[] = {"a", "library", "x.html",
	    "index", "~user", "a:b", "it's", "%41b", "c%2e", "d-e_f", "(g)",
	    "h,i;j=k", "", "m!n*o", "long-enough-to-be-two-blocks"};
	static const char *const tails[] = {"", "", "", "?", "?q=1", "#",
	    "#top", "?a=b&c=d#e", "?x/../y", "#/./z", "?it%27s", "#a'b"};
	struct str               begin = ONE_OF(begins);
	uint32_t                 n = next_random() % 5;
	bool host = begin.n >= 2 && begin.p[begin.n - 2] == '/';

	buf_reset(out);
	buf_add(out, begin);
	if (host)
		buf_add(out, ONE_OF(hosts));
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0 || host)
			buf_addc(out, '/');
		buf_add(out, ONE_OF(segments));
	}
	buf_add(out, ONE_OF(tails));
}

/* Inserts, changes or removes a byte of n; returns how many there are then. */
static size_t
mutate(char *p, size_t n)
{
	static const char bytes[] =
	    "//..%%2eE:?#@\\'\"<>`^{|}~ \t\n\x7f\xc3\xa9[]09azAZ_-&=\0";
	size_t i = n > 0 ? next_random() % n : 0;
	char   c = bytes[next_random() % sizeof(bytes)];

	switch (next_random() % 3) {
	case 0:
		memmove(p + i + 1, p + i, n - i);
		p[i] = c;
		return n + 1;
	case 1:
		if (n > 0)
			p[i] = c;
		return n;
	default:
		memmove(p + i, p + i + 1, n > 0 ? n - i - 1 : 0);
		return n > 0 ? n - 1 : 0;
	}
}

/*
 * Both ways agree on what is nearly plain, wherever in it the odd byte stands.
 * The input ends where its memory ends: a sanitizer sees what reads on.
 */
static void
test_mutants(void **state)
{
	static const char *const bases[] = {"https://h.test/a/b/c.html?d#e",
	    "http://u:p@h.test:81/", "https://h.test/?q", "http://[::1]/x//",
	    "https://long.enough.example/to/have/blocks/of/sixteen"};
	struct url               base[5], u;
	struct buf               in;
	char                    *memory = xmalloc(MUTANT_BYTES);
	int                      fast = 0;

	(void)state;
	random_state = 0xda942042e4dd58b5;
	url_init(&u);
	buf_init(&in, 0);
	for (int i = 0; i < 5; i++) {
		url_init(&base[i]);
		assert_true(parse(&base[i], bases[i], NULL));
	}
	for (int round = 0; round < MUTANT_ROUNDS; round++) {
		const struct url *b = &base[next_random() % 5];
		size_t            n;
		char             *p;

		add_link(&in);
		assert_true(buf_reserve(&in, 2));
		n = in.n;
		for (uint32_t i = next_random() % 3; i > 0; i--)
			n = mutate(in.p, n);
		assert_true(n <= MUTANT_BYTES);
		p = memory + MUTANT_BYTES - n;
		memcpy(p, in.p, n);
		if (!check(str_n(p, n), b, STR_LIT(""), round))
			fail();
		fast += url_parse_fast(&u, url_trim(str_n(p, n)), b);
	}
	print_message("%d of %d by the short way\n", fast, MUTANT_ROUNDS);
	assert_true(fast > MUTANT_ROUNDS / 3);
	assert_true(fast < MUTANT_ROUNDS / 6 * 5);
	for (int i = 0; i < 5; i++)
		url_clear(&base[i]);
	url_clear(&u);
	buf_clear(&in);
	free(memory);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_origin),
	    cmocka_unit_test(test_memory_stays),
	    cmocka_unit_test(test_giants),
	    cmocka_unit_test(test_properties),
	    cmocka_unit_test(test_mutants),
	};

	if (argc > 1)
		table = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
