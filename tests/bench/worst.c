/*
 * worst [--check] [--no-memory] [--part N] [NAME]...: pages made to be slow or
 * large, and what reading their links takes.
 *
 * A page is written on the fly in chunks as libcurl has them and never held
 * whole: a link, a monster, a link.  For each page, once for the links of a and
 * area and once for all with details (the second row), the table has
 *
 *	MB       its size
 *	MB/s     by CPU time, the best of three
 *	x2       that time, over the one of a page half as long
 *	links    how many were found; the first and the last are known by name
 *	peak     memory above that of a reader which had one small page, in KB
 *	seen     of that: for links that are remembered, so that none is twice
 *	kept     what links_trim() left, but for what malloc() keeps
 *
 * A row that ends in an exclamation mark breaks a bound: the links, MAX_X2,
 * MAX_PEAK_KB beside `seen`, MAX_KEPT_KB.  The exit status is then 1.
 *
 * --check: sizes once and no times.  --no-memory: no verdict on memory either,
 * as sanitizers have their own.  --part N: pages of 1/N of their size, but for
 * those that would not reach their limit.  A NAME is a part of those below.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/links.h"

/* Above an idle reader, but for the links that it has seen. */
#define MAX_PEAK_KB 8192

/* The same for XML: libxml2 holds markup until all of it is there. */
#define MAX_PEAK_XML_KB (8192 + 3 * (LIMIT_XML_MARKUP_BYTES / 1024))

/* After links_trim(). */
#define MAX_KEPT_KB 1024

/* A page of twice the size may take so many times as long. */
#define MAX_X2 2.5

/* Times are not compared below it. */
#define TIME_MIN 0.02

#define ROUNDS 3

#define CHUNK (16 * 1024)

#define MB 1000000

/* In a page: a number of eight digits, another one each time. */
#define N "\1"

#define ROOT "<html xmlns='http://www.w3.org/1999/xhtml'><a href='first'/>"

/* As many attributes as there may be. */
#define DEFAULT(n) "<!ATTLIST p a" n " CDATA 'c' b" n " CDATA 'c'>"
#define DEFAULTS_8(n)                                                          \
	DEFAULT(n "0")                                                         \
	DEFAULT(n "1")                                                         \
	DEFAULT(n "2")                                                         \
	DEFAULT(n "3")                                                         \
	DEFAULT(n "4") DEFAULT(n "5") DEFAULT(n "6") DEFAULT(n "7")
#define DEFAULTS DEFAULTS_8("0") DEFAULTS_8("1") DEFAULTS_8("2") DEFAULTS_8("3")

enum form {
	HTML,
	UTF_16,
	XML,
};

/* What stands between the links, again and again. */
struct monster {
	const char *what;
	enum form   form;
	size_t      bytes;
	const char *open; /* once */
	const char *head; /* a piece: head, fill so often, tail */
	const char *fill;
	size_t      fill_n;
	const char *tail;
	const char *undo;    /* as often as the piece, after all of them */
	const char *close;   /* once */
	unsigned    each[2]; /* links of a piece: of a and area, of all */
	unsigned    once[2]; /* links that do not depend on the size */
	bool        restart; /* the numbers of each piece begin at 1 */
	bool        no_last; /* the link behind it is none */
	bool        drops;   /* links beyond LIMIT_LINKS_BURST_BYTES */
	bool        whole;   /* it is only a monster from some size on */
	bool        none;    /* nor is the one before it */
};

