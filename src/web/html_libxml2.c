/*
 * html_libxml2.c - the elements of a document, by libxml2's push parsers.
 *
 * One libxml2 context of either kind is kept and reset for each document; it
 * is made when the first such document comes.  The first bytes wait here
 * until a byte order mark can be told from content, since libxml2 has to know
 * the encoding before it sees a byte.
 */
#include "html_libxml2.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include "acrawl/limits.h"
#include "acrawl/mem.h"
#include "charset.h"
#include "text.h"
#include "xml_push.h"

#define BOM_MAX 3

/* How far back the begin of a line is looked for. */
#define NEAR_BYTES 512

/* What a parser may keep of its memory for the next document. */
#define KEEP_BYTES (16 * 1024)

/* A name that no element has stands for a namespace that none is wanted of. */
#define SPACE_NONE -1

struct html_libxml2 {
	struct html_options options;
	html_element_fn    *element;
	void               *arg;
	enum html_kind      kind;
	xmlParserCtxt      *parser; /* of this document: one of the two below */
	xmlParserCtxt      *as_html; /* NULL until needed */
	xmlParserCtxt      *as_xml;
	char                charset[64]; /* of the HTTP header, or empty */
	char                head[BOM_MAX];
	size_t              head_n;
	bool                begun;         /* the encoding is settled */
	struct buf          values;        /* of one element, NUL-terminated */
	struct decoder      decoder;       /* for queries */
	uint64_t            templates;     /* XML: <template>s that are open */
	struct text         text;          /* XML: of the element being read */
	const struct html_want *text_want; /* which; NULL: there is none */
	uint64_t                mutes;     /* in it: open ones without text */
	unsigned                defaults;  /* XML: attributes in its DTD */
	struct xml_push         xml;
};

/* The element that is being reported. */
struct report {
	struct html_libxml2    *h;
	const struct html_want *want;
	struct html_element     element;
	struct html_attr        attr[HTML_ATTRS_MAX];
};

static const struct html_want *
find_want(const struct html_libxml2 *h, int space, const char *name)
{
	const struct html_want *w = h->options.want;

	for (; w->element != NULL; w++) {
		/* The names of SVG have capitals in XML. */
		if ((int)w->space == space &&
		    (space == HTML_SPACE_HTML
			    ? strcmp(w->element, name)
			    : strcasecmp(w->element, name)) == 0)
			return w;
	}
	return NULL;
}

/*
 * Where the tag begins that libxml2 has read: it knows only where it is now.
 * XML allows no "<" in a tag, so the last one is its begin.  A column is
 * counted from the begin of its line, if that is near; libxml2's own, which is
 * in bytes or characters, stands in for it.
 */
static void
find_place(const xmlParserInput *in, struct html_element *e)
{
	const xmlChar *at = in->cur;
	const xmlChar *line, *far;
	int            column = in->col;

	e->line = (uint64_t)in->line;
	while (at > in->base && *at != '<') {
		at--;
		e->line -= *at == '\n';
	}
	far = at - in->base > NEAR_BYTES ? at - NEAR_BYTES : in->base;
	for (line = at; line > far && line[-1] != '\n'; line--)
		continue;
	if (line > far || (uint64_t)in->line != e->line)
		column = (int)(at - line) + 1;
	else
		column -= (int)(in->cur - at);
	e->column = column > 0 ? (uint64_t)column : 1;
}

static void
end_text(struct html_libxml2 *h)
{
	struct html_text text = {.value = text_str(&h->text)};

	if (h->text_want == NULL)
		return;
	h->text_want = NULL;
	text.raw = text.value;
	h->options.text(h->arg, &text);
}

static void
begin_text(struct html_libxml2 *h, const struct html_want *want)
{
	text_start(&h->text);
	h->text_want = want;
	h->mutes = 0;
	/* How far it goes libxml2's HTML parser doesn't tell. */
	if (h->kind == HTML_TEXT)
		end_text(h);
}

