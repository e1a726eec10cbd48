/*
 * What a page may ask for: what XML may of libxml2, in pages within and beyond
 * each limit and in pieces of several sizes; and how much a few bytes may
 * become.  tests/bench/worst.c has what takes time and memory.
 */
#include <string.h>

#include "unit.h"

#include "acrawl/limits.h"
#include "acrawl/links.h"

#define ROOT  "<html xmlns='http://www.w3.org/1999/xhtml'><a href='first'/>"
#define END   "<a href='last'/></html>"
#define BOTH  "http://h/first http://h/last "
#define FIRST "http://h/first "

static const struct links_options of_a = {.set = LINKS_A};

static void
on_link(void *arg, const struct link *link)
{
	struct buf *out = arg;

	buf_add(out, url_href(link->url));
	buf_addc(out, ' ');
}

/* Whether a page has just these links, and is well-formed if all are there. */
static void
check(struct links *l, struct str page, size_t piece, const char *wanted)
{
	struct url document = {0};
	struct buf found = {0};
	bool       more = true;

	assert_true(url_parse(&document, STR_LIT("http://h/"), NULL));
	links_start(l, HTML_XML, STR_LIT(""), &document, on_link, &found);
	while (page.n > 0 && more) {
		size_t n = page.n < piece ? page.n : piece;

		more = links_feed(l, str_n(page.p, n));
		page = str_n(page.p + n, page.n - n);
	}
	assert_int_equal(links_end(l), strcmp(wanted, BOTH) == 0);
	assert_string_equal(buf_cstr(&found), wanted);
	buf_clear(&found);
	url_clear(&document);
	links_trim(l);
}

/* A piece n times, with another number each time where it has an @. */
static const struct page_case {
	const char *what;
	const char *open;
	const char *piece;
	size_t      n;
	const char *undo; /* as often */
	const char *close;
	const char *links;
} cases[] = {
    {"attributes", ROOT "<p", " a@='='", LIMIT_XML_ATTRIBUTES, "", "/>" END,
	BOTH},
    {"an attribute too many", ROOT "<p", " a@='>'", LIMIT_XML_ATTRIBUTES + 1,
	"", "/>" END, FIRST},
    {"100,000 attributes", ROOT "<p", " a@=\"'\"", 100000, "", "/>" END, FIRST},
    {"attributes of a tag that is not closed", ROOT "<p", " a@=''", 100000, "",
	"", FIRST},
    {"equals signs in a value", ROOT "<p a='", "=\"=@", 10000, "", "'/>" END,
	BOTH},
    {"equals signs in text", ROOT, "<br/>=\"=@", 10000, "", END, BOTH},
    {"namespaces", ROOT, "<p xmlns:a@='b'>", LIMIT_XML_ATTRIBUTES - 1, "</p>",
	END, BOTH},
    {"too many namespaces", ROOT, "<p xmlns:a@='b'>", LIMIT_XML_ATTRIBUTES,
	"</p>", END, FIRST},
    {"defaults", "<!DOCTYPE html [", "<!ATTLIST p a@ CDATA 'b'>",
	LIMIT_XML_DEFAULTS, "", "]>" ROOT "<p/>" END, BOTH},
    {"too many defaults", "<!DOCTYPE html [", "<!ATTLIST a@ href CDATA 'b'>",
	LIMIT_XML_DEFAULTS + 1, "", "]>" ROOT END, ""},
    {"declarations without a default", "<!DOCTYPE html [",
	"<!ATTLIST p a@ (b|c) #IMPLIED>", 1000, "", "]>" ROOT END, BOTH},
    /* The root is one, too. */
    {"depth", ROOT, "<p>", LIMIT_XML_DEPTH - 1, "</p>", END, BOTH},
    {"too much depth", ROOT, "<p>", LIMIT_XML_DEPTH, "</p>", END, FIRST},
    {"names", ROOT, "<p@/>", 50000, "", END, BOTH},
    {"too many names", ROOT, "<p-@/>", 500000, "", END, FIRST},
    {"a long attribute", ROOT "<p a='", "0123456789@", 400000, "", "'/>" END,
	BOTH},
    {"an attribute that is too long", ROOT "<p a='", "0123456789@", 600000, "",
	"'/>" END, FIRST},
    {"a comment that is too long", ROOT "<!--", "0123456789@", 600000, "",
	"-->" END, FIRST},
    {"a CDATA section of any length", ROOT "<![CDATA[", "]] <a> ]>@ \xC3\xA9 ]",
	1000000, "", "]]]>" END, BOTH},
    {"a CDATA section with a byte that may not be", ROOT "<![CDATA[\x01",
	"]] <a> ]>@ ]", 10000, "", "]]]>" END, FIRST},
    {"text of any length", ROOT, "0123456789@", 1000000, "", END, BOTH},
};

