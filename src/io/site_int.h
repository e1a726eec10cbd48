/*
 * site_int.h - the rule for symbolic links that the walk through a directory
 * and the lookup in it share.
 */
#ifndef ACRAWL_SITE_INT_H
#define ACRAWL_SITE_INT_H

#include <stdbool.h>

/* Whether real is root or below it; both are without symbolic links. */
bool site_is_inside(const char *root, const char *real);

#endif
