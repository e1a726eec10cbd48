/*
 * robots.c - robots.txt: the rows of Google's parser, and the standard ones of
 * the compliance test corpus.  Takes the directory of the data.
 *
 * Each URL goes through the parser of url.h, each row through robots.h.  Where
 * the standard, or what it leaves to us, is decided otherwise, a row may differ
 * for a reason that is named here: such rows are shown and counted as skipped.
 * A reason that no row needs is a failure, too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "acrawl/robots.h"
#include "acrawl/url.h"

#include "conf.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

/* Why rows of a test may differ. */
struct reason {
	const char *test;  /* "test" or "file" of the row */
	const char *key;   /* a member, */
	const char *value; /* which is this */
	const char *why;
};

#define NON_ASCII                                                              \
	"RFC 9309, 2.2.2: what is beyond ASCII equals its percent-encoding"
#define UNRESERVED "RFC 9309, 2.2.2: an unreserved octet equals its escape"
#define ROBOTS_TXT "RFC 9309, 2.2.2: /robots.txt is implicitly allowed"
#define NOT_REFUSED                                                            \
	"not applicable: an agent that is no token is not refused, its begin " \
	"counts"

static const struct reason google_reasons[] = {
    {"ID_Encoding", "url", "http://foo.bar/foo/bar/\xE3\x83\x84", NON_ASCII},
    {"ID_Encoding", "url", "http://foo.bar/foo/bar/baz", UNRESERVED},
    {"GoogleOnly_IndexHTMLisDirectory", "url", "http://foo.com/allowed-slash/",
	"that a folder is its index.html is Google's own rule"},
    {"ID_VerifyValidUserAgentsToObey", "arg", "Foobot*", NOT_REFUSED},
    {"ID_VerifyValidUserAgentsToObey", "arg", "Foobot/2.1", NOT_REFUSED},
};

#define PATHS "correctness/non-ascii-paths.textproto"

static const struct reason ctc_reasons[] = {
    {PATHS, "url", "http://foo.bar/foo/bar/\xE3\x83\x84", NON_ASCII},
    {PATHS, "url", "http://foo.bar/foo/bar/baz", UNRESERVED},
    {"stress/327748.textproto", "url", "http://m.example.com/robots.txt",
	ROBOTS_TXT},
    {"stress/369883.textproto", "url", "http://example.com/robots.txt",
	ROBOTS_TXT},
    {"stress/860237.textproto", "url", "http://example.com/robots.txt",
	ROBOTS_TXT},
};

struct table {
	struct conf          count;
	size_t               skipped;
	const char          *test; /* the member that names a test */
	const struct reason *reasons;
	size_t               n;
	bool                *used; /* of each reason */
};

static const char *
reason_for(struct table *t, const json_t *row)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct reason *r = &t->reasons[i];

		if (!str_eq(conf_member(row, t->test), str_c(r->test)) ||
		    !str_eq(conf_member(row, r->key), str_c(r->value)))
			continue;
		t->used[i] = true;
		return r->why;
	}
	return NULL;
}

static void
table_row(struct table *t, const json_t *row, bool ok, const char *got)
{
	const char *why = ok ? NULL : reason_for(t, row);
	char       *text;

	if (why == NULL) {
		conf_row(&t->count, ok, row, "%s", got);
		return;
	}
	t->skipped++;
	text = json_dumps(row, JSON_ENSURE_ASCII | JSON_PRESERVE_ORDER);
	printf("%s: skip (%s): %s: %.300s\n", t->count.name, why, got,
	    text != NULL ? text : "");
	free(text);
}

/* Path and query; empty where there is no URL. */
static struct str
request_path(struct url *u, struct str url)
{
	if (url.n == 0 || !url_parse(u, url, NULL))
		return str_n("", 0);
	return str_n(u->href.p + u->path_at, u->fragment_at - u->path_at);
}