static void
test_limits(void **state)
{
	static const size_t pieces[] = {1000, 4096, 16384, SIZE_MAX};
	struct links       *l = links_new(&of_a);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct page_case *c = &cases[i];
		struct buf              page = {0};

		print_message("%s\n", c->what);
		buf_add(&page, str_c(c->open));
		for (size_t j = 0; j < c->n; j++)
			add_numbered(&page, c->piece, j);
		for (size_t j = 0; j < c->n; j++)
			buf_add(&page, str_c(c->undo));
		buf_add(&page, str_c(c->close));
		for (size_t j = 0; j < sizeof(pieces) / sizeof(*pieces); j++)
			check(l, buf_str(&page), pieces[j], c->links);
		buf_clear(&page);
	}
	links_free(l);
}

/* A parser keeps its names from page to page: they may not add up. */
static void
test_names_of_pages_before(void **state)
{
	struct links *l = links_new(&of_a);
	struct buf    page = {0};

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		buf_reset(&page);
		buf_add(&page, STR_LIT(ROOT));
		for (size_t j = 0; j < 30000; j++)
			buf_addf(&page, "<name-of-an-element-%zu-%zu/>", i, j);
		buf_add(&page, STR_LIT(END));
		check(l, buf_str(&page), SIZE_MAX, BOTH);
	}
	buf_clear(&page);
	links_free(l);
}

/* How many bytes of links came from a page, and how many in one go. */
struct amount {
	uint64_t n;
	uint64_t bytes;
	uint64_t burst;
};

static void
on_amount(void *arg, const struct link *link)
{
	struct amount *a = arg;

	a->n++;
	a->bytes += url_href(link->url).n;
	a->burst += url_href(link->url).n;
}

/* Feeds a part of a page; what comes of it is a burst. */
static void
feed_amount(struct links *l, struct str part, struct amount *a)
{
	a->burst = 0;
	assert_true(links_feed(l, part));
	assert_true(a->burst <= LIMIT_LINKS_BURST_BYTES);
}

/* A base of 60 KB makes 60 KB of each href. */
static void
test_long_base(void **state)
{
	struct links *l = links_new(&of_a);
	struct url    document = {0};
	struct buf    base = {0};
	struct amount a = {0};

	(void)state;
	assert_true(url_parse(&document, STR_LIT("http://h/"), NULL));
	buf_add(&base, STR_LIT("<base href='/"));
	for (size_t i = 0; i < 60000; i++)
		buf_addc(&base, 'x');
	buf_add(&base, STR_LIT("/'>"));
	links_start(l, HTML_TEXT, STR_LIT(""), &document, on_amount, &a);
	for (size_t i = 0; i < 20000; i++) {
		char       text[32];
		struct buf href = {.p = text, .cap = sizeof(text)};

		buf_addf(&href, "<a href=%zu>", i);
		feed_amount(l, buf_str(&href), &a);
	}
	feed_amount(l, buf_str(&base), &a);
	links_end(l);
	assert_int_equal(a.n, LIMIT_LINKS_BURST_BYTES / 60000);
	assert_int_equal(links_dropped(l), 20000 - a.n);

	/* With a base as they are, there is room for all. */
	a.n = 0;
	links_start(l, HTML_TEXT, STR_LIT(""), &document, on_amount, &a);
	feed_amount(l, STR_LIT("<base href='/a/long/base/of/a/page/'>"), &a);
	for (size_t i = 0; i < 300000; i++) {
		char       text[32];
		struct buf href = {.p = text, .cap = sizeof(text)};

		buf_addf(&href, "<a href=%zu>", i);
		feed_amount(l, buf_str(&href), &a);
	}
	links_end(l);
	assert_int_equal(a.n, 300000);
	assert_int_equal(links_dropped(l), 0);
	buf_clear(&base);
	url_clear(&document);
	links_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_names_of_pages_before),
	    cmocka_unit_test(test_long_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
