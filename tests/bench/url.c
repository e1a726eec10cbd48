/*
 * url.c - URL resolution beside libxml2's: url_parse() with the page's URL
 * parsed once, and xmlBuildURI(), which is given both as text, over the hrefs
 * of real pages.
 *
 * usage: url FILE...
 *
 * Both run in this process, in turn, and the fastest round of each counts, as
 * whatever else the machine does only ever adds.  Each does what its caller
 * would: xmlBuildURI()'s result is freed, ours is written over by the next.
 * fingerprint() is by what a page's links are told apart; it is shown because
 * each link pays it too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libxml/HTMLparser.h>
#include <libxml/uri.h>

#include "acrawl/hash.h"
#include "acrawl/mem.h"
#include "acrawl/url.h"

#define ROUNDS 25
#define SITE   "https://docs.example/"

enum kind { RELATIVE, ABSOLUTE, OTHER, KINDS };

/*
 * The hrefs of a kind that a page has, one behind the other, each with a NUL:
 * so that it is not the memory which is measured.
 */
struct list {
	struct buf text;
	uint32_t  *length;
	size_t     n, cap;
};

struct page {
	char       *base;
	struct list of[KINDS];
};

struct pages {
	struct page *page;
	size_t       n;
};

/* Fed by each result, so that no compiler leaves one out. */
static uint64_t seen;

static enum kind
kind_of(const char *href)
{
	if (strncmp(href, "http://", 7) == 0 ||
	    strncmp(href, "https://", 8) == 0)
		return ABSOLUTE;
	return href[strcspn(href, ":/?#")] == ':' ? OTHER : RELATIVE;
}

static void
add(struct page *page, const char *href)
{
	struct list *l = &page->of[kind_of(href)];

	if (l->n == l->cap) {
		l->cap = l->cap * 2 + 16;
		l->length = xrealloc(l->length, l->cap, sizeof(*l->length));
	}
	l->length[l->n++] = (uint32_t)strlen(href);
	buf_add(&l->text, str_n(href, strlen(href) + 1));
}

static void
start_element(void *arg, const xmlChar *name, const xmlChar **attr)
{
	if (attr == NULL || strcmp((const char *)name, "a") != 0)
		return;
	for (; attr[0] != NULL; attr += 2)
		if (strcmp((const char *)attr[0], "href") == 0 &&
		    attr[1] != NULL)
			add(arg, (const char *)attr[1]);
}

/* The page published under SITE and its path. */
static bool
read_page(struct page *page, const char *path)
{
	xmlSAXHandler     sax = {.startElement = start_element};
	struct buf        base;
	htmlParserCtxtPtr parser;
	char              bytes[16384];
	size_t            n;
	FILE             *f = fopen(path, "rb");

	if (f == NULL)
		return false;
	buf_init(&base, 0);
	buf_add(&base, STR_LIT(SITE));
	buf_add(&base, str_c(path + strspn(path, "./")));
	page->base = xstrdup(buf_cstr(&base));
	buf_clear(&base);
	parser = htmlCreatePushParserCtxt(
	    &sax, page, NULL, 0, path, XML_CHAR_ENCODING_UTF8);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		htmlParseChunk(parser, bytes, (int)n, 0);
	htmlParseChunk(parser, bytes, 0, 1);
	htmlFreeParserCtxt(parser);
	fclose(f);
	return true;
}

static void
ours(const struct page *page, const struct list *l)
{
	static struct url base, u;
	const char       *p = l->text.p;

	if (!url_parse(&base, str_c(page->base), NULL))
		abort();
	for (size_t i = 0; i < l->n; p += l->length[i++] + 1)
		if (url_parse(&u, str_n(p, l->length[i]), &base))
			seen += u.href.n + (unsigned char)u.href.p[u.path_at];
}

/* The same, and what tells it apart from the page's other links. */
static void
ours_told_apart(const struct page *page, const struct list *l)
{
	static struct url base, u;
	const char       *p = l->text.p;

	if (!url_parse(&base, str_c(page->base), NULL))
		abort();
	for (size_t i = 0; i < l->n; p += l->length[i++] + 1)
		if (url_parse(&u, str_n(p, l->length[i]), &base))
			seen += fingerprint(url_href(&u));
}

static void
theirs(const struct page *page, const struct list *l)
{
	const xmlChar *base = (const xmlChar *)page->base;
	const char    *p = l->text.p;

	for (size_t i = 0; i < l->n; p += l->length[i++] + 1) {
		xmlChar *uri = xmlBuildURI((const xmlChar *)p, base);

		if (uri != NULL)
			seen += uri[4];
		xmlFree(uri);
	}
}

typedef void work_fn(const struct page *, const struct list *);

/* One round over the hrefs of the kinds from `from` to `to`, in ns. */
static double
round_ns(const struct pages *p, enum kind from, enum kind to, work_fn *work)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (size_t i = 0; i < p->n; i++)
		for (int k = from; k <= (int)to; k++)
			if (p->page[i].of[k].n > 0)
				work(&p->page[i], &p->page[i].of[k]);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) * 1e9 +
	       (double)(b.tv_nsec - a.tv_nsec);
}

static void
measure(const struct pages *p, const char *what, enum kind from, enum kind to)
{
	static work_fn *const works[] = {ours, theirs, ours_told_apart};
	double                best[3] = {0};
	size_t                n = 0;

	for (size_t i = 0; i < p->n; i++)
		for (int k = from; k <= (int)to; k++)
			n += p->page[i].of[k].n;
	if (n == 0)
		return;
	for (int round = 0; round < ROUNDS; round++)
		for (int w = 0; w < 3; w++) {
			double ns = round_ns(p, from, to, works[w]);

			if (round == 0 || ns < best[w])
				best[w] = ns;
		}
	printf("%-9s %8zu %10.1f %12.1f %7.1fx %12.1f\n", what, n,
	    best[0] / (double)n, best[1] / (double)n, best[1] / best[0],
	    (best[2] - best[0]) / (double)n);
}

static void
free_pages(struct pages *p)
{
	for (size_t i = 0; i < p->n; i++) {
		for (int k = 0; k < KINDS; k++) {
			buf_clear(&p->page[i].of[k].text);
			free(p->page[i].of[k].length);
		}
		free(p->page[i].base);
	}
	free(p->page);
}

int
main(int argc, char **argv)
{
	struct pages p = {.n = (size_t)argc - 1};

	if (argc < 2) {
		fprintf(stderr, "usage: url FILE...\n");
		return 2;
	}
	p.page = xcalloc(p.n, sizeof(*p.page));
	for (size_t i = 0; i < p.n; i++)
		if (!read_page(&p.page[i], argv[i + 1])) {
			perror(argv[i + 1]);
			return 1;
		}
	printf("%-9s %8s %10s %12s %8s %12s\n", "hrefs", "n", "ns each",
	    "xmlBuildURI", "ratio", "fingerprint");
	measure(&p, "relative", RELATIVE, RELATIVE);
	measure(&p, "absolute", ABSOLUTE, ABSOLUTE);
	measure(&p, "all", RELATIVE, OTHER);
	free_pages(&p);
	return seen == 0;
}
