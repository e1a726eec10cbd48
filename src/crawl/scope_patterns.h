/*
 * scope_patterns.h - regular expressions (PCRE2) that URLs are tried against.
 *
 * Those of the command line and those of files, which know their line.  What a
 * pattern may cost is bounded by LIMIT_PATTERN_...; one that gives up says so
 * once, and matches or not as `undecided` has it.
 */
#ifndef ACRAWL_SCOPE_PATTERNS_H
#define ACRAWL_SCOPE_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include "acrawl/ignore.h"
#include "acrawl/str.h"

struct pattern;

/* Patterns of one kind.  All zero, but for undecided, is none. */
struct patterns {
	bool            undecided; /* what it counts as if one gives up */
	struct pattern *items;
	size_t          n;
	size_t          cap;
};

/* What matching needs beside patterns; all may share one.  Returned owned. */
struct matcher *matcher_new(void);
void            matcher_free(struct matcher *m);

/*
 * Adds a pattern, which is borrowed; the option has a blank behind it.  False
 * if it is wrong, which is said: which one, what is wrong and where.
 */
bool patterns_add_option(
    struct patterns *p, const char *option, const char *text);
bool patterns_add_line(struct patterns *p, const struct ignore_pattern *line);
void patterns_clear(struct patterns *p);

/*
 * The first pattern that url matches, as it was given; with "FILE:LINE: "
 * before it if a file did.  NULL if there is none.
 */
const char *patterns_match(
    struct patterns *p, struct matcher *m, struct str url);

#endif
