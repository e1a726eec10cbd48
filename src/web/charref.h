/*
 * charref.h - character references (HTML, 13.2.5.72).
 */
#ifndef ACRAWL_CHARREF_H
#define ACRAWL_CHARREF_H

#include <stdint.h>

#include "acrawl/str.h"

/* The most bytes that one reference stands for, and at least as many. */
#define CHARREF_MAX 8

/* Writes c as UTF-8 to out, which has room for 4; how many bytes. */
size_t utf8_put(char *out, uint32_t c);

/* Where a reference stands: in a value, some are none that lack their ';'. */
enum charref_in {
	CHARREF_IN_VALUE,
	CHARREF_IN_TEXT,
};

/*
 * Reads the reference at the start of s, which begins with '&' and ends where
 * the value or the text ends.  Its UTF-8 goes to out, *n bytes of it; returned
 * is how much of s it took, or 0 if that '&' is only an ampersand.
 */
size_t charref_decode(
    struct str s, enum charref_in in, char out[CHARREF_MAX], size_t *n);

#endif
