/*
 * check_report.h - the findings of a link check, in one of several formats.
 *
 * All are deterministic: no times, no dates, no host names.  All show the same
 * findings.  What a page or a server sent comes out as the format wants it:
 * escaped for XML, JSON (always valid UTF-8), Markdown, workflow commands; and
 * for text and tsv as printable ASCII, so that no terminal obeys it.
 *
 *	text      for people: grouped by target, those that fail first,
 *	          the first places of each; then what can go from the
 *	          baseline, and a line with the counts
 *	tsv       a header, then a row for each place
 *	jsonl     an object for each finding
 *	junit     XML as Ant began it: a test case for each finding, failed
 *	          or else skipped; an error if the run ended early
 *	sarif     SARIF 2.1.0 (OASIS standard): a result for each place, an
 *	          error, a warning, or a note if it is known or redirected
 *	github    workflow commands, ::error file=...,line=...::, one for
 *	          each place, those that fail first; levels as in sarif
 *	markdown  for a job summary: as text but with all places, up to what
 *	          GitHub takes; it says what is left out
 *
 * Places beyond a limit (unlisted) are counted in text, junit and markdown.
 */
#ifndef ACRAWL_CHECK_REPORT_H
#define ACRAWL_CHECK_REPORT_H

#include "acrawl/findings.h"

enum check_report {
	CHECK_REPORT_TEXT,
	CHECK_REPORT_TSV,
	CHECK_REPORT_JSONL,
	CHECK_REPORT_JUNIT,
	CHECK_REPORT_SARIF,
	CHECK_REPORT_GITHUB,
	CHECK_REPORT_MARKDOWN,
	CHECK_REPORT_COUNT
};

/* By its name, "text" and so on.  False: there is none of that name. */
bool check_report_kind(struct str name, enum check_report *kind);

/*
 * Appends the report, whole lines, to out, which has no limit.  colour: with
 * the escape sequences of terminals, which only text has.
 */
void check_report(enum check_report kind, const struct findings *f, bool colour,
    struct buf *out);

#endif
