/*
 * mime.h - what a body is: Content-Type, and its first bytes where there is
 * none.
 */
#ifndef ACRAWL_MIME_H
#define ACRAWL_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "acrawl/str.h"

enum mime {
	MIME_HTML, /* text/html */
	MIME_XML,  /* application/xhtml+xml, image/svg+xml */
	MIME_OTHER,
	MIME_UNKNOWN, /* there is no type, or it is no type */
};

/*
 * Reads a Content-Type value (MIME Sniffing standard, 4.4), or several that
 * are joined by commas: the last valid one holds, and the charset of one
 * before it if their types are the same (Fetch standard, 2.2.2, "extract a
 * MIME type").  *charset becomes a view of its value, or empty.
 */
enum mime mime_parse(struct str value, struct str *charset);

/* How many bytes after leading blanks mime_sniff() needs to be sure. */
#define MIME_SNIFF_BYTES 16

/*
 * Whether bytes, the begin of a body without leading blanks, are the begin of
 * an HTML document (MIME Sniffing standard, 7.1).  MIME_HTML or MIME_OTHER.
 */
enum mime mime_sniff(struct str bytes);

#endif