/* clang-format off */
static const struct monster monsters[] = {
	/* Size alone. */
	{.what = "text", .bytes = 1000 * MB, .head = "lorem ipsum dolor sit amet "},
	{.what = "paragraphs", .bytes = 200 * MB, .head = "<p>word and <b>more</b> words</p>\n"},
	{.what = "distinct links", .bytes = 340 * MB, .head = "<a href=/link/to/page-" N ">x</a>\n", .each = {1, 1}},
	{.what = "one link again and again", .bytes = 100 * MB, .head = "<a href=/link/to/a/page>x</a>\n", .once = {1, 1}},
	{.what = "UTF-16", .form = UTF_16, .bytes = 100 * MB, .head = "<a href=/" N ">x</a>\n", .each = {1, 1}},

	/* Attributes. */
	{.what = "href of 100 MB", .bytes = 100 * MB, .open = "<a href=\"", .head = "0123456789abcdef", .close = "\">"},
	{.what = "href of 100 MB, unquoted", .bytes = 100 * MB, .open = "<a href=", .head = "0123456789abcdef", .close = ">"},
	{.what = "href of 100 MB, never closed", .bytes = 100 * MB, .open = "<a href='", .head = "0123456789abcdef", .no_last = true},
	{.what = "href of 100 MB of &amp;", .bytes = 100 * MB, .open = "<a href=\"", .head = "&amp;", .close = "\">"},
	{.what = "class of 100 MB", .bytes = 100 * MB, .open = "<a class=\"", .head = "a bc ", .close = "\" href=y>", .once = {1, 1}},
	{.what = "class of 100 MB, unquoted", .bytes = 100 * MB, .open = "<a class=", .head = "abcdefg", .close = " href=y>", .once = {1, 1}},
	{.what = "srcset of 100 MB", .bytes = 100 * MB, .open = "<img srcset='", .head = "a" N " 2x, ", .close = "' src=y>", .once = {0, 1}},
	{.what = "attributes", .bytes = 100 * MB, .open = "<a ", .head = "a" N "=b ", .close = "href=x>", .once = {1, 1}},
	{.what = "attributes, one name", .bytes = 100 * MB, .open = "<a ", .head = "href=b ", .close = ">", .once = {1, 1}},
	{.what = "attributes, names of 4 KB", .bytes = 100 * MB, .open = "<a ", .head = "a" N, .fill = "bcdefghi", .fill_n = 512, .tail = "=b ", .close = "href=x>", .once = {1, 1}},
	{.what = "attributes without a value", .bytes = 100 * MB, .open = "<a ", .head = "hre f = ", .close = " x href=x>", .once = {1, 1}},
	{.what = "tag name of 100 MB", .bytes = 100 * MB, .open = "<a", .head = "abcdefghij", .close = ">"},
	{.what = "attribute name of 100 MB", .bytes = 100 * MB, .open = "<a ", .head = "abcdefghij", .close = "=y href=x>", .once = {1, 1}},
	{.what = "64 KB of &", .bytes = 30 * MB, .head = "<a href='", .fill = "&", .fill_n = 65000, .tail = "'>", .once = {1, 1}},
	{.what = "64 KB of &#", .bytes = 30 * MB, .head = "<a href='y", .fill = "&#", .fill_n = 32500, .tail = "'>", .once = {1, 1}},
	{.what = "64 KB of &CounterClockwiseContour", .bytes = 30 * MB, .head = "<a href='", .fill = "&CounterClockwiseContour", .fill_n = 2700, .tail = "'>", .once = {1, 1}},
	{.what = "64 KB of digits after &#", .bytes = 30 * MB, .head = "<a href='y&#", .fill = "1", .fill_n = 65000, .tail = "'>", .once = {1, 1}},
	{.what = "64 KB of NUL's reference", .bytes = 30 * MB, .head = "<a href='?", .fill = "&#0;", .fill_n = 16000, .tail = "'>", .once = {1, 1}},
	{.what = "64 KB of dots", .bytes = 30 * MB, .head = "<a href='", .fill = "a/../", .fill_n = 13000, .tail = "'>", .once = {1, 1}},
	{.what = "64 KB of @", .bytes = 30 * MB, .head = "<a href='http://", .fill = ":@", .fill_n = 32000, .tail = "h/'>", .once = {1, 1}},
	{.what = "a base of 60 KB", .bytes = 20 * MB, .open = "<base href='/" /* see write_page() */, .head = "<a href=" N ">", .each = {1, 1}, .drops = true},
	{.what = "names for IDNA", .bytes = 3 * MB, .head = "<a href='http://", .fill = "\xC3\xA9\xD7\x90", .fill_n = 200, .tail = N "/'>"},
	{.what = "names for IDNA, short", .bytes = 10 * MB, .head = "<a href='http://b\xC3\xBC" "cher" N "/'>", .each = {1, 1}},

	/* Values that hold several links, or none. */
	{.what = "srcset of commas", .bytes = 30 * MB, .head = "<img srcset='", .fill = ",", .fill_n = 65000, .tail = "'>"},
	{.what = "srcset of parentheses", .bytes = 30 * MB, .head = "<img srcset='a ", .fill = "(", .fill_n = 65000, .tail = "'>"},
	{.what = "srcset of closed parentheses", .bytes = 30 * MB, .head = "<img srcset='a ", .fill = "() ", .fill_n = 21000, .tail = "'>"},
	{.what = "srcset of candidates", .bytes = 30 * MB, .head = "<img srcset='", .fill = "a,b, ", .fill_n = 13000, .tail = "'>", .once = {0, 1}},
	{.what = "ping", .bytes = 30 * MB, .head = "<a ping='", .fill = "a ", .fill_n = 32000, .tail = "'>", .once = {0, 1}},
	{.what = "refresh", .bytes = 30 * MB, .head = "<meta http-equiv=refresh content='", .fill = "0.", .fill_n = 32000, .tail = ";url=y'>", .once = {0, 1}},
	{.what = "refresh of blanks", .bytes = 30 * MB, .head = "<meta http-equiv=refresh content='0; url ", .fill = " ", .fill_n = 64000, .tail = "=y'>", .once = {0, 1}},
	{.what = "data: of 60 KB", .bytes = 100 * MB, .head = "<img src='data:image/png;base64,", .fill = "iVBORw0KGgo", .fill_n = 5500, .tail = "'>", .once = {0, 1}},

	/* What never ends, and what seems to. */
	{.what = "comment", .bytes = 100 * MB, .open = "<!--", .head = "<a href=x>- -- --! ", .no_last = true},
	{.what = "comment of -", .bytes = 100 * MB, .open = "<!-- ", .head = "-", .close = ">"},
	{.what = "script", .bytes = 100 * MB, .open = "<script>", .head = "<a href=x></scrip> ", .no_last = true},
	{.what = "script of <!--<script", .bytes = 100 * MB, .open = "<script>", .head = "<!--<script </script> ", .close = "--></script>"},
	{.what = "title of </titl", .bytes = 100 * MB, .open = "<title>", .head = "</titl", .close = "</title>"},
	{.what = "title", .bytes = 100 * MB, .open = "<title>", .head = "<a href=x>", .no_last = true},
	{.what = "plaintext", .bytes = 100 * MB, .open = "<plaintext>", .head = "<a href=x>", .no_last = true},
	{.what = "CDATA", .bytes = 100 * MB, .open = "<svg><![CDATA[", .head = "<a href=x>]] ", .no_last = true},
	{.what = "CDATA of ]", .bytes = 100 * MB, .open = "<svg><![CDATA[", .head = "]", .close = ">]]></svg><p>"},
	{.what = "doctype", .bytes = 100 * MB, .open = "<!doctype html \"", .head = "<a href=x ", .no_last = true},
	{.what = "processing instruction", .bytes = 100 * MB, .open = "<?", .head = "<a href=x? ", .no_last = true},
	{.what = "<", .bytes = 100 * MB, .head = "<"},
	{.what = "</", .bytes = 100 * MB, .head = "</", .close = ">"},
	{.what = "</ >", .bytes = 100 * MB, .head = "</ >"},
	{.what = "<!", .bytes = 100 * MB, .head = "<!", .close = ">"},

	/* Elements in elements. */
	{.what = "div", .bytes = 50 * MB, .head = "<div>"},
	{.what = "b", .bytes = 50 * MB, .head = "<b>"},
	{.what = "unknown names", .bytes = 50 * MB, .head = "<x" N ">"},
	{.what = "div, span", .bytes = 50 * MB, .head = "<div><span>"},
	{.what = "a, b", .bytes = 50 * MB, .head = "<a><b>"},
	{.what = "p in p", .bytes = 50 * MB, .head = "<p><b>"},
	{.what = "p behind a button", .bytes = 50 * MB, .head = "<p><button><s><u></p>"},
	{.what = "svg", .bytes = 50 * MB, .head = "<svg>", .undo = "</svg>"},
	{.what = "svg and HTML in it", .bytes = 50 * MB, .head = "<svg><desc><div>", .undo = "</div></desc></svg>"},
	{.what = "template", .bytes = 50 * MB, .head = "<template>", .undo = "</template>"},
	{.what = "template, div", .bytes = 50 * MB, .head = "<template><div>", .undo = "</template>"},
	{.what = "template, rows", .bytes = 50 * MB, .head = "<template><tr><td>", .undo = "</template>"},
	{.what = "table", .bytes = 50 * MB, .head = "<table>"},
	{.what = "table, td", .bytes = 50 * MB, .head = "<table><td>"},
	{.what = "select", .bytes = 50 * MB, .head = "<select>", .close = "</select>"},
	{.what = "select in table", .bytes = 50 * MB, .head = "<table><td><select><option></table>", .close = "</select>"},
	{.what = "li", .bytes = 50 * MB, .head = "<li><ul><b><i>"},
	{.what = "li far from its list", .bytes = 50 * MB, .head = "<s><u><li>"},
	{.what = "formatting elements", .bytes = 50 * MB, .head = "<i><u><s></i><div>"},
	{.what = "end tags without a start", .bytes = 50 * MB, .open = "<i><u>", .head = "<div><span></i></u></em></h1></p>"},
	{.what = "end tags of the outermost", .bytes = 50 * MB, .open = "<x>", .head = "<s><u></x></y></z>"},
	{.what = "elements that a frameset may drop", .bytes = 50 * MB, .head = "<a href=" N "></a>", .each = {1, 1}},
	{.what = "a frameset that comes too late", .bytes = 50 * MB, .head = "<a href=" N "></a>", .close = "<frameset>", .each = {1, 1}, .no_last = true},

	/* Charsets. */
	{.what = "windows-1252, undeclared", .bytes = 200 * MB, .head = "<a href=\xE9" N ">\xE9</a>", .each = {1, 1}},
	{.what = "UTF-8, undeclared", .bytes = 100 * MB, .head = "<a href=\xC3\xA9" N ">\xC3\xA9</a>", .each = {1, 1}},
	{.what = "UTF-8, but for the last byte", .bytes = 100 * MB, .head = "<a href=\xC3\xA9" N ">\xC3\xA9</a>", .close = "\xFF", .each = {1, 1}},
	{.what = "64 KB of bytes that are not UTF-8", .bytes = 30 * MB, .open = "<meta charset=utf-8>", .head = "<a href='?", .fill = "\xE2\x82", .fill_n = 21000, .tail = "'>", .once = {1, 1}},
	{.what = "64 KB to encode", .bytes = 20 * MB, .open = "<meta charset=gbk>", .head = "<a href='?", .fill = "&#128169;", .fill_n = 7200, .tail = "'>", .once = {1, 1}},
	{.what = "queries in gbk", .bytes = 20 * MB, .open = "<meta charset=gbk>", .head = "<a href='?\xC4\xE3\xBA\xC3&" N "'>", .each = {1, 1}},
	{.what = "iso-2022-jp, escapes", .bytes = 30 * MB, .open = "<meta charset=iso-2022-jp>", .head = "\x1B$B\x1B(B"},
	{.what = "iso-2022-jp, bad escapes", .bytes = 30 * MB, .open = "<meta charset=iso-2022-jp>", .head = "\x1B$\x1B(\x1B"},
	{.what = "iso-2022-jp, hrefs", .bytes = 30 * MB, .open = "<meta charset=iso-2022-jp>", .head = "<a href='\x1B$BF|\x1B(B?" N "'></a>", .each = {1, 1}},

	/* XML.  Beyond a limit the page ends, as one that is not well-formed. */
	{.what = "XML: text", .form = XML, .bytes = 200 * MB, .head = "lorem ipsum dolor = sit amet "},
	{.what = "XML: distinct links", .form = XML, .bytes = 100 * MB, .head = "<a href='/link/" N "'/>", .each = {1, 1}},
	{.what = "XML: href of 4 MB", .form = XML, .bytes = 40 * MB, .head = "<a href='", .fill = "0123456789abcdef", .fill_n = 250000, .tail = "'/>"},
	{.what = "XML: href of 100 MB", .form = XML, .bytes = 100 * MB, .head = "", .open = "<a href='", .fill = "0123456789abcdef", .fill_n = 1, .close = "'/>", .no_last = true, .whole = true},
	{.what = "XML: comment of 4 MB", .form = XML, .bytes = 40 * MB, .head = "<!--", .fill = "- < > ", .fill_n = 666666, .tail = "-->"},
	{.what = "XML: comment of 100 MB", .form = XML, .bytes = 100 * MB, .open = "<!--", .head = "- < > ", .close = "-->", .no_last = true, .whole = true},
	{.what = "XML: CDATA of 100 MB", .form = XML, .bytes = 100 * MB, .open = "<![CDATA[", .head = "= < > ]] ", .close = "]]>"},
	{.what = "XML: instruction of 4 MB", .form = XML, .bytes = 40 * MB, .head = "<?x ", .fill = "- < > ", .fill_n = 666666, .tail = "?>"},
	{.what = "XML: attributes", .form = XML, .bytes = 8 * MB, .open = "<p ", .head = "a" N "='' ", .close = "/>", .no_last = true, .whole = true},
	{.what = "XML: 500 attributes", .form = XML, .bytes = 30 * MB, .head = "<p ", .fill = "a" N "='' ", .fill_n = 500, .restart = true, .tail = "/>"},
	{.what = "XML: namespaces", .form = XML, .bytes = 8 * MB, .open = "<p ", .head = "xmlns:a" N "='b' ", .close = "/>", .no_last = true, .whole = true},
	{.what = "XML: names", .form = XML, .bytes = 8 * MB, .head = "<x" N " y" N "=''/>", .no_last = true, .whole = true},
	{.what = "XML: nesting", .form = XML, .bytes = 50 * MB, .head = "<p>", .undo = "</p>", .no_last = true, .whole = true},
	{.what = "XML: declared defaults", .form = XML, .bytes = 1 * MB, .open = "<!DOCTYPE html [", .head = "<!ATTLIST a b" N " CDATA 'c'>", .close = "]>" ROOT, .none = true, .whole = true},
	{.what = "XML: few declared defaults", .form = XML, .bytes = 2 * MB, .open = "<!DOCTYPE html [" DEFAULTS "]>" ROOT, .head = "<p/>"},
	{.what = "XML: declarations that never end", .form = XML, .bytes = 100 * MB, .open = "<!DOCTYPE html [", .head = "<!ENTITY b" N " 'c'>", .none = true, .whole = true},
	{.what = "XML: namespaces, nested", .form = XML, .bytes = 8 * MB, .head = "<p xmlns:a" N "='b'>", .undo = "</p>", .no_last = true, .whole = true},
	{.what = "XML: references", .form = XML, .bytes = 30 * MB, .head = "&amp;&#65;"},
};
/* clang-format on */

