/*
 * sitemap.h - the URLs of a sitemap, while its bytes arrive.
 *
 * Reads what sitemaps.org describes (XML, an index of sitemaps, text with one
 * URL a line) and feeds (RSS, Atom), by their bytes and not by their content
 * type; each may be compressed by gzip.  XML is read by libxml2's push parser:
 * no DTD, no entities but the predefined ones, no network, no XInclude; names
 * count whatever their namespace.
 *
 * Bounds: LIMIT_SITEMAP_URLS and LIMIT_SITEMAP_BYTES for each, after
 * decompression; what is beyond is not read.
 */
#ifndef ACRAWL_SITEMAP_H
#define ACRAWL_SITEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"

struct sitemap;

enum sitemap_kind {
	SITEMAP_PAGE,  /* the URL of a page */
	SITEMAP_INDEX, /* the URL of another sitemap, out of an index */
};

/* A URL, raw but without outer blanks; borrowed until the function returns. */
typedef void sitemap_fn(void *arg, enum sitemap_kind kind, struct str url);

/* A reader for one sitemap.  Owned. */
struct sitemap *sitemap_new(sitemap_fn *fn, void *arg);
void            sitemap_free(struct sitemap *s);

/*
 * The next bytes, cut anywhere; URLs are reported as they come.  False: it is
 * no use to send more.
 */
bool sitemap_feed(struct sitemap *s, struct str bytes);

enum sitemap_end {
	SITEMAP_WHOLE,
	SITEMAP_BROKEN,  /* no sitemap, or broken off: read up to there */
	SITEMAP_LIMITED, /* beyond a bound: read up to there */
};

/* The end of the bytes, or of what came of them. */
enum sitemap_end sitemap_end(struct sitemap *s);

#endif
