/*
 * check_report_int.h - what the formats of a link check's report share.
 *
 * Each format is one function that appends to out.  Those that are for people
 * go through the findings with check_next(), the others by target.
 */
#ifndef ACRAWL_CHECK_REPORT_INT_H
#define ACRAWL_CHECK_REPORT_INT_H

#include "acrawl/check_report.h"

typedef void check_format_fn(
    const struct findings *f, bool colour, struct buf *out);

check_format_fn check_text, check_tsv, check_jsonl, check_junit, check_sarif,
    check_github, check_markdown;

/* How much a finding matters, most first. */
enum check_rank {
	CHECK_FAILS,
	CHECK_WARNS, /* blocked, and what else does not fail */
	CHECK_MOVED,
	CHECK_KNOWN,
	CHECK_RANKS
};

enum check_rank check_rank(const struct finding *f);

/*
 * The next finding, the ones that matter most first and then by target; NULL
 * behind the last.  All zero is the begin.
 */
struct check_walk {
	enum check_rank rank;
	size_t          i;
};

const struct finding *check_next(
    const struct findings *f, struct check_walk *w);

/* All its places, those that are not listed too. */
static inline uint64_t
check_places(const struct finding *f)
{
	return f->places_n + f->unlisted;
}

/* Appends "20,310 links", or "1 link". */
void check_add_count(struct buf *out, uint64_t n, const char *what);

/* Appends ":line:column"; nothing if the line is not known. */
void check_add_position(struct buf *out, const struct place *p);

/* Appends what the run has come to, without a full stop. */
void check_add_summary(struct buf *out, const struct findings *f);

/* Appends s as UTF-8: what is none becomes U+FFFD, byte by byte. */
void check_add_utf8(struct buf *out, struct str s);

/*
 * The same for who reads it on a terminal: what that might obey, or what would
 * change the direction of writing, is U+FFFD too; so it is one line.
 */
void check_add_visible(struct buf *out, struct str s);

/*
 * Appends a link's text with quotes around it and a blank before, visible, its
 * blanks each one space, and cut if it is long.  Nothing if it is blank.
 */
void check_add_link_text(struct buf *out, struct str text);

/* Appends "broken link "TEXT" to TARGET: why"; text may be empty. */
void check_add_message(
    struct buf *out, const struct finding *f, struct str text);

#endif
