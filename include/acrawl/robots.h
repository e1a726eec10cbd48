/*
 * robots.h - robots.txt: what a site asks crawlers not to fetch.
 *
 * Implements RFC 9309, and of what it leaves open: common misspellings of
 * names and a missing colon are forgiven, Crawl-delay and Sitemap are read.
 * The rules that hold for one agent are compiled into a table; the rest is
 * forgotten.
 *
 * What is no text is no rule: lines with a NUL or with what is not UTF-8, and
 * all of an HTML page.  Lines are cut, and so is the file (limits.h).
 */
#ifndef ACRAWL_ROBOTS_H
#define ACRAWL_ROBOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/str.h"

struct robots;

/* The URL of a Sitemap line, raw; it is borrowed until the function returns. */
typedef void robots_sitemap_fn(void *arg, struct str url);

/*
 * The product token that a user agent begins with: "acrawl/1.0 (+URL)" is
 * acrawl.  A name that goes on in another way, such as "bot4" or "Foo Bar", is
 * none: empty, so that only the rules for all are about it.
 */
struct str robots_token(struct str agent);

/*
 * Compiles the rules that `text`, a whole robots.txt of any bytes, has for
 * `agent`, of which the product token at its begin counts ("acrawl/1.0" is
 * acrawl); one that begins with none has only the rules of "*".  fn gets each
 * Sitemap line; it may be NULL.  Time and memory are linear in the text, but
 * for sorting its rules.  Returned owned.
 */
struct robots *robots_parse(
    struct str text, struct str agent, robots_sitemap_fn *fn, void *arg);
void robots_free(struct robots *r);

/*
 * Whether the path and query of a URL may be fetched ("/a?b", as serialised
 * by url.h, without fragment; empty counts as "/").
 *
 * Rules without wildcards cost one binary search.  Each rule with wildcards
 * costs at most its own length and that of the path, once, however many there
 * are in it; all of them together no more than LIMIT_ROBOTS_WORK.  A URL that
 * would cost more may not be fetched.
 */
bool robots_allows(const struct robots *r, struct str path);

/* Crawl-delay in ms, at most 60 s, the longest of several; -1: none. */
int64_t robots_delay_ms(const struct robots *r);

/* How many bytes r takes. */
size_t robots_bytes(const struct robots *r);

/*
 * Whether directives of a page's meta robots, or of X-Robots-Tag, tell `agent`
 * to follow none of its links: "nofollow" or "none" among words apart by
 * commas.  In the header a name and a colon before them ("otherbot: nofollow")
 * make them, up to the next name, the business of that agent alone; "*" is
 * every agent, and directives with a value ("max-snippet: 9") are no names.
 * Several headers are apart by line feeds.
 */
bool robots_tag_nofollow(struct str value, struct str agent);

#endif
