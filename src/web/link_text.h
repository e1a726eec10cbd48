/*
 * link_text.h - the texts of `a` elements, until their links are reported.
 *
 * An element has a number, from 1 in each page.  Its text ends before the next
 * element begins, so texts are there in the order of their numbers, and are
 * asked for in it.
 */
#ifndef ACRAWL_LINK_TEXT_H
#define ACRAWL_LINK_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"

/* What is undecided is raw; else the text is as html_tidy_text() has it. */
struct link_text {
	struct str text;
	struct str alt; /* of the first img in it that has one */
	bool       undecided;
	bool       alt_undecided;
};

struct link_texts {
	struct buf queue;
	size_t     at;    /* those before it were asked for */
	uint64_t   begun; /* the last element's number */
	uint64_t   done;  /* the same of those that have ended */
	struct buf alt;   /* of the element that has not */
	bool       alt_undecided;
};

void link_texts_init(struct link_texts *t);
void link_texts_clear(struct link_texts *t);

/* Begins a page. */
void link_texts_start(struct link_texts *t);

/* An element begins; returns its number. */
uint64_t link_texts_begin(struct link_texts *t);

/* An img, maybe in the element that has begun, has an alt. */
void link_texts_alt(struct link_texts *t, struct str alt, bool undecided);

/* The element ends.  Without room for it, its text is lost. */
void link_texts_end(struct link_texts *t, struct str text, bool undecided);

/*
 * The text of the element `number`, empty if there is none yet.  Forgets those
 * before it; it is borrowed until the next call.
 */
struct link_text link_texts_find(struct link_texts *t, uint64_t number);

/* Forgets those that have ended. */
void link_texts_forget(struct link_texts *t);

#endif
