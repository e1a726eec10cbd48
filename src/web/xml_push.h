/*
 * xml_push.h - libxml2's XML push parser, held within limits.
 *
 * It has no DTD's entities, no network and nothing to say; its handlers are
 * the caller's.  What would be held without an end, or be compared each with
 * each, stops it.
 */
#ifndef ACRAWL_XML_PUSH_H
#define ACRAWL_XML_PUSH_H

#include <libxml/parser.h>
#include <stdbool.h>

#include "acrawl/str.h"

struct xml_limits {
	size_t   markup;     /* bytes of a tag, a comment, a DTD */
	size_t   names;      /* bytes of distinct names */
	unsigned attributes; /* of a tag */
};

struct xml_push {
	xmlParserCtxt    *parser; /* the caller's */
	struct xml_limits limits;
	bool              beyond; /* it was stopped by one */

	/* The start tag that waits for its end, as far as it was read. */
	size_t   tag_n;
	unsigned tag_attrs; /* '=' outside quotes */
	char     tag_quote; /* or NUL */
};

/* Makes sure that libxml2 does not speak to the terminal. */
void xml_push_silence(void);

/* Gets a parser, new or reset, ready for a document.  Borrows it. */
void xml_push_start(
    struct xml_push *x, xmlParserCtxt *parser, struct xml_limits limits);

/*
 * Parses the next bytes; with `end` also what still waits.  Once
 * parser->disableSAX is set, more are of no use.
 */
void xml_push(struct xml_push *x, struct str bytes, bool end);

/* The document ends here, and is not well-formed; a handler may say so, too. */
void xml_push_stop(xmlParserCtxt *parser);

#endif