#define MONSTERS (sizeof(monsters) / sizeof(*monsters))

/* A page on its way into a reader. */
struct page {
	struct links *links;
	char          chunk[CHUNK];
	size_t        n;
	bool          wide; /* UTF-16 */
	bool          over; /* it wants no more */
};

/* What came of a page; a child tells its parent. */
struct result {
	double   seconds;
	uint64_t bytes;
	uint64_t links;
	uint64_t wanted;
	bool     right; /* first and last, and as many as wanted */
	long     peak_kb;
	long     seen_kb;
	long     kept_kb;
};

struct found {
	struct str first;
	struct str last;
	bool       first_is; /* the first link is `first` */
	bool       last_is;  /* the latest is `last` */
	uint64_t   n;
};

static void
on_link(void *arg, const struct link *link)
{
	struct found *f = arg;
	struct str    href = url_href(link->url);

	if (f->n++ == 0)
		f->first_is = str_eq(href, f->first);
	f->last_is = href.n >= f->last.n && memcmp(href.p + href.n - f->last.n,
						f->last.p, f->last.n) == 0;
}

static void
send(struct page *p)
{
	char wide[2 * CHUNK] = {0};

	if (p->wide) {
		for (size_t i = 0; i < p->n; i++)
			wide[2 * i] = p->chunk[i];
		p->over =
		    p->over || !links_feed(p->links, str_n(wide, 2 * p->n));
	} else {
		p->over =
		    p->over || !links_feed(p->links, str_n(p->chunk, p->n));
	}
	p->n = 0;
}

