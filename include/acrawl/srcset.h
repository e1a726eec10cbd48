/*
 * srcset.h - the URLs of a srcset or imagesrcset attribute (HTML standard,
 * "parse a srcset attribute").
 *
 * Which image a browser would show is not asked: each valid candidate is a
 * link.
 */
#ifndef ACRAWL_SRCSET_H
#define ACRAWL_SRCSET_H

#include <stdbool.h>

#include "acrawl/str.h"

/*
 * The URL of the next valid candidate in *url, a view into *rest, which
 * becomes what follows the candidate.  *rest is the whole attribute at first.
 * A candidate whose descriptors are invalid is passed over.  False at the end;
 * *url is then undefined.
 */
bool srcset_next(struct str *rest, struct str *url);

#endif
