/*
 * charref.h - character references in attribute values (HTML, 13.2.5.72).
 */
#ifndef ACRAWL_CHARREF_H
#define ACRAWL_CHARREF_H

#include <stdint.h>

#include "acrawl/str.h"

/* The most bytes that one reference stands for, and at least as many. */
#define CHARREF_MAX 8

/* Writes c as UTF-8 to out, which has room for 4; how many bytes. */
size_t utf8_put(char *out, uint32_t c);

/*
 * Reads the reference at the start of s, which begins with '&' and ends where
 * the value ends.  Its UTF-8 goes to out, *n bytes of it; returned is how much
 * of s it took, or 0 if that '&' is only an ampersand.
 */
size_t charref_decode(struct str s, char out[CHARREF_MAX], size_t *n);

#endif
