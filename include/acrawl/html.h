/*
 * html.h - a document's bytes in, its elements out.
 *
 * Drives libxml2's push parsers, which report start tags through a SAX
 * handler as soon as their bytes are there; nothing of the document is kept.
 * The handler is the caller's: this module knows nothing of links.
 *
 * HTML is read as libxml2's HTML parser reads it, XHTML as XML: without DTD,
 * external entities or network, and from its first error on not at all.
 */
#ifndef ACRAWL_HTML_H
#define ACRAWL_HTML_H

#include <stdbool.h>

#include "acrawl/str.h"

struct html;

enum html_kind {
	HTML_TEXT,  /* text/html */
	HTML_XHTML, /* application/xhtml+xml */
};

/*
 * One start tag.  attrs: name, value, name, value, ..., NULL; NULL if there
 * are none; a value is NULL if the attribute has none.  Names are in lower
 * case for HTML; all strings are UTF-8 and belong to the parser.
 */
typedef void html_element_fn(void *arg, const char *name, const char **attrs);

/* A parser that can be used for one document after the other.  Owned. */
struct html *html_new(html_element_fn *element, void *arg);
void         html_free(struct html *h);

/*
 * Begins a document.  charset is the HTTP header's, empty if it has none; a
 * byte order mark beats it, and a meta element counts where neither is.
 */
void html_start(struct html *h, enum html_kind kind, struct str charset);

/* The next bytes, cut anywhere.  False: it is no use to send more. */
bool html_feed(struct html *h, struct str bytes);

/*
 * The end of the bytes.  A tag that they cut off is not reported.  False if
 * the document is not well-formed, which only XHTML can be.
 */
bool html_end(struct html *h);

#endif
