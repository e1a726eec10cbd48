/*
 * sitemap.c - the URLs of a sitemap, while its bytes arrive.
 *
 * What arrives is decompressed where it is gzip, and parted anew into pieces
 * of one size.  So whatever depends on how bytes are cut, as some errors in
 * XML do, is the same however they arrive.  The first piece tells text from
 * XML.
 */
#include "acrawl/sitemap.h"

#include <stdlib.h>

#include "acrawl/limits.h"
#include "acrawl/mem.h"
#include "charset.h"
#include "gunzip.h"
#include "xml_push.h"

#define PIECE_BYTES 4096
#define UTF8_BOM    STR_LIT("\xEF\xBB\xBF")

enum form {
	FORM_UNKNOWN, /* nothing but blanks yet */
	FORM_TEXT,
	FORM_XML,
};

/* The elements that count. */
enum element {
	OTHER,
	URLSET,
	URL,
	LOC,
	SITEMAPINDEX,
	SITEMAP,
	RSS,
	RDF,
	ITEM,
	FEED,
	ENTRY,
	LINK,
};

struct sitemap {
	sitemap_fn      *fn;
	void            *arg;
	struct gunzip   *gunzip; /* NULL: it is not compressed */
	size_t           raw;    /* bytes that came */
	size_t           bytes;  /* of whole pieces */
	size_t           urls;
	enum form        form;
	enum sitemap_end end;
	bool             done; /* the end is known */
	bool             bom;  /* UTF-8's was there: it outdoes a declaration */

	/* The line or element that is being read. */
	struct buf url;
	bool       url_full; /* but for blanks, nothing may come */
	bool       url_bad;

	struct xml_push xml; /* its parser is owned; NULL until XML comes */
	unsigned        depth;
	unsigned        at;                        /* depth of a loc; 0: none */
	uint8_t         open[LIMIT_SITEMAP_DEPTH]; /* enum element */

	size_t piece_n;
	char   piece[PIECE_BYTES];
};

/* Nothing more is read.  The first reason counts. */
static void
stop(struct sitemap *s, enum sitemap_end end)
{
	if (s->done)
		return;
	s->done = true;
	s->end = end;
	if (s->xml.parser != NULL)
		xml_push_stop(s->xml.parser);
}

static void
url_begin(struct sitemap *s)
{
	buf_reset(&s->url);
	s->url_full = false;
	s->url_bad = false;
}

/* More of a URL.  Blanks at its end may be more than there is room for. */
static void
url_add(struct sitemap *s, struct str text)
{
	while (s->url.n == 0 && text.n > 0 && is_blank(*text.p))
		text = str_n(text.p + 1, text.n - 1);
	if (!s->url_full && buf_add(&s->url, text))
		return;
	while (text.n > 0 && is_blank(text.p[text.n - 1]))
		text.n--;
	if (text.n > 0 && (s->url_full || !buf_add(&s->url, text)))
		s->url_bad = true;
	s->url_full = true;
}

static bool
is_utf8(struct str s)
{
	struct utf8_check check = {0};

	return utf8_check(&check, s) == s.n && check.need == 0;
}

static void
url_end(struct sitemap *s, enum sitemap_kind kind)
{
	struct str url = str_trim(buf_str(&s->url));

	if (s->done || s->url_bad || url.n == 0 || !is_utf8(url))
		return;
	if (s->urls == LIMIT_SITEMAP_URLS) {
		stop(s, SITEMAP_LIMITED);
		return;
	}
	s->urls++;
	s->fn(s->arg, kind, url);
}

static void
line_end(struct sitemap *s)
{
	struct str line = buf_str(&s->url);

	if (str_starts_nocase(line, STR_LIT("http://")) ||
	    str_starts_nocase(line, STR_LIT("https://")))
		url_end(s, SITEMAP_PAGE);
	url_begin(s);
}

/* CR and LF both end a line; the empty one between them is none. */
static void
read_text(struct sitemap *s, struct str text)
{
	while (text.n > 0) {
		size_t n = 0;

		while (n < text.n && text.p[n] != '\r' && text.p[n] != '\n')
			n++;
		url_add(s, str_n(text.p, n));
		if (n < text.n) {
			line_end(s);
			n++;
		}
		text = str_n(text.p + n, text.n - n);
	}
}

static enum element
element_of(const xmlChar *name)
{
	static const char *const names[] = {
	    [URLSET] = "urlset",
	    [URL] = "url",
	    [LOC] = "loc",
	    [SITEMAPINDEX] = "sitemapindex",
	    [SITEMAP] = "sitemap",
	    [RSS] = "rss",
	    [RDF] = "RDF",
	    [ITEM] = "item",
	    [FEED] = "feed",
	    [ENTRY] = "entry",
	    [LINK] = "link",
	};

	for (enum element e = URLSET; e <= LINK; e++)
		if (strcmp(names[e], (const char *)name) == 0)
			return e;
	return OTHER;
}

static bool
is_root(enum element e)
{
	return e == URLSET || e == SITEMAPINDEX || e == RSS || e == RDF ||
	       e == FEED;
}

