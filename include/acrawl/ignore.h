/*
 * ignore.h - the file of patterns for what a link check is not to test.
 *
 * One PCRE2 pattern a line, as for --exclude; blanks at its ends don't count.
 * Blank lines and those that begin with # are left out, so a pattern that
 * begins with one is written [#].  UTF-8 with or without a byte order mark; LF
 * or CRLF.  At most LIMIT_IGNORE_BYTES.
 */
#ifndef ACRAWL_IGNORE_H
#define ACRAWL_IGNORE_H

#include <stdbool.h>
#include <stddef.h>

struct ignore_pattern {
	char       *named; /* "FILE:LINE: PATTERN"; owned */
	const char *text;  /* PATTERN, at its end */
};

/* All zero is one without patterns, which owns nothing. */
struct ignore {
	struct ignore_pattern *items;
	size_t                 n;
	size_t                 cap;
};

/*
 * Reads a file; NULL: .acrawlignore in the working directory or the nearest
 * folder above that has it, if any has.  Makes *out what it says; the patterns
 * are not looked at (scope.h does that).  False if it can't be read or is no
 * text, which is said; *out is then empty.
 */
bool ignore_read(const char *path, struct ignore *out);
void ignore_clear(struct ignore *out);

#endif