static void
put(struct page *p, const char *s, size_t n)
{
	while (n > 0) {
		size_t part = CHUNK - p->n < n ? CHUNK - p->n : n;

		memcpy(p->chunk + p->n, s, part);
		p->n += part;
		s += part;
		n -= part;
		if (p->n == CHUNK)
			send(p);
	}
}

static void
put_text(struct page *p, const char *s)
{
	if (s != NULL)
		put(p, s, strlen(s));
}

/* The piece of a monster, and where its numbers are. */
struct piece {
	struct buf text;
	size_t    *number;
	size_t     numbers;
	bool       restart;
};

static void
piece_add(struct piece *piece, const char *s)
{
	for (; s != NULL && *s != '\0'; s++) {
		if (*s != N[0]) {
			buf_addc(&piece->text, *s);
			continue;
		}
		piece->number =
		    xrealloc(piece->number, piece->numbers + 1, sizeof(size_t));
		piece->number[piece->numbers++] = piece->text.n;
		buf_add(&piece->text, STR_LIT("00000000"));
	}
}

static void
piece_make(struct piece *piece, const struct monster *m)
{
	*piece = (struct piece){.restart = m->restart};
	piece_add(piece, m->head);
	for (size_t i = 0; i < m->fill_n; i++)
		piece_add(piece, m->fill);
	piece_add(piece, m->tail);
}

