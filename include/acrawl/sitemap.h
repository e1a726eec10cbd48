/*
 * sitemap.h - the URLs of a sitemap, while its bytes arrive.
 *
 * Reads what sitemaps.org describes (XML, an index of sitemaps, text with one
 * URL a line) and feeds (RSS, RDF, Atom), by their bytes and not by name or
 * content type; each may be compressed by gzip, once.
 *
 *   <url><loc>, <sitemap><loc>     a page, a sitemap of an index
 *   <item><link>                   a page: RSS 2.0 and 1.0
 *   <entry><link href>             a page: Atom, if rel is alternate or absent
 *   text                           each line with http:// or https:// first
 *
 * XML is read by libxml2's push parser: names count whatever their namespace,
 * entities are the predefined ones and numbers, and there is no DTD (a DOCTYPE
 * ends the reading), no XInclude, no network.  Its charset is what it declares;
 * text is UTF-8.
 *
 * Bounds: LIMIT_SITEMAP_URLS, LIMIT_SITEMAP_BYTES after decompression, and in
 * XML the other LIMIT_SITEMAP_...; what is beyond is not read.  A URL beyond
 * LIMIT_URL_BYTES is dropped.  Time is linear in the bytes decompressed; a
 * reader takes 30 to 70 KB, and below 700 KB whatever comes.
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

/*
 * A URL as it stands there, perhaps a relative one, not empty, in UTF-8 and
 * without outer blanks; borrowed until the function returns.
 */
typedef void sitemap_fn(void *arg, enum sitemap_kind kind, struct str url);

/* A reader for one sitemap.  Owned. */
struct sitemap *sitemap_new(sitemap_fn *fn, void *arg);
void            sitemap_free(struct sitemap *s);

/*
 * The next bytes, cut anywhere: the URLs are the same.  They are reported some
 * KB later at most, or at the end.  False: it is no use to send more.
 */
bool sitemap_feed(struct sitemap *s, struct str bytes);

/*
 * The bytes broke off: reports what is whole of those that came.  Then there is
 * no end.
 */
void sitemap_cut(struct sitemap *s);

enum sitemap_end {
	SITEMAP_WHOLE,
	SITEMAP_BROKEN,  /* no sitemap, or broken off: read up to there */
	SITEMAP_LIMITED, /* beyond a bound: read up to there */
};

/*
 * The end of the bytes.  It is the end of a text's last line, too: who knows
 * that bytes are missing, and wants no URL that is cut, just frees the reader.
 */
enum sitemap_end sitemap_end(struct sitemap *s);

#endif
