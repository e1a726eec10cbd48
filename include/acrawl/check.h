/*
 * check.h - a link check: is what the pages link to there?
 *
 *	links of pages --> targets --> files, pages of the crawl, probes
 *	                      ^                    |
 *	                      +---- what became of each; where it leads
 *
 * Each distinct URL is a target and is tested once: by a look into the
 * directory, by the page that the crawl fetches anyway, or by a probe, which
 * is a page task that asks for a URL and no more (page_probe.c).  A redirect
 * makes a target of where it leads, so that no chain is walked twice.
 * Failures get a second look when all else is done; then the findings are put
 * together (findings.c) and reported (check_report.h).
 *
 * The check belongs to a crawl, whose parts call it.
 */
#ifndef ACRAWL_CHECK_H
#define ACRAWL_CHECK_H

#include <stdbool.h>

#include "acrawl/check_report.h"
#include "acrawl/config.h"
#include "acrawl/input.h"
#include "acrawl/links.h"
#include "acrawl/page.h"
#include "acrawl/url.h"
#include "acrawl/writer.h"

struct crawl;
struct check;

/*
 * The configuration of the crawl under a check: that of the user but for what
 * is not his to say.  Without --recursive the crawl is one of depth 0.
 */
struct config check_config(const struct config *user);

/*
 * Of a crawl that has its scope, by what the user wants; both are borrowed.
 * Owned; NULL if it can't be, which is said.
 */
struct check *check_new(struct crawl *c, const struct config *user);
void          check_free(struct check *ck);

/* ----------------------------------------------------------------------
 * News, as they come.
 */

/* A line of the input; url NULL: it is none.  text is printable. */
void check_input(struct check *ck, const struct input_line *line,
    const struct url *url, struct str text);

/* A URL becomes a page of the crawl. */
void check_add_page(struct check *ck, const struct url *url, uint32_t depth);

/* A link of a page, and what fragments may name there. */
void check_link(struct check *ck, struct page *p, const struct link *link);
void check_id(struct check *ck, struct page *p, struct str id);

/* A listed URL was redirected: see scope_redirect(). */
void check_redirect(
    struct check *ck, const struct url *from, const struct url *to);

/* A page, or a probe, is done.  All it found is in the frontier. */
void check_take(struct check *ck, const struct page *p);

/* ----------------------------------------------------------------------
 * For the crawl.
 */

/* Queues what can be tested now.  False if there is nothing left to do. */
bool check_go_on(struct check *ck);

/* For probes: whether HEAD will do; and whether a page's ids are wanted. */
bool check_uses_head(const struct check *ck, const struct page *p);
bool check_wants_ids(const struct check *ck, const struct page *p);

/* Whether a status is what the user wants. */
bool check_accepts(const struct check *ck, int status);

/* One report more that is to be put out; borrows w. */
void check_add_report(
    struct check *ck, enum check_report kind, struct writer *w, bool colour);

/*
 * All is tested, or was to be: puts the reports out.  why: the run ended early,
 * or NULL.
 */
void check_report_all(struct check *ck, const char *why);

/* Whether there were more links than can be held. */
bool check_is_full(const struct check *ck);

/* After that: whether a link, or a page that was to be read, failed. */
bool check_failed(const struct check *ck);

#endif