/* False: nobody wants the element. */
static bool
report_begin(
    struct report *r, struct html_libxml2 *h, int space, const char *name)
{
	r->want = find_want(h, space, name);
	if (r->want == NULL)
		return false;
	r->h = h;
	r->element = (struct html_element){
	    .want = (size_t)(r->want - h->options.want),
	    .name = r->want->element,
	    .space = r->want->space,
	    .attr = r->attr,
	};
	if (h->options.lines && h->kind == HTML_XML) {
		find_place(h->parser->input, &r->element);
	} else if (h->options.lines) {
		r->element.line = (uint64_t)h->parser->input->line;
		r->element.column = (uint64_t)h->parser->input->col;
	}
	buf_reset(&h->values);
	return true;
}

/* An attribute; the first of a name counts. */
static void
report_attr(struct report *r, const char *name, struct str value)
{
	struct html_libxml2 *h = r->h;
	struct html_attr    *a = &r->attr[r->element.attr_n];
	size_t               i = 0;

	while (i < HTML_ATTRS_MAX && r->want->attrs[i] != NULL &&
	       strcmp(r->want->attrs[i], name) != 0)
		i++;
	if (i == HTML_ATTRS_MAX || r->want->attrs[i] == NULL)
		return;
	name = r->want->attrs[i];
	for (i = 0; i < r->element.attr_n; i++)
		if (r->attr[i].name == name)
			return;
	*a = (struct html_attr){.name = name};
	a->cut = value.n > LIMIT_ATTRIBUTE_BYTES;
	if (a->cut)
		value.n = 0;
	/* Where it stands is known when all are there. */
	a->value = str_n(NULL, value.n);
	buf_add(&h->values, value);
	buf_addc(&h->values, '\0');
	r->element.attr_n++;
}

static void
report_end(struct report *r)
{
	bool        text = r->want->text && r->h->options.text != NULL;
	const char *at = r->h->values.p;

	for (size_t i = 0; i < r->element.attr_n; i++) {
		r->attr[i].value.p = at;
		r->attr[i].raw = r->attr[i].value;
		at += r->attr[i].value.n + 1;
	}
	if (text)
		end_text(r->h);
	r->h->element(r->h->arg, &r->element);
	if (text)
		begin_text(r->h, r->want);
}

/* Whether a fragment may name the value of an attribute. */
static bool
is_id(const char *element, const char *attr)
{
	return strcmp(attr, "id") == 0 ||
	       (strcmp(attr, "name") == 0 && strcmp(element, "a") == 0);
}

static void
report_id(struct html_libxml2 *h, struct str id)
{
	if (id.n > 0 && id.n <= LIMIT_ATTRIBUTE_BYTES)
		h->options.id(h->arg, id);
}

static void
report_html_ids(
    struct html_libxml2 *h, const char *name, const xmlChar *const *attrs)
{
	for (; attrs != NULL && attrs[0] != NULL; attrs += 2)
		if (attrs[1] != NULL && is_id(name, (const char *)attrs[0]))
			report_id(h, str_c((const char *)attrs[1]));
}

/* libxml2 reports an HTML start tag. */
static void
on_html_element(void *arg, const xmlChar *name, const xmlChar **attrs)
{
	struct html_libxml2 *h = arg;
	struct report        r;

	if (h->options.id != NULL)
		report_html_ids(h, (const char *)name, attrs);
	if (!report_begin(&r, h, HTML_SPACE_HTML, (const char *)name))
		return;
	for (; attrs != NULL && attrs[0] != NULL; attrs += 2)
		report_attr(&r, (const char *)attrs[0],
		    str_c(attrs[1] != NULL ? (const char *)attrs[1] : ""));
	report_end(&r);
}

