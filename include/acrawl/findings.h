/*
 * findings.h - what a link check found, ready to be reported.
 *
 * The check (check.h) makes one when all is tested; the formats of the report
 * (check_report.h) and the baseline read it.  A finding is one target with all
 * the places that link to it.  Which targets are findings: those that are
 * broken, invalid or blocked, and those that have moved for good.
 *
 * Everything is borrowed from the check.  The same site gives the same
 * findings, in the same order, whatever the order in which answers came.
 */
#ifndef ACRAWL_FINDINGS_H
#define ACRAWL_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/str.h"

/* What a link check says of a target. */
enum verdict {
	VERDICT_OK,
	VERDICT_REDIRECTED, /* to what is ok */
	VERDICT_BROKEN,
	VERDICT_BLOCKED, /* the server does not want us to know */
	VERDICT_SKIPPED, /* not to be tested */
	VERDICT_INVALID, /* does not parse as a URL */
	VERDICT_COUNT
};

/* "ok", "redirected", ... */
const char *verdict_name(enum verdict v);

/* Where a target is linked from. */
struct place {
	struct str page; /* a URL, printable ASCII; or a file's path from the
	                    working directory, byte by byte as it is */
	bool       is_file;
	uint32_t   line;   /* of the link's tag, from 1; 0: a header has it */
	uint32_t   column; /* in bytes, from 1; 0: the same */
	struct str text;   /* the link's, UTF-8; empty: none */
};

struct finding {
	enum verdict verdict;
	struct str   target; /* URL, or what is none; printable ASCII */
	struct str   code;   /* "http_404", "no_fragment", ...: outcome.h */
	struct str   why;    /* the same for people, without a full stop */
	struct str to; /* REDIRECTED: as far as it has moved for good.  Others:
	                  where redirects led, or empty */
	bool                known;  /* by the baseline: does not fail */
	bool                fails;  /* the run: exit status 2 */
	const struct place *places; /* by page, line, column; at least one */
	size_t              places_n;
	uint64_t            unlisted; /* more places, beyond a limit */
};

struct findings {
	const struct finding *items; /* by target, then code, byte by byte */
	size_t                n;
	uint64_t counts[VERDICT_COUNT]; /* of distinct targets, all of them */
	uint64_t untested; /* the same, to which an early end came first */
	uint64_t pages;    /* that were read for links */
	uint64_t partial;  /* pages that were there, but not read whole */
	uint64_t links;    /* on them: places of all targets */
	uint64_t known;    /* findings of the baseline */
	/* Of the baseline: targets that work again, or that nobody links to. */
	const struct str *again;
	size_t            again_n;
	const struct str *gone;
	size_t            gone_n;
	const char       *incomplete; /* why the run ended early; NULL: no */
};

#endif
