/*
 * report.h - the lines of the two outputs.
 *
 * TSV: a header line, then one line a row, columns apart by one tab.  JSONL:
 * one object a line, without a header.  Printable ASCII only.
 */
#ifndef ACRAWL_REPORT_H
#define ACRAWL_REPORT_H

#include "acrawl/config.h"
#include "acrawl/page.h"
#include "acrawl/str.h"
#include "acrawl/writer.h"

/* source_url, parsed_url */
void report_links_header(struct writer *w);

/*
 * A link's line, without its end, as parts for writer_line(); returns how
 * many.  They live until p, link or line, which some of them may be in, change.
 */
#define REPORT_LINK_PARTS 3
size_t report_link(struct str parts[REPORT_LINK_PARTS], struct buf *line,
    enum format format, const struct page *p, const struct link *link);

/*
 * source_url, final_url, outcome, status, bytes, links, ms, attempts,
 * content_type; and, if a site is crawled, depth and referrer.  What there is
 * not is 0, or empty.
 */
void report_pages_header(struct writer *w, bool crawled);
void report_page(struct writer *w, const struct page *p, bool crawled);

#endif
