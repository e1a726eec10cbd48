/*
 * xml_push.c - libxml2's XML push parser, held within limits.
 */
#include "xml_push.h"

#include "acrawl/mem.h"

/*
 * libxml2 gets no more XML at a time: what stands in one piece is beyond the
 * limits before they can be looked at.
 */
#define PIECE_BYTES 4096

static void PRINTF_LIKE(2, 3) say_nothing(void *arg, const char *text, ...)
{
	(void)arg;
	(void)text;
}

void
xml_push_silence(void)
{
	/* Else a document that can't be decoded would speak to the terminal. */
	xmlSetGenericErrorFunc(NULL, say_nothing);
}

void
xml_push_start(
    struct xml_push *x, xmlParserCtxt *parser, struct xml_limits limits)
{
	*x = (struct xml_push){.parser = parser, .limits = limits};
	/*
	 * NOENT: have "&amp;" in an attribute as "&".  No handler declares
	 * entities, so there are no others to replace.
	 */
	xmlCtxtUseOptions(parser, XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				      XML_PARSE_NONET | XML_PARSE_NOENT);
	/* The names of documents before are still there. */
	xmlDictSetLimit(
	    parser->dict, xmlDictGetUsage(parser->dict) + limits.names);
}

void
xml_push_stop(xmlParserCtxt *parser)
{
	parser->wellFormed = 0;
	xmlStopParser(parser);
}

/*
 * Of a CDATA section libxml2 takes 300 bytes each time, and searches all that
 * is left again the next time.
 */
static void
drain_cdata(xmlParserCtxt *parser)
{
	const xmlParserInput *in = parser->input;
	ptrdiff_t             left = PTRDIFF_MAX;

	while (parser->instate == XML_PARSER_CDATA_SECTION &&
	       in->end - in->cur < left) {
		left = in->end - in->cur;
		xmlParseChunk(parser, "", 0, 0);
	}
}

/*
 * Whether the start tag that waits has more attributes than it may have.
 * libxml2 compares each with all others once the tag is complete.
 */
static bool
tag_is_too_long(struct xml_push *x)
{
	const xmlParserInput *in = x->parser->input;

	if (x->parser->instate != XML_PARSER_START_TAG) {
		x->tag_n = 0;
		return false;
	}
	if (x->tag_n == 0) {
		x->tag_attrs = 0;
		x->tag_quote = '\0';
	}
	for (; in->cur + x->tag_n < in->end; x->tag_n++) {
		char c = (char)in->cur[x->tag_n];

		if (x->tag_quote != '\0' && c == x->tag_quote)
			x->tag_quote = '\0';
		else if (x->tag_quote == '\0' && (c == '"' || c == '\''))
			x->tag_quote = c;
		else if (x->tag_quote == '\0' && c == '=')
			x->tag_attrs++;
	}
	return x->tag_attrs > x->limits.attributes;
}

/* Whether more waits than may. */
static bool
is_beyond(struct xml_push *x)
{
	const xmlParserInput *in = x->parser->input;

	return tag_is_too_long(x) ||
	       (size_t)(in->end - in->cur) > x->limits.markup;
}

void
xml_push(struct xml_push *x, struct str bytes, bool end)
{
	do {
		size_t n = bytes.n > PIECE_BYTES ? PIECE_BYTES : bytes.n;

		xmlParseChunk(x->parser, bytes.p, (int)n, end);
		drain_cdata(x->parser);
		if (is_beyond(x)) {
			x->beyond = true;
			xml_push_stop(x->parser);
		}
		bytes = str_n(bytes.p + n, bytes.n - n);
	} while (bytes.n > 0 && !x->parser->disableSAX);
}
