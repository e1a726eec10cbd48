/*
 * gunzip.h - decompresses gzip (RFC 1952), while its bytes arrive.
 *
 * Members behind one another are one text; what is behind them and no member
 * is ignored, as gzip(1) does.  Takes 40 KB, whatever comes.
 */
#ifndef ACRAWL_GUNZIP_H
#define ACRAWL_GUNZIP_H

#include <stdbool.h>

#include "acrawl/str.h"

struct gunzip;

/* Owned. */
struct gunzip *gunzip_new(void);
void           gunzip_free(struct gunzip *g);

/*
 * Decompresses to `at`, at most `room` bytes, and takes what it has read
 * from the begin of *in.  How many it wrote; if that is less than room, there
 * is nothing left to do without more input.
 */
size_t gunzip(struct gunzip *g, struct str *in, char *at, size_t room);

enum gunzip_state {
	GUNZIP_INSIDE, /* of a member, or before the first: more has to come */
	GUNZIP_WHOLE,  /* a member has ended; another may come */
	GUNZIP_OVER,   /* the members have ended */
	GUNZIP_BROKEN, /* damaged; what was decompressed before was right */
};

enum gunzip_state gunzip_state(const struct gunzip *g);

#endif
