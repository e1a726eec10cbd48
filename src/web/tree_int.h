/*
 * tree_int.h - the stack of open elements, for tree.c, tree_start.c and
 * tree_end.c.
 */
#ifndef ACRAWL_TREE_INT_H
#define ACRAWL_TREE_INT_H

#include "tree.h"

#define KEY_NAME(key) ((key) & ~KEY_POINT)
#define KEY_BODY      0u /* what is below the stack */

enum scope {
	SCOPE_ANY,
	SCOPE_LIST,
	SCOPE_BUTTON,
	SCOPE_TABLE,
};

static inline enum tag
key_tag(uint32_t key)
{
	return (enum tag)(key & 0xff);
}

static inline bool
key_is(uint32_t key, enum tag tag)
{
	return key_space(key) == TREE_HTML && key_tag(key) == tag;
}

static inline bool
key_is_heading(uint32_t key)
{
	return key_space(key) == TREE_HTML && key_tag(key) >= TAG_H1 &&
	       key_tag(key) <= TAG_H6;
}

static inline uint32_t
current(const struct tree *t)
{
	return t->n > 0 ? t->open[t->n - 1].key : KEY_BODY;
}

static inline bool
current_is(const struct tree *t, enum tag tag)
{
	return t->n > 0 && key_is(current(t), tag);
}

/* MathML's text integration points and all HTML integration points. */
bool tree_key_is_point(uint32_t key);

bool tree_key_ends_scope(uint32_t key, enum scope scope);

void tree_push(struct tree *t, uint32_t key);

void tree_pop(struct tree *t);

/* A formatting element as a bit; 0 for any other. */
uint32_t tree_formatting_bit(enum tag tag);

/* Takes the innermost element of run i out, from under what is above it. */
void tree_take_out(struct tree *t, size_t i);

/* Pops down to run i, and one element of that. */
void tree_pop_through(struct tree *t, size_t i);

/* The innermost such run, or SIZE_MAX. */
size_t tree_find(const struct tree *t, enum tag tag);

size_t tree_find_in_scope(const struct tree *t, uint32_t key, enum scope scope);

bool tree_in_table_scope(const struct tree *t, enum tag tag);

/* Pops until an element of that name is popped, if one is in scope. */
bool tree_close_in_scope(struct tree *t, enum tag tag, enum scope scope);

void tree_close_p(struct tree *t);

void tree_clear_to_table(struct tree *t);

void tree_clear_to_tbody(struct tree *t);

void tree_clear_to_row(struct tree *t);

/* "Reset the insertion mode appropriately" (13.2.4.1). */
void tree_reset_mode(struct tree *t);

void tree_open_body(struct tree *t);

/*
 * The adoption agency's effect on what is open: each round takes the element
 * from outside of a special one to its inside, and once there is no special
 * one left in it, pops it with all that it holds.
 */
void tree_end_formatting(struct tree *t, uint32_t key);

/* The start of a: ends the one before, in scope or not (13.2.6.4.7). */
void tree_end_a(struct tree *t);

/* "Any other end tag" in body. */
void tree_end_other(struct tree *t, uint32_t key);

/* The start of li, or of dd and dt: ends the one before. */
void tree_end_item(struct tree *t, enum tag a, enum tag b);

void tree_end_template(struct tree *t);

void tree_set_template_mode(struct tree *t, enum tree_mode mode);

/* Out of foreign content, to HTML or to where HTML may stand in it. */
void tree_break_out(struct tree *t);

/* The start tags that belong to a table's parts, but for table itself. */
bool tree_is_table_part(enum tag tag);

/* Closes the cell that is open; false if there is none. */
bool tree_close_cell(struct tree *t);

void tree_close_select(struct tree *t);

#endif