/* Adds one to a number, so that no printf() is in the times. */
static void
count_up(char *digits, const char *one_less)
{
	memmove(digits, one_less, 8);
	for (int i = 7; i >= 0 && ++digits[i] > '9'; i--)
		digits[i] = '0';
}

static void
put_piece(struct page *p, struct piece *piece)
{
	if (piece->restart)
		memset(
		    piece->text.p + piece->number[piece->numbers - 1], '0', 8);
	for (size_t i = 0; i < piece->numbers; i++) {
		size_t before = i > 0 ? i - 1 : piece->numbers - 1;

		count_up(piece->text.p + piece->number[i],
		    piece->text.p + piece->number[before]);
	}
	put(p, piece->text.p, piece->text.n);
}

/* So often goes the piece into a page of so many bytes. */
static size_t
times(const struct monster *m, const struct piece *piece, size_t bytes)
{
	size_t each = piece->text.n + (m->undo != NULL ? strlen(m->undo) : 0);

	return bytes / each > 0 ? bytes / each : 1;
}

static bool
is_doctype(const char *s)
{
	return s != NULL && strncmp(s, "<!DOCTYPE", 9) == 0;
}

static void
write_page(
    struct page *p, const struct monster *m, struct piece *piece, size_t n)
{
	bool xml = m->form == XML;

