/*
 * url.c - fuzz target: the URL parser.
 *
 * The input is a base, a newline, and a reference; without a newline a URL
 * that has no base.
 */
#include "fuzz.h"

#include "web/url_int.h"

static bool
same(const struct url *a, const struct url *b)
{
	return str_eq(url_href(a), url_href(b)) &&
	       a->scheme_end == b->scheme_end &&
	       a->username_end == b->username_end && a->host_at == b->host_at &&
	       a->host_end == b->host_end && a->path_at == b->path_at &&
	       a->query_at == b->query_at && a->fragment_at == b->fragment_at &&
	       a->port == b->port && a->special == b->special &&
	       a->has_host == b->has_host && a->opaque_path == b->opaque_path;
}

/* Whether an offset is the end, or at that byte. */
static bool
end_or(const struct url *u, uint32_t from, uint32_t to, char c)
{
	return from == to || u->href.p[from] == c;
}

static void
check_parts(const struct url *u)
{
	const char *p = u->href.p;
	size_t      n = u->href.n;
	char        port[16] = "";

	LAW(u->scheme_end < u->username_end);
	LAW(u->username_end <= u->host_at);
	LAW(u->host_at <= u->host_end);
	LAW(u->host_end <= u->path_at);
	LAW(u->path_at <= u->query_at);
	LAW(u->query_at <= u->fragment_at);
	LAW(u->fragment_at <= n);
	LAW(p[u->scheme_end] == ':');
	LAW(u->has_host == (u->username_end >= u->scheme_end + 3));
	LAW(!u->has_host || memcmp(p + u->scheme_end, "://", 3) == 0);
	LAW(u->username_end == u->host_at || p[u->host_at - 1] == '@');
	LAW(u->opaque_path || end_or(u, u->path_at, u->query_at, '/'));
	LAW(!u->special || u->path_at < u->query_at);
	LAW(end_or(u, u->query_at, u->fragment_at, '?'));
	LAW(end_or(u, u->fragment_at, (uint32_t)n, '#'));
	if (u->port >= 0)
		snprintf(port, sizeof(port), ":%d", (int)u->port);
	else if (!u->has_host && u->path_at > u->host_end)
		snprintf(port, sizeof(port), "/.");
	LAW(str_eq(
	    str_n(p + u->host_end, u->path_at - u->host_end), str_c(port)));
}

/* What is serialised parses to the same, whatever the base. */
static void
check_again(const struct url *u, const struct url *base)
{
	struct url v = {0};

	LAW(url_parse(&v, url_href(u), NULL) && same(u, &v));
	LAW(url_parse(&v, url_href(u), base) && same(u, &v));
	LAW(url_parse_full(&v, url_href(u), base) && same(u, &v));
	LAW(!u->special || str_eq(url_scheme(u), STR_LIT("file")) ||
	    url_same_origin(u, &v));
	url_copy(&v, u);
	LAW(same(u, &v));
	url_clear(&v);
}

/* The empty reference is the base without its fragment. */
static void
check_as_base(const struct url *u)
{
	struct url v = {0};

	LAW(url_parse(&v, STR_LIT(""), u) == !u->opaque_path);
	LAW(u->opaque_path || str_eq(url_href(&v), url_request(u)));
	LAW(url_parse(&v, STR_LIT("#"), u));
	LAW(v.href.n == u->fragment_at + 1);
	url_clear(&v);
}

static void
check_url(const struct url *u, const struct url *base)
{
	LAW(fuzz_printable(url_href(u)));
	check_parts(u);
	check_again(u, base);
	check_as_base(u);
}

/* Parses both ways. */
static bool
parse(struct url *u, struct str input, const struct url *base)
{
	size_t     most = 9 * (input.n + (base != NULL ? base->href.n : 0)) + 2;
	struct str exact = fuzz_copy(input);
	struct url full = {0};
	bool       ok = url_parse(u, exact, base);
	bool       ok_full = url_parse_full(&full, exact, base);

	LAW(ok == ok_full);
	LAW(same(u, &full));
	LAW(ok || u->href.n == 0);
	LAW(u->href.n <= most);
	if (ok)
		check_url(u, base);
	url_clear(&full);
	free((char *)exact.p);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str rest = str_n((const char *)data, n);
	struct str line = fuzz_line(&rest);
	struct url base = {0};
	struct url u = {0};

	if (line.n == n)
		parse(&u, line, NULL);
	else if (parse(&base, line, NULL))
		parse(&u, rest, &base);
	else
		parse(&u, rest, NULL);
	url_clear(&base);
	url_clear(&u);
	return 0;
}
