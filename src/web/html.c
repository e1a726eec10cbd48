/*
 * html.c - a document's bytes in, its elements out, by libxml2.
 *
 * One libxml2 context of either kind is kept and reset for each document; it
 * is made when the first such document comes.  The first bytes wait here
 * until a byte order mark can be told from content, since libxml2 has to know
 * the encoding before it sees a byte.
 */
#include "acrawl/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdlib.h>

#include "acrawl/limits.h"

#define BOM_MAX 3

#define XHTML_NAMESPACE "http://www.w3.org/1999/xhtml"

struct html {
	html_element_fn *element;
	void            *arg;
	enum html_kind   kind;
	xmlParserCtxt   *parser;  /* of this document: one of the two below */
	xmlParserCtxt   *as_html; /* NULL until needed */
	xmlParserCtxt   *as_xml;
	char             charset[64]; /* of the HTTP header, or empty */
	char             head[BOM_MAX];
	size_t           head_n;
	bool             begun;  /* the encoding is settled */
	struct buf       values; /* NUL-terminated attributes, XHTML only */
};

/* libxml2 reports an HTML start tag. */
static void
on_html_element(void *arg, const xmlChar *name, const xmlChar **attrs)
{
	struct html *h = arg;

	h->element(h->arg, (const char *)name, (const char **)attrs);
}

/* libxml2 reports an XHTML start tag: attrs are name, prefix, URI, value, end.
 */
static void
on_xml_element(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int namespaces_n, const xmlChar **namespaces,
    int attrs_n, int defaulted_n, const xmlChar **attrs)
{
	struct html *h = arg;
	const char  *pair[3] = {NULL, NULL, NULL};

	(void)prefix;
	(void)namespaces_n;
	(void)namespaces;
	(void)defaulted_n;
	if (uri != NULL && strcmp((const char *)uri, XHTML_NAMESPACE) != 0)
		return;
	for (int i = 0; i < attrs_n; i++, attrs += 5) {
		if (attrs[1] != NULL ||
		    strcmp((const char *)attrs[0], "href") != 0)
			continue;
		buf_reset(&h->values);
		if (!buf_add(&h->values, str_n((const char *)attrs[3],
					     (size_t)(attrs[4] - attrs[3]))))
			continue;
		pair[0] = "href";
		pair[1] = buf_cstr(&h->values);
	}
	h->element(h->arg, (const char *)name, pair);
}

struct html *
html_new(html_element_fn *element, void *arg)
{
	struct html *h = XNEW(struct html);

	h->element = element;
	h->arg = arg;
	buf_init(&h->values, LIMIT_URL_BYTES + 1);
	return h;
}

void
html_free(struct html *h)
{
	if (h == NULL)
		return;
	htmlFreeParserCtxt(h->as_html);
	/* A DTD's declarations make a document even without a handler. */
	if (h->as_xml != NULL && h->as_xml->myDoc != NULL)
		xmlFreeDoc(h->as_xml->myDoc);
	xmlFreeParserCtxt(h->as_xml);
	buf_clear(&h->values);
	free(h);
}

void
html_start(struct html *h, enum html_kind kind, struct str charset)
{
	/* What the Encoding standard, 4.2, takes for windows-1252. */
	static const char *const latin[] = {
	    "iso-8859-1", "iso8859-1", "latin1", "l1", "us-ascii", "ascii"};

	h->kind = kind;
	h->head_n = 0;
	h->begun = false;
	if (charset.n >= sizeof(h->charset))
		charset.n = 0;
	for (size_t i = 0; i < sizeof(latin) / sizeof(*latin); i++)
		if (str_eq_nocase(charset, str_c(latin[i])))
			charset = STR_LIT("windows-1252");
	memcpy(h->charset, charset.p, charset.n);
	h->charset[charset.n] = '\0';
}

/* The encoding that a byte order mark names, or NULL. */
static const char *
bom_charset(const char *p, size_t n)
{
	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		return "UTF-8";
	if (n >= 2 && memcmp(p, "\xFF\xFE", 2) == 0)
		return "UTF-16LE";
	if (n >= 2 && memcmp(p, "\xFE\xFF", 2) == 0)
		return "UTF-16BE";
	return NULL;
}

static void
make_html_parser(struct html *h)
{
	htmlSAXHandler sax = {.startElement = on_html_element};

	h->as_html = htmlCreatePushParserCtxt(
	    &sax, h, NULL, 0, NULL, XML_CHAR_ENCODING_NONE);
	if (h->as_html == NULL)
		mem_exhausted();
}

