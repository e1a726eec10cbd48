/*
 * html_libxml2.h - the elements of a document, by libxml2's push parsers.
 *
 * XHTML and SVG are read by its XML parser; HTML, where the user asks for it,
 * by its HTML parser, which is one of HTML 4: it is a reference to compare
 * with.  The functions are those of html.h.
 */
#ifndef ACRAWL_HTML_LIBXML2_H
#define ACRAWL_HTML_LIBXML2_H

#include "acrawl/html.h"

struct html_libxml2;

struct html_libxml2 *html_libxml2_new(
    const struct html_options *options, html_element_fn *element, void *arg);
void html_libxml2_free(struct html_libxml2 *h);
void html_libxml2_start(
    struct html_libxml2 *h, enum html_kind kind, struct str charset);
bool html_libxml2_feed(struct html_libxml2 *h, struct str bytes);
bool html_libxml2_end(struct html_libxml2 *h);
bool html_libxml2_encode_query(
    struct html_libxml2 *h, struct str href, struct buf *out);
void html_libxml2_trim(struct html_libxml2 *h);

#endif
