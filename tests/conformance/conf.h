/*
 * conf.h - what the conformance programs share: a file of rows is loaded, each
 * row is tried, misses are printed and counted.
 *
 * A conformance program takes the directory of the data as its argument.  The
 * data is not part of this tree.
 *
 *	json_t     *rows = conf_load(dir, "some-cases.json");
 *	struct conf c = conf_begin("some");
 *	json_array_foreach(rows, i, row)
 *		conf_row(&c, try(row), row, "got %.*s", ...);
 *	json_decref(rows);
 *	failed |= !conf_end(&c);
 */
#ifndef ACRAWL_CONF_H
#define ACRAWL_CONF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "acrawl/mem.h"
#include "acrawl/str.h"

/* The count of one table. */
struct conf {
	const char *name; /* borrowed */
	size_t      rows;
	size_t      hits;
};

/*
 * The JSON of dir/file, which may hold NULs in its strings.  Returned owned:
 * the caller calls json_decref().  What cannot be read or parsed ends the
 * program with a message and status 2.
 */
json_t *conf_load(const char *dir, const char *file);

/*
 * A view of a string, which lives as long as the value.  What is no string,
 * as null or NULL, is a view whose p is NULL.
 */
struct str conf_str(const json_t *value);

/* The same of a member of an object. */
struct str conf_member(const json_t *object, const char *key);

struct conf conf_begin(const char *name);

/*
 * Counts a row.  A miss is printed as one line of ASCII: the table's name, the
 * row as JSON (unless row is NULL), and the message, which says what came out
 * instead.  Bytes that cannot be printed become %XX.
 */
void conf_row(struct conf *c, bool ok, const json_t *row, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Prints "NAME HITS of ROWS".  False if a row missed, or if there was none. */
bool conf_end(const struct conf *c);

#endif