	p->wide = m->form == UTF_16;
	if (p->wide)
		links_feed(p->links, STR_LIT("\xFF\xFE"));
	if (xml && !is_doctype(m->open))
		put_text(p, ROOT);
	else if (!xml)
		put_text(p, "<a href=/first></a>");
	put_text(p, m->open);
	if (m->open != NULL && strncmp(m->open, "<base", 5) == 0) {
		for (int i = 0; i < 6000; i++)
			put_text(p, "0123456789");
		put_text(p, "/'>");
	}
	for (size_t i = 0; i < n && !p->over; i++)
		put_piece(p, piece);
	for (size_t i = 0; i < n && m->undo != NULL && !p->over; i++)
		put_text(p, m->undo);
	put_text(p, m->close);
	put_text(p, xml ? "<a href='last'/></html>" : "<a href=last></a>");
	send(p);
}

static double
cpu_seconds(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}

/* A line of /proc/self/status, in KB. */
static long
status_kb(const char *name)
{
	FILE *f = fopen("/proc/self/status", "r");
	char  line[128];
	long  kb = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			kb = strtol(line + strlen(name) + 1, NULL, 10);
	if (f != NULL)
		fclose(f);
	return kb;
}

/* Reads one page. */
static void
read_page(struct page *p, const struct monster *m, struct piece *piece,
    size_t n, struct found *f)
{
	struct url document = {0};

	url_parse(&document, STR_LIT("http://h/first"), NULL);
	p->over = false;
	f->n = 0;
	f->first = STR_LIT("http://h/first");
	f->last = STR_LIT("/last");
	links_start(p->links, m->form == XML ? HTML_XML : HTML_TEXT,
	    STR_LIT(""), &document, on_link, f);
	write_page(p, m, piece, n);
	links_end(p->links);
	url_clear(&document);
}

