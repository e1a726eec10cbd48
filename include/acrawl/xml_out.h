/*
 * xml_out.h - writes an XML 1.0 document, in UTF-8.
 *
 * Names are the program's own.  Values may be any bytes: they are escaped, and
 * what is not UTF-8 or not a character of XML 1.0 (section 2.2) becomes U+FFFD.
 * Elements are indented, but for what is in one that has text.
 */
#ifndef ACRAWL_XML_OUT_H
#define ACRAWL_XML_OUT_H

#include "acrawl/str.h"

struct xml_out;

/*
 * Begins a document behind what is in buf, which has no limit.  It is all
 * there after xml_out_free().  Returned owned; borrows buf.
 */
struct xml_out *xml_out_new(struct buf *buf);

/* Ends all elements that are open, and the document, with a line's end. */
void xml_out_free(struct xml_out *x);

/* An element, and the end of the innermost one that is open. */
void xml_out_start(struct xml_out *x, const char *name);
void xml_out_end(struct xml_out *x);

/* An attribute of the element that has just been started. */
void xml_out_attr(struct xml_out *x, const char *name, struct str value);

/* Text of the innermost element. */
void xml_out_text(struct xml_out *x, struct str text);

#endif
