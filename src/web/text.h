/*
 * text.h - the text in an element, as it is gathered.
 */
#ifndef ACRAWL_TEXT_H
#define ACRAWL_TEXT_H

#include "acrawl/limits.h"
#include "acrawl/str.h"

/*
 * It has no white space at its begin, and one space for each run of it.  A NUL
 * stands where a character or a reference may not go on.
 */
struct text {
	char   p[LIMIT_LINK_TEXT_RAW_BYTES];
	size_t n;
	bool   open; /* since it began or a NUL, it has one or the other */
};

void text_start(struct text *t);

/* Appends bytes.  False: it is full. */
bool text_add(struct text *t, struct str s);

/* The same for bytes of which none begins a reference. */
bool text_add_literal(struct text *t, struct str s);

/* Markup comes between what was added and what will be. */
void text_part(struct text *t);

/* All of it, without white space at its end. */
struct str text_str(const struct text *t);

#endif
