/*
 * link_table.h - which attribute of which element refers to a resource.
 */
#ifndef ACRAWL_LINK_TABLE_H
#define ACRAWL_LINK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "acrawl/html.h"
#include "acrawl/links.h"

/* How a value holds its URLs. */
enum link_form {
	LINK_URL,     /* it is one */
	LINK_SET,     /* it holds several, apart by white space */
	LINK_SRCSET,  /* candidates of images */
	LINK_REFRESH, /* seconds, then one */
	LINK_HEADER,  /* <URL>; rel=... and so on */
};

/* On what other attribute of the element it depends whether it is a link. */
enum link_when {
	WHEN_ALWAYS,
	WHEN_IMAGE,    /* type is image */
	WHEN_REFRESH,  /* http-equiv is refresh */
	WHEN_PROPERTY, /* property or name is one whose content is a URL */
	WHEN_NO_HREF,  /* there is no href */
};

/* All rows of an element stand together. */
struct link_row {
	enum links_set  set;     /* the smallest that has it */
	const char     *element; /* NULL: `attr` is a header */
	enum html_space space;
	const char     *attr;
	enum link_form  form;
	enum link_when  when;
	const char     *source; /* where it is written that this is a URL */
};

extern const struct link_row link_table[];
extern const size_t          link_table_n;

/* Whether `when` holds for an element. */
bool link_applies(enum link_when when, const struct html_element *e);

/*
 * Whether it leads to another page, as hyperlinks, frames and refreshes do,
 * rather than to something that is shown on this one.
 */
bool link_leads(const struct link_row *row);

/*
 * What to ask a parser for: base, then the elements of a set, with `details`
 * their rel too, with `texts` their text or alt; and meta, if there is an
 * agent.  Owned, freed with free().
 */
struct html_want *link_wants(const struct links_options *options);

/* The place of base among the wants. */
#define LINK_WANT_BASE 0

/* For each want but base, its first row.  Owned, freed with free(). */
const struct link_row **link_rows(const struct html_want *wants);

/* Names that are the same are mostly the same string, too. */
static inline bool
link_same_name(const char *a, const char *b)
{
	return a == b || (a[0] == b[0] && strcmp(a, b) == 0);
}

/* Whether a row is one of an element, and not the table's end. */
bool link_row_is_of(const struct link_row *row, const struct html_element *e);

/* The value of an element's attribute, or NULL. */
const struct html_attr *link_attr(
    const struct html_element *e, const char *name);

#endif
