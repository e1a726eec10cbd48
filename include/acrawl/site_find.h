/*
 * site_find.h - what a web server would answer from a directory.
 *
 * The links of a built site to itself are tested without a server: a URL's
 * path is looked up as nginx does with
 *
 *	index index.html;
 *	try_files $uri $uri/ $uri.html;
 *
 * but that a directory without an index does not hide the page beside it of
 * the same name.  The path is percent-decoded once, a %2F being a slash like
 * any other; several slashes are one.  No file is named by a path with a
 * stray '%', a NUL, or a segment that is "." or ".." after decoding (the rest
 * of these the URL's parser has resolved).  Names are compared byte by byte.
 *
 * Only regular files are answered, and symbolic links are followed wherever
 * they lead, as a server does: nothing is opened.  A file need not be readable.
 */
#ifndef ACRAWL_SITE_FIND_H
#define ACRAWL_SITE_FIND_H

#include "acrawl/str.h"

enum site_answer {
	SITE_ANSWER_FILE,     /* the file of that name */
	SITE_ANSWER_INDEX,    /* a directory's index.html */
	SITE_ANSWER_FALLBACK, /* the file of that name and an extension */
	SITE_ANSWER_SLASH, /* a redirect to the path with a slash: an index */
	SITE_ANSWER_NONE,
};

struct site_finder;

/*
 * For the directory `dir`; if it can't be found, nothing will be.  Extensions,
 * with or without their dot, are tried in order; they end with NULL and are
 * borrowed.  Returned owned.
 */
struct site_finder *site_finder_new(
    const char *dir, const char *const *extensions);
void site_finder_free(struct site_finder *f);

/*
 * Looks up what stands in a URL between its base, which ends with a slash, and
 * its query.  *name becomes the name of the file below the directory (SLASH:
 * that of the index), or empty.  A file that is there costs one system call.
 */
enum site_answer site_find(
    struct site_finder *f, struct str url_path, struct buf *name);

/*
 * Appends the name of a file below a directory to the URL of the directory.
 * That is the URL which site_next() gives for the file.
 */
void site_url_of(struct buf *url, struct str name);

#endif
