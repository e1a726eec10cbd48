/*
 * rules.h - what a host says to crawlers: its robots.txt and its sitemaps.
 *
 * The robots.txt of a host is fetched before its first page (RFC 9309); its
 * sitemaps, those that robots.txt names and /sitemap.xml, after that, one
 * after the other.  Both are pages of a kind of their own (page.h), for which
 * somebody has to be as polite as for others, but they get no rows.
 */
#ifndef ACRAWL_RULES_H
#define ACRAWL_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/outcome.h"
#include "acrawl/robots.h"
#include "acrawl/str.h"
#include "acrawl/task.h"

struct crawl;
struct page;
struct url;

enum rules_state {
	RULES_UNKNOWN,
	RULES_ASKED, /* on their way */
	RULES_KNOWN,
	RULES_UNREACHABLE, /* nothing is allowed for now (RFC 9309, 2.3.1.4) */
};

/* The sitemaps of a host that are still to be read; rules.c. */
struct sitemaps;

/* All zero is a host of which nothing is known. */
struct rules {
	enum rules_state state;
	struct robots   *robots;   /* NULL: all is allowed */
	int64_t          until_ms; /* then they are to be asked for again */
	struct waitlist  waiters;  /* pages, while they are on their way */
	struct sitemaps *sitemaps; /* NULL: never any */
};

void rules_clear(struct rules *r);

#endif