/* An XML namespace.  What has none is read as HTML, for lack of a better. */
static int
space_of(const xmlChar *uri)
{
	static const char *const uris[] = {
	    [HTML_SPACE_HTML] = "http://www.w3.org/1999/xhtml",
	    [HTML_SPACE_SVG] = "http://www.w3.org/2000/svg",
	    [HTML_SPACE_MATHML] = "http://www.w3.org/1998/Math/MathML",
	};

	if (uri == NULL)
		return HTML_SPACE_HTML;
	for (int i = 0; i < 3; i++)
		if (strcmp((const char *)uri, uris[i]) == 0)
			return i;
	return SPACE_NONE;
}

/* The name that an attribute has in wants; NULL: none. */
static const char *
attr_name(const xmlChar *local, const xmlChar *uri)
{
	if (uri == NULL)
		return (const char *)local;
	if (strcmp((const char *)uri, "http://www.w3.org/1999/xlink") == 0 &&
	    strcmp((const char *)local, "href") == 0)
		return "xlink:href";
	return NULL;
}

/* What stands in a template is not in the document. */
static bool
is_template(const xmlChar *name, const xmlChar *uri)
{
	return space_of(uri) == HTML_SPACE_HTML &&
	       strcmp((const char *)name, "template") == 0;
}

/* Whether what an element holds is text for a program. */
static bool
is_mute(const xmlChar *name, const xmlChar *uri)
{
	static const char *const names[] = {"script", "style", "textarea"};
	int                      space = space_of(uri);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp((const char *)name, names[i]) == 0)
			return space == HTML_SPACE_HTML ||
			       space == HTML_SPACE_SVG;
	return false;
}

/* libxml2 reports text in XML, references and all. */
static void
on_xml_text(void *arg, const xmlChar *text, int n)
{
	struct html_libxml2 *h = arg;

	if (h->text_want != NULL && h->mutes == 0 && h->templates == 0 &&
	    !text_add(&h->text, str_n((const char *)text, (size_t)n)))
		end_text(h);
}

/* What an XML end tag does to the text that is being read. */
static void
pass_end(struct html_libxml2 *h, const xmlChar *name, const xmlChar *uri)
{
	if (h->mutes > 0 && is_mute(name, uri))
		h->mutes--;
	if (h->templates == 0 &&
	    find_want(h, space_of(uri), (const char *)name) == h->text_want)
		end_text(h);
}

/* libxml2 reports an XML end tag. */
static void
on_xml_end(
    void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct html_libxml2 *h = arg;

	(void)prefix;
	if (is_template(name, uri))
		h->templates--;
	if (h->text_want != NULL)
		pass_end(h, name, uri);
}

/* The value of the first attribute at attrs. */
static struct str
xml_value(const xmlChar *const *attrs)
{
	return str_n((const char *)attrs[3], (size_t)(attrs[4] - attrs[3]));
}

static void
report_xml_ids(struct html_libxml2 *h, const xmlChar *name, const xmlChar *uri,
    const xmlChar *const *attrs, int n)
{
	const char *html =
	    space_of(uri) == HTML_SPACE_HTML ? (const char *)name : "";

	for (; n > 0; n--, attrs += 5)
		if (attrs[2] == NULL && is_id(html, (const char *)attrs[0]))
			report_id(h, xml_value(attrs));
}

/*
 * libxml2 reports an XML start tag: attrs are name, prefix, URI, value, end.
 */