static bool
has_url(enum element e, enum element parent)
{
	return (e == LOC && (parent == URL || parent == SITEMAP)) ||
	       (e == LINK && (parent == ITEM || parent == ENTRY));
}

/* An Atom link (RFC 4287, 4.2.7); attrs are name, prefix, URI, value, end. */
static void
read_atom_link(struct sitemap *s, int n, const xmlChar **attrs)
{
	for (int i = 0; i < n; i++, attrs += 5) {
		const char *name = (const char *)attrs[0];
		struct str  value = str_n(
		     (const char *)attrs[3], (size_t)(attrs[4] - attrs[3]));

		if (attrs[1] != NULL)
			continue;
		if (strcmp(name, "href") == 0)
			url_add(s, value);
		else if (strcmp(name, "rel") == 0)
			s->url_bad |= !str_eq_nocase(
			    str_trim(value), STR_LIT("alternate"));
	}
}

/* libxml2 reports a start tag. */
static void
on_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int namespaces_n, const xmlChar **namespaces,
    int attrs_n, int defaulted_n, const xmlChar **attrs)
{
	struct sitemap *s = arg;
	enum element    e = element_of(name);
	enum element    parent = s->depth > 0 ? s->open[s->depth - 1] : OTHER;

	(void)prefix;
	(void)uri;
	(void)namespaces;
	(void)defaulted_n;
	if (s->depth == 0 && !is_root(e))
		stop(s, SITEMAP_BROKEN);
	if (s->depth == LIMIT_SITEMAP_DEPTH ||
	    attrs_n + namespaces_n > LIMIT_SITEMAP_ATTRIBUTES ||
	    s->xml.parser->nsNr / 2 > LIMIT_SITEMAP_ATTRIBUTES)
		stop(s, SITEMAP_LIMITED);
	if (s->done)
		return;
	s->open[s->depth++] = (uint8_t)e;
	if (s->at > 0) {
		/* With an element in it, it is no URL. */
		s->url_bad = true;
	} else if (has_url(e, parent)) {
		url_begin(s);
		s->at = s->depth;
		if (parent == ENTRY)
			read_atom_link(s, attrs_n, attrs);
	}
}

/* libxml2 reports an end tag; after an empty element's start tag, too. */
static void
on_end(
    void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct sitemap *s = arg;

	(void)name;
	(void)prefix;
	(void)uri;
	if (s->done)
		return;
	if (s->at == s->depth) {
		url_end(s, s->open[s->depth - 2] == SITEMAP ? SITEMAP_INDEX
							    : SITEMAP_PAGE);
		s->at = 0;
	}
	s->depth--;
}

/* libxml2 reports text, a part of it, or a CDATA section. */
static void
on_text(void *arg, const xmlChar *text, int n)
{
	struct sitemap *s = arg;

	if (!s->done && s->at > 0 && s->at == s->depth &&
	    s->open[s->depth - 2] != ENTRY)
		url_add(s, str_n((const char *)text, (size_t)n));
}

/* libxml2 reports a DOCTYPE, before it reads any declaration in it. */
static void
on_doctype(
    void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
	(void)name;
	(void)id;
	(void)uri;
	stop(arg, SITEMAP_BROKEN);
}

static void
read_xml(struct sitemap *s, struct str text, bool end)
{
	xml_push(&s->xml, text, end);
	if (s->xml.parser->disableSAX || (end && !s->xml.parser->wellFormed))
		stop(s, s->xml.beyond ? SITEMAP_LIMITED : SITEMAP_BROKEN);
}

/*
 * Whether XML, of which this is the begin, says that it is UTF-16 in bytes that
 * are not: some programs write so, and mean UTF-8.
 */
static bool
declares_utf16(struct str xml)
{
	if (!str_starts_nocase(xml, STR_LIT("<?xml")))
		return false;
	while (xml.n > 0 && *xml.p != '>') {
		if (str_starts_nocase(xml, STR_LIT("utf-16")))
			return true;
		xml = str_n(xml.p + 1, xml.n - 1);
	}
	return false;
}

static void
begin_xml(struct sitemap *s, struct str begin)
{
	xmlSAXHandler sax = {
	    .initialized = XML_SAX2_MAGIC,
	    .internalSubset = on_doctype,
	    .startElementNs = on_start,
	    .endElementNs = on_end,
	    .characters = on_text,
	    .ignorableWhitespace = on_text,
	    .cdataBlock = on_text,
	};
	xmlParserCtxt *parser;

	xml_push_silence();
	parser = xmlCreatePushParserCtxt(&sax, s, NULL, 0, NULL);
	if (parser == NULL)
		mem_exhausted();
	xml_push_start(&s->xml, parser,
	    (struct xml_limits){
		.markup = LIMIT_SITEMAP_MARKUP_BYTES,
		.names = LIMIT_SITEMAP_NAMES_BYTES,
		.attributes = LIMIT_SITEMAP_ATTRIBUTES,
	    });
	s->form = FORM_XML;
	if (s->bom || declares_utf16(begin))
		parser->options |= XML_PARSE_IGNORE_ENC;
}