static bool
is_meta(const char *s)
{
	return s != NULL && strncmp(s, "<meta", 5) == 0;
}

static struct result
measure(const struct monster *m, bool all, size_t bytes)
{
	struct links_options options = {
	    .set = all ? LINKS_ALL : LINKS_A,
	    .details = all,
	};
	/* ICU's tables come with the first page that needs them. */
	const struct monster small = {
	    .form = m->form,
	    .open = is_meta(m->open) ? m->open : NULL,
	    .close = "<a href='http://b\xC3\xBC"
		     "cher/?\xC3\xBC'></a>",
	};
	struct result r = {.bytes = bytes};
	struct piece  piece;
	struct page   p = {.links = links_new(&options)};
	struct found  f;
	double        begun;
	long          peak;
	long          idle;
	size_t        n;

	piece_make(&piece, m);
	n = times(m, &piece, bytes);
	read_page(&p, &small, &piece, 0, &f);
	links_trim(p.links);
	malloc_trim(0);
	peak = status_kb("VmHWM");
	idle = status_kb("VmRSS");
	begun = cpu_seconds();
	read_page(&p, m, &piece, n, &f);
	r.seconds = cpu_seconds() - begun;
	r.peak_kb = status_kb("VmHWM") - peak;
	r.links = f.n;
	if (!m->none)
		r.wanted = 1 + !m->no_last + m->once[all] + m->each[all] * n;
	if (m->drops) {
		r.wanted -= links_dropped(p.links);
		f.last_is = true;
	}
	r.right = f.n == r.wanted &&
	          (m->none || (f.first_is && f.last_is == !m->no_last));
	/* 16 bytes each, but just after its growth there may be 22. */
	r.seen_kb = (long)(f.n < LIMIT_PAGE_LINKS_DISTINCT
			       ? f.n
			       : LIMIT_PAGE_LINKS_DISTINCT) *
	            16 / 1024;
	links_trim(p.links);
	malloc_trim(0);
	r.kept_kb = status_kb("VmRSS") - idle;
	links_free(p.links);
	buf_clear(&piece.text);
	free(piece.number);
	return r;
}