static void
on_xml_element(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int namespaces_n, const xmlChar **namespaces,
    int attrs_n, int defaulted_n, const xmlChar **attrs)
{
	struct html_libxml2 *h = arg;
	struct report        r;

	(void)prefix;
	(void)namespaces;
	(void)defaulted_n;
	if (attrs_n + namespaces_n > LIMIT_XML_ATTRIBUTES ||
	    h->parser->nsNr / 2 > LIMIT_XML_ATTRIBUTES ||
	    h->parser->nameNr >= LIMIT_XML_DEPTH) {
		xml_push_stop(h->parser);
		return;
	}
	if (h->options.id != NULL && h->templates == 0)
		report_xml_ids(h, name, uri, attrs, attrs_n);
	if (is_template(name, uri))
		h->templates++;
	if (h->text_want != NULL && is_mute(name, uri))
		h->mutes++;
	if (h->templates > 0 ||
	    !report_begin(&r, h, space_of(uri), (const char *)name))
		return;
	for (int i = 0; i < attrs_n; i++, attrs += 5) {
		const char *attr = attr_name(attrs[0], attrs[2]);

		if (attr != NULL)
			report_attr(&r, attr, xml_value(attrs));
	}
	report_end(&r);
}

/* A DTD declares an attribute, perhaps with a default. */
static void
on_xml_attribute(void *arg, const xmlChar *element, const xmlChar *name,
    int type, int def, const xmlChar *value, xmlEnumerationPtr words)
{
	struct html_libxml2 *h = arg;

	(void)element;
	(void)name;
	(void)type;
	(void)def;
	xmlFreeEnumeration(words);
	if (value != NULL && ++h->defaults > LIMIT_XML_DEFAULTS)
		xml_push_stop(h->parser);
}

struct html_libxml2 *
html_libxml2_new(
    const struct html_options *options, html_element_fn *element, void *arg)
{
	struct html_libxml2 *h = XNEW(struct html_libxml2);

	xml_push_silence();
	h->options = *options;
	h->element = element;
	h->arg = arg;
	buf_init(&h->values, HTML_ATTRS_MAX * (LIMIT_ATTRIBUTE_BYTES + 1));
	return h;
}

void
html_libxml2_free(struct html_libxml2 *h)
{
	if (h == NULL)
		return;
	htmlFreeParserCtxt(h->as_html);
	/* A DTD's declarations make a document even without a handler. */
	if (h->as_xml != NULL && h->as_xml->myDoc != NULL)
		xmlFreeDoc(h->as_xml->myDoc);
	xmlFreeParserCtxt(h->as_xml);
	buf_clear(&h->values);
	decoder_clear(&h->decoder);
	free(h);
}

void
html_libxml2_start(
    struct html_libxml2 *h, enum html_kind kind, struct str charset)
{
	const struct charset *known = charset_find(charset);

