/*
 * extract FILE...: how fast pages that are held in memory become lines.
 *
 * Each page goes, in pieces as they come from a socket, through the reader of
 * links and out as finished "source<TAB>link" lines; and, in turn, through
 * libxml2's push SAX parser with a handler that does nothing.  The fastest of
 * the rounds counts, and what counts is the ratio.
 */
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "acrawl/links.h"
#include "acrawl/mem.h"

#define PIECE_BYTES (16 * 1024)
#define ROUNDS      7
#define OUT_BYTES   (64 * 1024)

struct page {
	struct url url;
	struct buf bytes;
};

static struct page *pages;
static int          pages_n;
static uint64_t     bytes_n;

struct output {
	struct buf lines; /* starts afresh when it is full, as a block */
	const struct page *page;
	uint64_t           lines_n;
	uint64_t           bytes_n;
};

static void
load(const char *path)
{
	struct page *p = &pages[pages_n];
	FILE        *f = fopen(path, "rb");
	struct buf   url;
	size_t       n;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	buf_init(&url, 0);
	buf_addf(
	    &url, "http://127.0.0.1:8082/%s", path[0] == '/' ? path + 1 : path);
	if (!url_parse(&p->url, buf_str(&url), NULL))
		exit(1);
	buf_clear(&url);
	do {
		buf_reserve(&p->bytes, PIECE_BYTES);
		n = fread(p->bytes.p + p->bytes.n, 1, PIECE_BYTES, f);
		p->bytes.n += n;
	} while (n > 0);
	fclose(f);
	bytes_n += p->bytes.n;
	pages_n++;
}

static void
on_link(void *arg, const struct link *link)
{
	struct output *o = arg;

	if (o->lines.n > OUT_BYTES) {
		o->bytes_n += o->lines.n;
		buf_reset(&o->lines);
	}
	buf_add(&o->lines, url_href(&o->page->url));
	buf_addc(&o->lines, '\t');
	buf_add(&o->lines, url_href(link->url));
	buf_addc(&o->lines, '\n');
	o->lines_n++;
}

static void
by_acrawl(const struct links_options *options)
{
	struct links *l = links_new(options);
	struct output o = {.lines_n = 0};

	for (int i = 0; i < pages_n; i++) {
		struct str rest = buf_str(&pages[i].bytes);

		o.page = &pages[i];
		links_start(
		    l, HTML_TEXT, STR_LIT("utf-8"), &pages[i].url, on_link, &o);
		while (rest.n > 0) {
			size_t n = rest.n < PIECE_BYTES ? rest.n : PIECE_BYTES;

			links_feed(l, str_n(rest.p, n));
			rest = str_n(rest.p + n, rest.n - n);
		}
		links_end(l);
		links_trim(l);
	}
	if (o.lines_n == 0)
		exit(1);
	buf_clear(&o.lines);
	links_free(l);
}

static uint64_t tags_n;

static void
on_tag(void *arg, const xmlChar *name, const xmlChar **attrs)
{
	(void)arg;
	(void)name;
	(void)attrs;
	tags_n++;
}

static void
by_libxml2(const struct links_options *options)
{
	htmlSAXHandler sax = {.startElement = on_tag};

	(void)options;
	for (int i = 0; i < pages_n; i++) {
		struct str        rest = buf_str(&pages[i].bytes);
		htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(
		    &sax, NULL, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

		htmlCtxtUseOptions(
		    parser, HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
		while (rest.n > 0) {
			size_t n = rest.n < PIECE_BYTES ? rest.n : PIECE_BYTES;

			htmlParseChunk(parser, rest.p, (int)n, 0);
			rest = str_n(rest.p + n, rest.n - n);
		}
		htmlParseChunk(parser, "", 0, 1);
		htmlFreeParserCtxt(parser);
	}
	if (tags_n == 0)
		exit(1);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	static const struct links_options a = {.set = LINKS_A};
	static const struct links_options all = {.set = LINKS_ALL};
	static const struct links_options details = {
	    .set = LINKS_ALL, .details = true};
	static const struct {
		const char *what;
		void (*run)(const struct links_options *);
		const struct links_options *options;
	} ways[] = {
	    {"libxml2, SAX alone", by_libxml2, NULL},
	    {"acrawl, to TSV lines", by_acrawl, &a},
	    {"acrawl, --links all", by_acrawl, &all},
	    {"the same, with line, rel", by_acrawl, &details},
	};
	double best[sizeof(ways) / sizeof(*ways)];

	pages = xcalloc((size_t)argc, sizeof(*pages));
	for (int i = 1; i < argc; i++)
		load(argv[i]);
	if (pages_n == 0)
		return 1;
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
			double began = seconds();

			ways[i].run(ways[i].options);
			began = seconds() - began;
			if (round == 0 || began < best[i])
				best[i] = began;
		}
	printf("%d pages, %.1f MB, in memory, fastest of %d rounds\n", pages_n,
	    (double)bytes_n / 1e6, ROUNDS);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		printf("%-26s %8.1f MB/s %8.1f us a page %7.1fx\n",
		    ways[i].what, (double)bytes_n / 1e6 / best[i],
		    best[i] * 1e6 / pages_n, best[0] / best[i]);
	for (int i = 0; i < pages_n; i++) {
		url_clear(&pages[i].url);
		buf_clear(&pages[i].bytes);
	}
	free(pages);
	return 0;
}