/* In a process of its own, so that each begins with an idle one's memory. */
static struct result
measure_apart(const struct monster *m, bool all, size_t bytes)
{
	struct result r = {0};
	int           fd[2];
	int           status;
	pid_t         pid;

	if (pipe(fd) != 0)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		r = measure(m, all, bytes);
		if (write(fd[1], &r, sizeof(r)) != (ssize_t)sizeof(r))
			abort();
		exit(0);
	}
	close(fd[1]);
	if (read(fd[0], &r, sizeof(r)) != (ssize_t)sizeof(r))
		r.right = false;
	close(fd[0]);
	if (waitpid(pid, &status, 0) < 0 || status != 0)
		r.right = false;
	return r;
}

struct options {
	bool   check;
	bool   no_memory;
	size_t part;
};

/* Makes r's time the best of all rounds; returns that of half the page. */
static double
take_times(const struct monster *m, bool all, size_t bytes, struct result *r)
{
	double half = measure_apart(m, all, bytes / 2).seconds;

	/* In turn, as the machine may have other things to do for a while. */
	for (int i = 1; i < ROUNDS; i++) {
		double one = measure_apart(m, all, bytes / 2).seconds;
		double two = measure_apart(m, all, bytes).seconds;

		half = one < half ? one : half;
		r->seconds = two < r->seconds ? two : r->seconds;
	}
	return half;
}

/* One row.  False if it breaks a bound. */
static bool
run(const struct monster *m, bool all, const struct options *o)
{
	size_t        bytes = m->whole ? m->bytes : m->bytes / o->part;
	struct result r = measure_apart(m, all, bytes);
	long          max = m->form == XML ? MAX_PEAK_XML_KB : MAX_PEAK_KB;
	bool          good = r.right;
	double        half = 0;

	if (!o->no_memory &&
	    (r.peak_kb - r.seen_kb > max || r.kept_kb > MAX_KEPT_KB))
		good = false;
	printf("%-36s %6.0f", all ? "" : m->what, (double)bytes / MB);
	if (!o->check) {
		half = take_times(m, all, bytes, &r);
		printf(" %8.0f", (double)bytes / MB / r.seconds);
		if (half < TIME_MIN)
			printf("     -");
		else
			printf(" %5.2f", r.seconds / half);
		if (half >= TIME_MIN && r.seconds / half > MAX_X2)
			good = false;
	}
	printf(" %9llu", (unsigned long long)r.links);
	if (!o->no_memory)
		printf(" %7ld %7ld %7ld", r.peak_kb, r.seen_kb, r.kept_kb);
	printf(" %s\n", good ? "" : "!");
	if (!r.right)
		printf("    wanted %llu links%s\n",
		    (unsigned long long)r.wanted,
		    m->no_last ? "" : ", the last one by name");
	fflush(stdout);
	return good;
}

static bool
is_asked_for(const char *what, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (strstr(what, names[i]) != NULL)
			return true;
	return n == 0;
}

int
main(int argc, char **argv)
{
	struct options o = {.part = 1};
	int            failed = 0;
	int            rows = 0;

	for (argc--, argv++; argc > 0 && argv[0][0] == '-'; argc--, argv++) {
		if (strcmp(argv[0], "--check") == 0) {
			o.check = true;
		} else if (strcmp(argv[0], "--no-memory") == 0) {
			o.no_memory = true;
		} else if (strcmp(argv[0], "--part") == 0 && argc > 1) {
			o.part = strtoul(argv[1], NULL, 10);
			argc--;
			argv++;
		}
	}
	o.part = o.part > 0 ? o.part : 1;
	printf("%-36s %6s%s %9s%s\n", "", "MB",
	    o.check ? "" : "     MB/s    x2", "links",
	    o.no_memory ? "" : "    peak    seen    kept");
	for (size_t i = 0; i < MONSTERS; i++) {
		for (int all = 0; all < 2; all++) {
			if (!is_asked_for(monsters[i].what, argv, argc))
				continue;
			rows++;
			failed += !run(&monsters[i], all, &o);
		}
	}
	printf("%d rows, %d beyond their bounds\n", rows, failed);
	return failed > 0 || rows == 0;
}
