/*
 * made.c - sites that are made while they are asked for: those that are too
 * big for files, and those in which a crawler goes astray.
 *
 * /endless/N      page N links to the pages N*50+1 to N*50+50
 * /sized/         as many pages as the address has, see pages_of(): page K
 *                 links to the pages K*10+1 to K*10+10 and to the first one
 * /sized/PAGES/   the same with so many pages
 * /calendar/Y-M   a month links to the one before and the one after
 * /grow/          links to a/ below itself
 * /session/       links to two pages and itself, each time with a new number
 * /circle/        links to a redirect to itself, two redirects to one another,
 *                 and the first of a chain: /circle/N redirects to N+1
 * /maps/N         an index of sitemaps: itself, N-1 and N+1
 */
#include <arpa/inet.h>
#include <stdlib.h>

#include "httpd.h"

#define ENDLESS_LINKS 50
#define SIZED_LINKS   10
#define SIZED_MOST    1000
#define SIZED_SUM     6000
#define FIRST_MONTH   (2024 * 12 + 1)

struct made {
	const struct request *request;
	struct response      *response;
	struct buf           *out;
	struct str            rest; /* of the path, behind the site's name */
	long                  serial;
};

static int64_t
number(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		if (n < INT64_MAX / 1000)
			n = n * 10 + (s.p[i] - '0');
	return n;
}

static void
add_link(struct buf *out, int64_t n)
{
	buf_addf(out, "<p><a href=\"%lld\">Page %lld</a></p>\n", (long long)n,
	    (long long)n);
}

static void
redirect(struct made *m, const char *to)
{
	m->response->status = 302;
	snprintf(
	    m->response->location, sizeof(m->response->location), "%s", to);
}

static void
make_endless(struct made *m)
{
	int64_t first = number(m->rest) * ENDLESS_LINKS + 1;

	for (int64_t i = 0; i < ENDLESS_LINKS; i++)
		add_link(m->out, first + i);
}

/*
 * 127.a.b.c is the n-th address, n = a * 65536 + b * 256 + c, and has 6000 / n
 * pages, but 1 to 1,000: a few are big, most are small.  127.0.0.1 and the
 * 9,999 after it have 48,441 together.
 */
static int64_t
pages_of(struct str address)
{
	struct in_addr a = {0};
	char           text[INET6_ADDRSTRLEN] = "";
	int64_t        n;

	if (address.n < sizeof(text))
		memcpy(text, address.p, address.n);
	if (inet_pton(AF_INET, text, &a) != 1)
		return 1;
	n = ntohl(a.s_addr) & 0xffffff;
	n = n > 0 ? SIZED_SUM / n : SIZED_MOST;
	return n < 1 ? 1 : n > SIZED_MOST ? SIZED_MOST : n;
}

static void
make_sized(struct made *m)
{
	const char *slash = memchr(m->rest.p, '/', m->rest.n);
	struct str  name = m->rest;
	int64_t     pages = pages_of(m->request->local);
	int64_t     page;

	if (slash != NULL) {
		pages = number(m->rest);
		name.p = slash + 1;
		name.n -= (size_t)(name.p - m->rest.p);
	}
	page = number(name);
	if (page >= pages) {
		m->response->status = 404;
		return;
	}
	buf_add(m->out, STR_LIT("<p><a href=\"./\">Start</a></p>\n"));
	for (int64_t i = 1; i <= SIZED_LINKS; i++)
		if (page * SIZED_LINKS + i < pages)
			add_link(m->out, page * SIZED_LINKS + i);
}

static void
add_month(struct buf *out, int64_t month)
{
	buf_addf(out, "<p><a href=\"/calendar/%lld-%02lld\">Month</a></p>\n",
	    (long long)(month / 12), (long long)(month % 12 + 1));
}

static void
make_calendar(struct made *m)
{
	const char *dash = memchr(m->rest.p, '-', m->rest.n);
	int64_t     month = FIRST_MONTH;

	if (dash != NULL) {
		size_t at = (size_t)(dash + 1 - m->rest.p);

		month = number(m->rest) * 12 - 1 +
		        number(str_n(dash + 1, m->rest.n - at));
	}
	if (month > 0)
		add_month(m->out, month - 1);
	add_month(m->out, month + 1);
}

static void
make_grow(struct made *m)
{
	buf_add(m->out, STR_LIT("<p><a href=\"a/\">Further down</a></p>\n"));
}

static void
make_session(struct made *m)
{
	static const char *const names[] = {"./", "hut", "tarn"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		buf_addf(m->out, "<p><a href=\"%s?session=%ld\">%s</a></p>\n",
		    names[i], m->serial, names[i]);
}

static void
make_circle(struct made *m)
{
	static const char *const ways[][2] = {
	    {"self", "self"}, {"there", "back"}, {"back", "there"}};
	char next[32];

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (str_eq(m->rest, str_c(ways[i][0]))) {
			redirect(m, ways[i][1]);
			return;
		}
	if (m->rest.n > 0) {
		snprintf(
		    next, sizeof(next), "%lld", (long long)number(m->rest) + 1);
		redirect(m, next);
		return;
	}
	buf_add(m->out, STR_LIT("<p><a href=\"self\">Round</a>\n"
				"<a href=\"there\">and</a>\n"
				"<a href=\"back\">round</a>\n"
				"<a href=\"1\">and on</a></p>\n"));
}

static void
make_maps(struct made *m)
{
	int64_t n = number(m->rest);

	m->response->type = "application/xml";
	buf_add(m->out, STR_LIT("<sitemapindex>\n"));
	for (int64_t i = n > 0 ? n - 1 : 0; i <= n + 1; i++) {
		buf_add(m->out, STR_LIT("<sitemap><loc>http://"));
		buf_add(m->out, m->request->host);
		buf_addf(m->out, "/maps/%lld</loc></sitemap>\n", (long long)i);
	}
	buf_add(m->out, STR_LIT("</sitemapindex>\n"));
}

static const struct site {
	struct str path;
	void (*make)(struct made *m);
	bool html; /* between a head and an end */
} sites[] = {
    {STR_LIT("/endless/"), make_endless, true},
    {STR_LIT("/sized/"), make_sized, true},
    {STR_LIT("/calendar/"), make_calendar, true},
    {STR_LIT("/grow/"), make_grow, true},
    {STR_LIT("/session/"), make_session, true},
    {STR_LIT("/circle/"), make_circle, true},
    {STR_LIT("/maps/"), make_maps, false},
};

struct body *
made_find(const struct server *server, const struct request *request,
    struct response *response)
{
	struct str path = request->path;

	for (size_t i = 0; i < sizeof(sites) / sizeof(*sites); i++) {
		const struct site *site = &sites[i];
		size_t             n = site->path.n;
		struct body       *body;

		if (path.n < n || memcmp(path.p, site->path.p, n) != 0)
			continue;
		body = body_bytes();
		if (site->html)
			buf_add(&body->text,
			    STR_LIT("<!DOCTYPE html>\n<html lang=\"en\">\n"
				    "<title>Made</title>\n"));
		site->make(&(struct made){
		    .request = request,
		    .response = response,
		    .out = &body->text,
		    .rest = str_n(path.p + n, path.n - n),
		    .serial = server->stats.requests,
		});
		if (site->html)
			buf_add(&body->text, STR_LIT("</html>\n"));
		return body;
	}
	return NULL;
}
