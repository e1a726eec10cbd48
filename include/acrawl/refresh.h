/*
 * refresh.h - the URL of a meta refresh or of a Refresh header (HTML standard,
 * "shared declarative refresh steps").
 */
#ifndef ACRAWL_REFRESH_H
#define ACRAWL_REFRESH_H

#include <stdbool.h>

#include "acrawl/str.h"

/*
 * Whether content, the value of the attribute or header, is a valid refresh
 * that names a URL.  Then *url is a view of it without outer blanks, to be
 * resolved against the page's URL.  A refresh without a URL, or with an empty
 * one, loads the page itself again, and is no link.
 */
bool refresh_url(struct str content, struct str *url);

#endif
