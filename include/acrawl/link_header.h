/*
 * link_header.h - the links of a Link header (RFC 8288, section 3).
 *
 * It is read as browsers read it, who are stricter than the RFC's appendix B:
 * a link whose parameters are malformed is no link.  Several Link headers of
 * one response are joined with ", " by the caller.
 */
#ifndef ACRAWL_LINK_HEADER_H
#define ACRAWL_LINK_HEADER_H

#include <stdbool.h>

#include "acrawl/str.h"

/* Views into the header. */
struct link_header {
	/*
	 * What stands between < and >, without outer blanks, to be resolved
	 * against the response's URL.  It may be empty, which is that URL.
	 */
	struct str url;
	/*
	 * The value of the first rel parameter, a list of words that blanks
	 * separate; empty if there is none.  The quotes are off, but
	 * backslash escapes stay as they are: no relation type has one.
	 */
	struct str rel;
};

/*
 * The next link in *out; *rest, the whole header at first, becomes what
 * follows it.  What is no link is passed over.  False at the end; *out is then
 * undefined.
 */
bool link_header_next(struct str *rest, struct link_header *out);

/*
 * The step before it: the next non-empty element of a list in *value, a view
 * without outer blanks.  Commas between < and > or in double quotes belong to
 * the element, and only in quotes a backslash escapes.  What a < or a quote
 * opens and nothing closes runs to the end and is not returned.
 */
bool link_header_split(struct str *rest, struct str *value);

#endif