static void
make_xml_parser(struct html *h)
{
	xmlSAXHandler sax = {
	    .initialized = XML_SAX2_MAGIC, .startElementNs = on_xml_element};

	h->as_xml = xmlCreatePushParserCtxt(&sax, h, NULL, 0, NULL);
	if (h->as_xml == NULL)
		mem_exhausted();
}

/* Gets the parser of this kind ready for a new document. */
static void
reset_parser(struct html *h)
{
	if (h->kind == HTML_TEXT) {
		if (h->as_html == NULL)
			make_html_parser(h);
		h->parser = h->as_html;
	} else {
		if (h->as_xml == NULL)
			make_xml_parser(h);
		h->parser = h->as_xml;
	}
	if (xmlCtxtResetPush(h->parser, NULL, 0, NULL, NULL) != 0)
		mem_exhausted();
	if (h->kind == HTML_TEXT) {
		h->parser->html = 1;
		htmlCtxtUseOptions(h->parser, HTML_PARSE_NOERROR |
						  HTML_PARSE_NOWARNING |
						  HTML_PARSE_NONET);
	} else {
		/*
		 * NOENT: have "&amp;" in an attribute as "&".  The handler
		 * declares no entities, so there are no others to replace.
		 */
		xmlCtxtUseOptions(
		    h->parser, XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				   XML_PARSE_NONET | XML_PARSE_NOENT);
	}
}

/*
 * Between two tags libxml2 keeps text until the next tag comes, and searches
 * all of it again with each chunk.  Nobody wants it: forget it.
 */
static void
skip_text(xmlParserCtxt *parser)
{
	xmlParserInput *in = parser->input;
	const xmlChar  *last = in->end - 1;

	if (parser->instate != XML_PARSER_CONTENT || in->end - in->cur < 8 ||
	    memchr(in->cur, '<', (size_t)(in->end - in->cur)) != NULL)
		return;
	/* What may be the begin of a character stays. */
	for (int i = 0; i < 3 && (*last & 0xc0) == 0x80; i++)
		last--;
	in->cur = last;
	xmlParserInputShrink(in);
}

static void
parse(struct html *h, const char *p, size_t n, bool end)
{
	do {
		int part = n > INT_MAX ? INT_MAX : (int)n;

		if (h->kind == HTML_TEXT) {
			/*
			 * Up to 2.9.14, libxml2 takes up its search for the
			 * end of a cut tag here, but forgets whether it was
			 * within quotes, and may never find it.
			 */
			h->parser->checkIndex = 0;
			htmlParseChunk(h->parser, p, part, end);
			skip_text(h->parser);
		} else {
			xmlParseChunk(h->parser, p, part, end);
		}
		p += part;
		n -= (size_t)part;
	} while (n > 0);
}

/* The first bytes are there: settles the encoding and parses them. */
static void
begin(struct html *h)
{
	const char               *bom = bom_charset(h->head, h->head_n);
	const char               *name = bom != NULL ? bom : h->charset;
	xmlCharEncodingHandlerPtr handler = NULL;

	h->begun = true;
	reset_parser(h);
	if (name[0] != '\0')
		handler = xmlFindCharEncodingHandler(name);
	if (handler != NULL) {
		/* A copy of the name marks it as certain: meta can't change it.
		 */
		h->parser->input->encoding = xmlStrdup((const xmlChar *)name);
		xmlSwitchToEncoding(h->parser, handler);
	} else if (h->kind == HTML_TEXT) {
		/* UTF-8 until a meta or the first byte that is not. */
		xmlSwitchEncoding(h->parser, XML_CHAR_ENCODING_UTF8);
	}
	parse(h, h->head, h->head_n, false);
}

bool
html_feed(struct html *h, struct str bytes)
{
	while (!h->begun && bytes.n > 0) {
		h->head[h->head_n++] = *bytes.p;
		bytes = str_n(bytes.p + 1, bytes.n - 1);
		if (h->head_n == BOM_MAX)
			begin(h);
	}
	if (h->begun && bytes.n > 0)
		parse(h, bytes.p, bytes.n, false);
	return !h->begun || !h->parser->disableSAX;
}

bool
html_end(struct html *h)
{
	if (!h->begun)
		begin(h);
	/* libxml2 would take the end for the end of a tag that was cut off. */
	if (h->kind == HTML_TEXT)
		return true;
	parse(h, "", 0, true);
	return h->parser->wellFormed != 0;
}
