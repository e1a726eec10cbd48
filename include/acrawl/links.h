/*
 * links.h - the links of a page, while its bytes arrive.
 *
 * A link is a URL by which a page refers to another resource: the href of an
 * `a` or `area` element, or all that the table in src/web/link_table.c has.  It
 * is resolved against the page's final URL or its <base>; in headers always
 * against the former.  Each URL is reported once per page (up to a limit),
 * where it first appears; what does not parse as one is no link.  Who checks
 * links asks for `places`: all of it, as often as the page has it.
 *
 * The first <base> with an href holds for the links before it too (HTML
 * standard, 4.2.3), and the charset of a page that declares none is known only
 * at its end; so hrefs wait for both, within LIMIT_BASE_WAIT_BYTES.
 */
#ifndef ACRAWL_LINKS_H
#define ACRAWL_LINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/html.h"
#include "acrawl/str.h"
#include "acrawl/url.h"

struct links;

/* Which links.  Each set holds the ones before it. */
enum links_set {
	LINKS_A,   /* of a and area */
	LINKS_ALL, /* of all elements and headers */
};

/* Called with the arg of links_start(), for what html.h calls an id. */
typedef void links_id_fn(void *arg, struct str id);

struct links_options {
	enum links_set     set;
	bool               libxml2; /* HTML by libxml2's parser */
	bool               details; /* rel, line and column are wanted */
	const char *const *schemes; /* only these, until NULL; NULL: all */
	struct str agent; /* whom links_nofollow() is about; p NULL: nobody */
	/*
	 * Each occurrence is a link, in document order, and so is, with url
	 * NULL and of whatever scheme, what does not parse as a URL or is too
	 * long for one.  Only data: URLs may be longer than their limit.
	 */
	bool         places;
	bool         texts; /* text is wanted */
	links_id_fn *id;    /* NULL: nobody asks */
};

/* One link; it is borrowed and lives until the callback returns. */
struct link {
	const struct url *url;  /* NULL, with places: it is not valid */
	const char       *tag;  /* in lower case; NULL: a header has it */
	const char       *attr; /* or the header's name */
	struct str        rel;  /* with details; may be any bytes */
	struct str        raw;  /* before it was resolved; the same */
	/*
	 * With texts, UTF-8 as html_tidy_text() has it: the text in an `a`, or
	 * the alt of the first img in one without; the alt of img and area.
	 */
	struct str text;
	uint64_t   line;   /* with details, of the tag, from 1; or 0 */
	uint64_t   column; /* in bytes, from 1 */
	bool       leads;  /* to another page, as a hyperlink does */
};

typedef void links_fn(void *arg, const struct link *link);

/*
 * A reader that can be used for one page after the other.  Borrows options
 * for its life.  Owned.
 */
struct links *links_new(const struct links_options *options);
void          links_free(struct links *l);

/*
 * Begins a page.  document is its final URL; it is copied.  fn is called from
 * links_header(), links_feed() and links_end().
 */
void links_start(struct links *l, enum html_kind kind, struct str charset,
    const struct url *document, links_fn *fn, void *arg);

/*
 * A header of the response, before the page's bytes; several of one name are
 * joined with commas.  Those that hold no links do nothing.
 */
void links_header(struct links *l, const char *name, struct str value);

/* The next bytes, cut anywhere.  False: it is no use to send more. */
bool links_feed(struct links *l, struct str bytes);

/*
 * The end of the page, or of what came of it: reports what still waits.
 * False if the page is not well-formed, which only XML can be.
 */
bool links_end(struct links *l);

/*
 * How often a limit kept a link of `a` or `area` from being reported, or from
 * being resolved with its base.
 */
uint64_t links_dropped(const struct links *l);

/*
 * Whether the page's meta elements, so far, tell robots, or this agent, to
 * follow none of its links (HTML standard, 4.2.5.1, and robots.h).
 */
bool links_nofollow(const struct links *l);

/* Lets the memory go that a large page needed. */
void links_trim(struct links *l);

#endif
