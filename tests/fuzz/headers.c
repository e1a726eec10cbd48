/*
 * headers.c - fuzz target: the values of headers: Link, Refresh, Content-Type.
 *
 * Each input is read as each of them, and as the begin of a body.
 */
#include "fuzz.h"

#include "acrawl/link_header.h"
#include "acrawl/links.h"
#include "acrawl/mime.h"
#include "acrawl/refresh.h"

static bool
is_trimmed(struct str s)
{
	return str_trim(s).n == s.n;
}

static bool
has(struct str s, char c)
{
	return s.n > 0 && memchr(s.p, c, s.n) != NULL;
}

/* Elements follow one another; returned is how many there are. */
static size_t
check_split(struct str value)
{
	struct str  rest = value;
	struct str  element;
	const char *from = value.p;
	size_t      n = 0;

	while (link_header_split(&rest, &element)) {
		LAW(element.n > 0 && fuzz_inside(element, value));
		LAW(is_trimmed(element));
		LAW(element.p >= from && element.p + element.n <= rest.p);
		LAW(rest.p + rest.n == value.p + value.n);
		from = rest.p;
		n++;
	}
	LAW(rest.n == 0);
	return n;
}

/* A link, written anew, is read as the same. */
static void
check_link(struct link_header link)
{
	struct link_header again;
	struct buf         value;
	struct str         rest;

	LAW(is_trimmed(link.url) && !has(link.url, '>'));
	if (has(link.rel, '"') || has(link.rel, '\\'))
		return;
	buf_init(&value, 0);
	buf_addc(&value, '<');
	buf_add(&value, link.url);
	buf_add(&value, STR_LIT(">; title=\"a,b;c\"; REL = \""));
	buf_add(&value, link.rel);
	buf_add(&value, STR_LIT("\" , x"));
	rest = buf_str(&value);
	LAW(link_header_next(&rest, &again));
	LAW(str_eq(link.url, again.url) && str_eq(link.rel, again.rel));
	LAW(!link_header_next(&rest, &again));
	buf_clear(&value);
}

static void
check_link_header(struct str value)
{
	struct str         rest = value;
	struct link_header link;
	size_t             elements = check_split(value);
	size_t             n = 0;

	while (link_header_next(&rest, &link)) {
		LAW(fuzz_inside(link.url, value));
		LAW(fuzz_inside(link.rel, value));
		check_link(link);
		n++;
	}
	LAW(rest.n == 0);
	LAW(n <= elements);
}

static void
check_refresh(struct str value)
{
	struct buf again;
	struct str url, url_again;

	if (!refresh_url(value, &url))
		return;
	LAW(url.n > 0 && fuzz_inside(url, value) && is_trimmed(url));
	if (url.p[0] == '"' || url.p[0] == '\'')
		return;
	buf_init(&again, 0);
	buf_add(&again, STR_LIT("0;URL ="));
	buf_add(&again, url);
	LAW(refresh_url(buf_str(&again), &url_again));
	LAW(str_eq(url, url_again));
	buf_clear(&again);
}

static void
check_mime(struct str value)
{
	struct str charset, charset_again;
	struct str lower = fuzz_copy(value);
	char      *p = (char *)lower.p;
	enum mime  mime = mime_parse(value, &charset);

	LAW(fuzz_inside(charset, value));
	LAW(mime != MIME_UNKNOWN || charset.n == 0);
	for (size_t i = 0; i < lower.n; i++)
		p[i] = ascii_lower(p[i]);
	LAW(mime_parse(lower, &charset_again) == mime);
	LAW(str_eq_nocase(charset, charset_again));
	LAW(mime_sniff(value) == mime_sniff(lower));
	LAW(value.n < MIME_SNIFF_BYTES ||
	    mime_sniff(str_n(value.p, MIME_SNIFF_BYTES)) == mime_sniff(value));
	free(p);
}

static void
on_link(void *arg, const struct link *l)
{
	++*(uint64_t *)arg;
	LAW(l->tag == NULL && l->attr != NULL);
	LAW(fuzz_printable(url_href(l->url)));
}

/* As a page has them, without a body. */
static void
check_links(struct str value, enum html_kind kind)
{
	struct links_options options = {.set = LINKS_ALL, .details = true};
	struct links        *l = links_new(&options);
	struct url           document = {0};
	uint64_t             n = 0;
	uint64_t             before;

	LAW(url_parse(&document, STR_LIT("http://h/d/f?q#g"), NULL));
	links_start(l, kind, STR_LIT(""), &document, on_link, &n);
	links_header(l, "LINK", value);
	links_header(l, "refresh", value);
	before = n;
	links_header(l, "Link", value);
	links_header(l, "X-Link", value);
	LAW(n == before);
	LAW(links_end(l) == (kind == HTML_TEXT));
	url_clear(&document);
	links_free(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str value = fuzz_copy(str_n((const char *)data, n));

	check_link_header(value);
	check_refresh(value);
	check_mime(value);
	check_links(value, HTML_TEXT);
	check_links(value, HTML_XML);
	free((char *)value.p);
	return 0;
}
