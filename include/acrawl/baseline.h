/*
 * baseline.h - the file of breaks that are known, which don't fail a check.
 *
 * A text file: comments (lines that begin with #) and blank lines, and one line
 * for each target: its code, blanks (a tab is written), the target as
 * reported.  Written sorted by target, so that it can be kept under version
 * control; comments that were there are lost.  A break is known if its target
 * is there; the code is for people.  At most LIMIT_BASELINE_BYTES.
 */
#ifndef ACRAWL_BASELINE_H
#define ACRAWL_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "acrawl/str.h"

struct baseline;

/*
 * Reads a file.  Owned; NULL if it can't be read, which is said.  A line that
 * is none of the above is said, with file and line, and left out; after a few
 * only how many there are.  If `optional`, a file that does not exist is an
 * empty one.
 */
struct baseline *baseline_read(const char *path, bool optional);
void             baseline_free(struct baseline *b);

/* Whether a target is in it.  Marks the entry as seen. */
bool baseline_knows(struct baseline *b, struct str target);

/* Its entries, sorted, each target once; i below baseline_n(). */
size_t     baseline_n(const struct baseline *b);
struct str baseline_target(const struct baseline *b, size_t i);
struct str baseline_code(const struct baseline *b, size_t i);
bool       baseline_seen(const struct baseline *b, size_t i);

/* What is to be written. */
struct baseline_entry {
	struct str code;
	struct str target;
};

/*
 * Writes a file: beside it first, then in its place, so that nobody ever reads
 * a half.  Its mode stays; a symbolic link to it, too.  The entries may be in
 * any order; of several for one target one is written.  False if that fails,
 * which is said.
 */
bool baseline_write(
    const char *path, const struct baseline_entry *entries, size_t n);

#endif