/* By its first bytes, whether it is XML: UTF-16 may have a byte order mark. */
static bool
is_xml(struct str text)
{
	return text.p[0] == '<' ||
	       (text.n >= 2 && (memcmp(text.p, "\xFF\xFE", 2) == 0 ||
				   memcmp(text.p, "\xFE\xFF", 2) == 0 ||
				   memcmp(text.p, "\0<", 2) == 0));
}

/* Blanks and a byte order mark are before XML, too, although XML forbids it. */
static struct str
find_form(struct sitemap *s, struct str text, bool first)
{
	if (first && text.n >= UTF8_BOM.n &&
	    memcmp(text.p, UTF8_BOM.p, UTF8_BOM.n) == 0) {
		s->bom = true;
		text = str_n(text.p + UTF8_BOM.n, text.n - UTF8_BOM.n);
	}
	while (text.n > 0 && is_blank(*text.p))
		text = str_n(text.p + 1, text.n - 1);
	if (text.n > 0 && is_xml(text))
		begin_xml(s, text);
	else if (text.n > 0)
		s->form = FORM_TEXT;
	return text;
}

/* Reads the piece. */
static void
flush(struct sitemap *s)
{
	struct str text = str_n(s->piece, s->piece_n);
	bool       beyond = text.n > LIMIT_SITEMAP_BYTES - s->bytes;

	if (beyond)
		text.n = LIMIT_SITEMAP_BYTES - s->bytes;
	s->bytes += text.n;
	s->piece_n = 0;
	if (s->form == FORM_UNKNOWN)
		text = find_form(s, text, s->bytes == text.n);
	if (s->form == FORM_TEXT)
		read_text(s, text);
	else if (s->form == FORM_XML && text.n > 0)
		read_xml(s, text, false);
	if (beyond)
		stop(s, SITEMAP_LIMITED);
}

/* As it is. */
static void
feed_plain(struct sitemap *s, struct str bytes)
{
	while (bytes.n > 0 && !s->done) {
		size_t n = PIECE_BYTES - s->piece_n;

		if (n > bytes.n)
			n = bytes.n;
		memcpy(s->piece + s->piece_n, bytes.p, n);
		s->piece_n += n;
		bytes = str_n(bytes.p + n, bytes.n - n);
		if (s->piece_n == PIECE_BYTES)
			flush(s);
	}
}

static void
feed_gzip(struct sitemap *s, struct str bytes)
{
	bool beyond = bytes.n > LIMIT_SITEMAP_BYTES - s->raw;
	bool full;

	/* Endlessly many empty blocks are nothing decompressed. */
	if (beyond)
		bytes.n = LIMIT_SITEMAP_BYTES - s->raw;
	s->raw += bytes.n;
	do {
		s->piece_n += gunzip(s->gunzip, &bytes, s->piece + s->piece_n,
		    PIECE_BYTES - s->piece_n);
		full = s->piece_n == PIECE_BYTES;
		if (full)
			flush(s);
	} while (full && !s->done);
	if (beyond || gunzip_state(s->gunzip) == GUNZIP_BROKEN) {
		flush(s);
		stop(s, beyond ? SITEMAP_LIMITED : SITEMAP_BROKEN);
	}
}

struct sitemap *
sitemap_new(sitemap_fn *fn, void *arg)
{
	struct sitemap *s = XNEW(struct sitemap);

	s->fn = fn;
	s->arg = arg;
	buf_init(&s->url, LIMIT_URL_BYTES);
	return s;
}

void
sitemap_free(struct sitemap *s)
{
	if (s == NULL)
		return;
	xmlFreeParserCtxt(s->xml.parser);
	gunzip_free(s->gunzip);
	buf_clear(&s->url);
	free(s);
}

bool
sitemap_feed(struct sitemap *s, struct str bytes)
{
	if (s->done)
		return false;
	/* No text and no XML begins so; gzip's second byte is zlib's to see. */
	if (s->bytes == 0 && s->piece_n == 0 && s->gunzip == NULL &&
	    bytes.n > 0 && *bytes.p == '\x1f')
		s->gunzip = gunzip_new();
	if (s->gunzip != NULL)
		feed_gzip(s, bytes);
	else
		feed_plain(s, bytes);
	return !s->done &&
	       (s->gunzip == NULL || gunzip_state(s->gunzip) != GUNZIP_OVER);
}

/* All has come, and no bound stood in the way. */
static void
finish(struct sitemap *s)
{
	if (s->form == FORM_XML)
		read_xml(s, STR_LIT(""), true);
	else if (s->form == FORM_TEXT)
		line_end(s);
	if (s->form == FORM_UNKNOWN || (s->form == FORM_TEXT && s->urls == 0))
		stop(s, SITEMAP_BROKEN);
}

void
sitemap_cut(struct sitemap *s)
{
	if (!s->done)
		flush(s);
	s->done = true;
}

enum sitemap_end
sitemap_end(struct sitemap *s)
{
	if (!s->done)
		flush(s);
	if (s->gunzip != NULL && gunzip_state(s->gunzip) == GUNZIP_INSIDE)
		stop(s, SITEMAP_BROKEN);
	if (!s->done)
		finish(s);
	s->done = true;
	return s->end;
}
