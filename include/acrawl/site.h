/*
 * site.h - the HTML files of a directory, one after the other.
 *
 * A directory of a built site is read without a server: each file whose name
 * says that it is HTML, with the URL that it is published under.  The walk
 * goes on only as files are asked for; what it holds is the names in one
 * directory, times the depth.  The entries of a directory, files and
 * directories together, come sorted by the bytes of their names, so that the
 * same tree always gives the same files in the same order.
 *
 * A symbolic link is followed if its target is inside the directory.  One
 * that leads out of it or to nothing is not, nor is one to a directory that
 * it stands in, nor the one after LIMIT_PATH_LINKS others.  What is neither a
 * file nor a directory is never opened.
 */
#ifndef ACRAWL_SITE_H
#define ACRAWL_SITE_H

#include <stdbool.h>

#include "acrawl/str.h"

struct site;

/*
 * Begins at the directory `path`, whose files are published under base_url.
 * Both are borrowed for its life; base_url ends with a slash.  Returned owned.
 */
struct site *site_new(const char *path, struct str base_url);
void         site_free(struct site *s);

/* Both live until the next call. */
struct site_file {
	struct str path; /* to open it; with a NUL behind it */
	struct str url;
};

enum site_result {
	SITE_FILE, /* *file is the next one */
	SITE_MORE, /* none yet: ask again, after a turn of the loop */
	SITE_END,  /* no more files */
};

enum site_result site_next(struct site *s, struct site_file *file);

/* Whether a directory could not be read; it was said, and the walk went on. */
bool site_failed(const struct site *s);

/*
 * Whether path is a file that a walk through the directory dir would find, or
 * would if it were made.
 */
bool site_has(const char *dir, const char *path);

/* The Content-Type that goes with a name; NULL if it is not one of HTML. */
const char *site_content_type(struct str name);

/*
 * Appends a name as a segment of a URL's path, as JavaScript's
 * encodeURIComponent() has it (ECMA-262, 19.2.6.4), but byte by byte: a name
 * need not be UTF-8.
 */
void site_add_segment(struct buf *url, struct str name);

#endif