static void
try_match(struct table *t, const json_t *row, struct str text, bool parses)
{
	struct str     url = conf_member(row, "url");
	bool           want = json_is_true(json_object_get(row, "allowed"));
	struct url     u;
	struct str     path;
	struct robots *r;
	bool           got;

	url_init(&u);
	path = request_path(&u, url);
	r = robots_parse(text, conf_member(row, "agent"), NULL, NULL);
	got = robots_allows(r, path);
	table_row(t, row, parses && got == want && (url.n == 0 || path.n > 0),
	    got ? "allowed" : "forbidden");
	robots_free(r);
	url_clear(&u);
}

/* Whether an agent is a name that lines can have: then its group is found. */
static void
try_token(struct table *t, const json_t *row)
{
	struct str     agent = conf_member(row, "arg");
	bool           want = json_is_true(json_object_get(row, "expect"));
	struct buf     text;
	struct robots *r;
	bool           got;

	buf_init(&text, 0);
	buf_add(&text, STR_LIT("user-agent: *\ndisallow: /\nuser-agent: "));
	buf_add(&text, agent);
	buf_add(&text, STR_LIT("\nallow: /\n"));
	r = robots_parse(buf_str(&text), agent, NULL, NULL);
	got = robots_allows(r, STR_LIT("/x"));
	table_row(t, row, got == want, got ? "valid" : "invalid");
	robots_free(r);
	buf_clear(&text);
}

static bool
table_end(struct table *t)
{
	bool ok = conf_end(&t->count);

	printf("%s %zu passed, %zu failed, %zu skipped\n", t->count.name,
	    t->count.hits, t->count.rows - t->count.hits, t->skipped);
	for (size_t i = 0; i < t->n; i++) {
		if (!t->used[i])
			printf("%s: no row needs: %s\n", t->count.name,
			    t->reasons[i].why);
		ok &= t->used[i];
	}
	return ok;
}

static bool
run_google(const char *dir)
{
	bool         used[COUNT(google_reasons)] = {false};
	struct table t = {
	    .count = conf_begin("robots-google"),
	    .test = "test",
	    .reasons = google_reasons,
	    .n = COUNT(google_reasons),
	    .used = used,
	};
	json_t       *rows = conf_load(dir, "robots/google-cases.json");
	size_t        i;
	const json_t *row;

	json_array_foreach(rows, i, row)
	{
		if (json_object_get(row, "fn") != NULL)
			try_token(&t, row);
		else
			try_match(&t, row, conf_member(row, "robotstxt"), true);
	}
	json_decref(rows);
	return table_end(&t);
}

/* The text's bytes are given as the characters of the same numbers. */
static bool
add_latin1(struct buf *out, struct str s)
{
	uint32_t c;

	while (s.n > 0) {
		size_t n = utf8_get(s, &c);

		if (n == 0 || c > 0xFF)
			return false;
		buf_addc(out, (char)c);
		s = str_n(s.p + n, s.n - n);
	}
	return true;
}

/* The rest is for Google's crawler alone; its rows are in the other table. */
static bool
run_ctc(const char *dir)
{
	bool         used[COUNT(ctc_reasons)] = {false};
	struct table t = {
	    .count = conf_begin("robots-ctc"),
	    .test = "file",
	    .reasons = ctc_reasons,
	    .n = COUNT(ctc_reasons),
	    .used = used,
	};
	json_t       *rows = conf_load(dir, "robots/ctc-cases.json");
	size_t        others = 0;
	struct buf    text;
	size_t        i;
	const json_t *row;

	buf_init(&text, 0);
	json_array_foreach(rows, i, row)
	{
		bool bytes;

		if (!str_eq(conf_member(row, "type"), STR_LIT("STANDARD"))) {
			others++;
			continue;
		}
		buf_reset(&text);
		bytes = add_latin1(&text, conf_member(row, "robotstxt"));
		try_match(&t, row, buf_str(&text), bytes);
	}
	buf_clear(&text);
	json_decref(rows);
	printf("robots-ctc: %zu rows are not of the standard\n", others);
	return table_end(&t);
}

int
main(int argc, char **argv)
{
	bool ok;

	if (argc != 2) {
		fputs("usage: robots DIRECTORY\n", stderr);
		return 2;
	}
	ok = run_google(argv[1]);
	ok &= run_ctc(argv[1]);
	return ok ? 0 : 1;
}
