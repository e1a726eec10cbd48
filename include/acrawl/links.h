/*
 * links.h - the links of a page, while its bytes arrive.
 *
 * A link is the href of an `a` or `area` element, resolved against the page's
 * final URL or its <base>.  Each is reported once per page (up to a limit), in
 * the order of first appearance; hrefs that do not parse are not links.
 *
 * The first <base> with an href holds for the links before it too (HTML
 * standard, 4.2.3), so hrefs wait, within LIMIT_BASE_WAIT_BYTES, until it was
 * seen or the page has ended.
 */
#ifndef ACRAWL_LINKS_H
#define ACRAWL_LINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/html.h"
#include "acrawl/str.h"
#include "acrawl/url.h"

struct links;

/* One link; it is borrowed and lives until the callback returns. */
typedef void links_fn(void *arg, const struct url *link);

/* A reader that can be used for one page after the other.  Owned. */
struct links *links_new(void);
void          links_free(struct links *l);

/*
 * Begins a page.  document is its final URL; it is copied.  fn is called from
 * links_feed() and links_end().
 */
void links_start(struct links *l, enum html_kind kind, struct str charset,
    const struct url *document, links_fn *fn, void *arg);

/* The next bytes, cut anywhere.  False: it is no use to send more. */
bool links_feed(struct links *l, struct str bytes);

/*
 * The end of the page, or of what came of it: reports what still waits.
 * False if the page is not well-formed, which only XHTML can be.
 */
bool links_end(struct links *l);

/* How many links were reported so far. */
uint64_t links_count(const struct links *l);

/* Lets the memory go that a large page needed. */
void links_trim(struct links *l);

#endif