	h->kind = kind;
	h->head_n = 0;
	h->begun = false;
	h->templates = 0;
	h->text_want = NULL;
	h->defaults = 0;
	/* libxml2 does not know all of the Encoding standard's labels. */
	if (known != NULL)
		charset = str_c(known->name);
	if (charset.n >= sizeof(h->charset))
		charset.n = 0;
	if (charset.n > 0)
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
make_html_parser(struct html_libxml2 *h)
{
	htmlSAXHandler sax = {.startElement = on_html_element};

	h->as_html = htmlCreatePushParserCtxt(
	    &sax, h, NULL, 0, NULL, XML_CHAR_ENCODING_NONE);
	if (h->as_html == NULL)
		mem_exhausted();
}

static void
make_xml_parser(struct html_libxml2 *h)
{
	xmlSAXHandler sax = {
	    .initialized = XML_SAX2_MAGIC,
	    .startElementNs = on_xml_element,
	    .endElementNs = on_xml_end,
	    .attributeDecl = on_xml_attribute,
	};

	if (h->options.text != NULL)
		sax.characters = sax.cdataBlock = sax.ignorableWhitespace =
		    on_xml_text;
	h->as_xml = xmlCreatePushParserCtxt(&sax, h, NULL, 0, NULL);
	if (h->as_xml == NULL)
		mem_exhausted();
}

/* Gets the parser of this kind ready for a new document. */
static void
reset_parser(struct html_libxml2 *h)
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
	if (h->kind == HTML_XML) {
		xml_push_start(&h->xml, h->parser,
		    (struct xml_limits){
			.markup = LIMIT_XML_MARKUP_BYTES,
			.names = LIMIT_XML_NAMES_BYTES,
			.attributes = LIMIT_XML_ATTRIBUTES,
		    });
		return;
	}
	h->parser->html = 1;
	htmlCtxtUseOptions(h->parser,
	    HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	/* The names of documents before are still there. */
	xmlDictSetLimit(h->parser->dict,
	    xmlDictGetUsage(h->parser->dict) + LIMIT_XML_NAMES_BYTES);
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
parse_html(struct html_libxml2 *h, const char *p, size_t n, bool end)
{
	do {
		int part = n > INT_MAX ? INT_MAX : (int)n;

		/*
		 * Up to 2.9.14, libxml2 takes up its search for the end of a
		 * cut tag here, but forgets whether it was within quotes, and
		 * may never find it.
		 */
		h->parser->checkIndex = 0;
		htmlParseChunk(h->parser, p, part, end);
		skip_text(h->parser);
		if (h->parser->input->end - h->parser->input->cur >
		    LIMIT_XML_MARKUP_BYTES)
			xml_push_stop(h->parser);
		p += part;
		n -= (size_t)part;
	} while (n > 0 && !h->parser->disableSAX);
}

static void
parse(struct html_libxml2 *h, const char *p, size_t n, bool end)
{
	if (h->kind == HTML_XML)
		xml_push(&h->xml, str_n(p, n), end);
	else
		parse_html(h, p, n, end);
}

/* The first bytes are there: settles the encoding and parses them. */
static void
begin(struct html_libxml2 *h)
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
html_libxml2_feed(struct html_libxml2 *h, struct str bytes)
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
html_libxml2_end(struct html_libxml2 *h)
{
	if (!h->begun)
		begin(h);
	/* libxml2 would take the end for the end of a tag that was cut off. */
	if (h->kind == HTML_TEXT)
		return true;
	parse(h, "", 0, true);
	end_text(h);
	/*
	 * At LIMIT_XML_NAMES_BYTES, or at bytes that it cannot decode, it only
	 * stops.
	 */
	return h->parser->wellFormed != 0 && !h->parser->disableSAX;
}

/* The document's charset; UTF-8 if it is not one that is known. */
static const struct charset *
document_charset(const struct html_libxml2 *h)
{
	const char           *bom = bom_charset(h->head, h->head_n);
	const xmlChar        *declared = h->parser->encoding;
	const struct charset *found = NULL;

	if (bom != NULL)
		return charset_utf8();
	found = charset_find(str_c(h->charset));
	if (found != NULL)
		return found;
	if (declared == NULL && h->parser->input != NULL)
		declared = h->parser->input->encoding;
	if (declared != NULL)
		found = charset_find(str_c((const char *)declared));
	return found != NULL ? found : charset_utf8();
}

bool
html_libxml2_encode_query(
    struct html_libxml2 *h, struct str href, struct buf *out)
{
	const struct charset *charset;

	if (!h->begun)
		return buf_add(out, href);
	charset = document_charset(h);
	if (h->decoder.charset != charset)
		decoder_set(&h->decoder, charset);
	return decoder_encode_query(&h->decoder, href, out);
}

/* Lets the memory go that the tables of a parser have grown to. */
static void
trim_parser(xmlParserCtxt **parser)
{
	xmlParserCtxt *p = *parser;

	if (p == NULL)
		return;
	xmlCtxtReset(p);
	if (xmlDictGetUsage(p->dict) <= KEEP_BYTES && p->nameMax <= 1024 &&
	    p->maxatts <= 1024)
		return;
	xmlFreeParserCtxt(p);
	*parser = NULL;
}

void
html_libxml2_trim(struct html_libxml2 *h)
{
	trim_parser(&h->as_html);
	trim_parser(&h->as_xml);
	h->parser = NULL;
	if (h->values.cap > KEEP_BYTES)
		buf_clear(&h->values);
}
