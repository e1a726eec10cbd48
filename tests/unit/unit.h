/*
 * unit.h - what every unit test includes: cmocka, and the headers it needs.
 */
#ifndef ACRAWL_UNIT_H
#define ACRAWL_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acrawl/str.h"

/* Appends a piece of a document, each '@' in it as a number. */
static inline void
add_numbered(struct buf *out, const char *piece, size_t number)
{
	for (; *piece != '\0'; piece++) {
		if (*piece == '@')
			buf_addf(out, "%zu", number);
		else
			buf_addc(out, *piece);
	}
}

#endif
