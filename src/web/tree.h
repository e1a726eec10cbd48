/*
 * tree.h - which start tags become elements, and in which namespace.
 *
 * The little of the HTML standard's tree construction (13.2.6) that links
 * need: what is open, by name only.  No node is made and no text is kept.
 * Source order stands for tree order.
 *
 * Of the list of active formatting elements there is one bit for each name:
 * the copies that it makes mostly repeat links which were there already.  In
 * malformed nesting this is not all, and links can be missing or too many:
 *
 *	- A copy may stand in the document though what it copies does not: that
 *	  was in a template which is ended with an object, a cell or the like
 *	  open in it, or in a body that a frameset has replaced.
 *	- A copy is not open here.  What the standard does at a later tag, as
 *	  it finds the copy or an element that stands in it, is then not done:
 *	  foreign content behind may begin or end elsewhere.
 *
 * The innermost LIMIT_OPEN_ELEMENTS runs of open elements are remembered, a run
 * being elements of one name within each other.  What is further out is
 * forgotten: it is then as if those were divs in the body.  Foreign content
 * that is remembered keeps its svg or math, however far out that is.
 */
#ifndef ACRAWL_TREE_H
#define ACRAWL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/limits.h"
#include "tags.h"

enum tree_space {
	TREE_HTML,
	TREE_SVG,
	TREE_MATHML,
};

/* The insertion modes; those before "in body" are one, as are "after" it. */
enum tree_mode {
	TREE_IN_HEAD,
	TREE_IN_BODY,
	TREE_IN_TABLE,
	TREE_IN_CAPTION,
	TREE_IN_COLGROUP,
	TREE_IN_TBODY,
	TREE_IN_ROW,
	TREE_IN_CELL,
	TREE_IN_SELECT,
	TREE_IN_SELECT_IN_TABLE,
	TREE_IN_TEMPLATE,
	TREE_IN_FRAMESET,
	TREE_AFTER_FRAMESET,
};

/* What the tokenizer has to read after a start tag. */
enum tree_content {
	TREE_DATA,
	TREE_RAW, /* RAWTEXT or RCDATA: all the same without its text */
	TREE_SCRIPT,
	TREE_PLAINTEXT,
};

/* What a name is to the standard, 13.2.4.2; for HTML elements. */
enum {
	TREE_SPECIAL = 1,
	TREE_SCOPE = 2,      /* ends every scope but table scope */
	TREE_IMPLIED = 4,    /* its end tag may be missing */
	TREE_BREAKS_OUT = 8, /* its start tag ends foreign content */
	TREE_STARTS = 16,    /* its start tag does more than open it */
	TREE_ENDS = 32,      /* its end tag does more than close it */
	TREE_CLOSES_P = 64,  /* its start tag does, and no more */
	TREE_ONCE = 128,     /* its start tag closes one that is open */
};

extern const uint8_t tree_traits[TAG_COUNT];

/* What a start tag has besides its name. */
enum {
	TREE_SELF_CLOSING = 1,
	TREE_HIDDEN = 2,    /* input: type=hidden */
	TREE_FONT = 4,      /* font: color, face or size */
	TREE_HTML_POINT = 8 /* annotation-xml: its encoding is HTML */
};

/*
 * A key is a tag, a namespace, a flag and a hash:
 *
 *	bits 0-7 tag | 8-9 namespace | 10 HTML point | 11-31 hash
 *
 * The hash tells unknown names apart.  For a template it is the insertion
 * mode of its content instead.
 */
#define KEY_SPACE_SHIFT 8
#define KEY_POINT       (1u << 10)
#define KEY_HASH_SHIFT  11

static inline enum tree_space
key_space(uint32_t key)
{
	return (enum tree_space)(key >> KEY_SPACE_SHIFT & 3);
}

static inline uint32_t
key_make(enum tag tag, enum tree_space space, uint32_t hash)
{
	return (uint32_t)tag | (uint32_t)space << KEY_SPACE_SHIFT |
	       (tag == TAG_OTHER ? hash << KEY_HASH_SHIFT : 0);
}

/* A run of open elements. */
struct tree_run {
	uint32_t key;
	uint32_t count;
};

/*
 * Invariants: open[n - 1] is the current node if n > 0; else it is body, or
 * head while mode is TREE_IN_HEAD.  present[tag] counts the HTML elements of
 * that name in open[].  templates counts those that are open, forgotten ones
 * included; what happens while it is not 0 happens outside the document.
 */
struct tree {
	struct tree_run open[LIMIT_OPEN_ELEMENTS];
	size_t          n;
	uint64_t        present[TAG_COUNT];
	uint64_t        templates;
	enum tree_mode  mode;
	bool            head;        /* there is one, or was */
	bool            body;        /* there is one */
	bool            frameset_ok; /* the standard's flag of that name */
	bool            form;        /* its form element pointer is set */
	uint32_t        lost;        /* see note_lost() in tree.c */
};

/*
 * What became of a start tag.  Each html and body after the first is an element
 * too here, as its attributes become that of the first.
 */
struct tree_result {
	bool              element; /* it is one, in the document */
	bool              dropped; /* body became frameset: its elements go */
	enum tag          tag;     /* image becomes img */
	enum tree_space   space;
	enum tree_content content;
};

void tree_reset(struct tree *t);

/* A start tag; hash tells names apart that are TAG_OTHER. */
struct tree_result tree_start(
    struct tree *t, enum tag tag, uint32_t hash, unsigned flags);
void tree_end(struct tree *t, enum tag tag, uint32_t hash);

/* Text other than white space. */
void tree_text(struct tree *t);

/* Whether tree_text() makes any difference now. */
static inline bool
tree_wants_text(const struct tree *t)
{
	return t->frameset_ok || t->mode == TREE_IN_HEAD;
}

/* Whether the current node is not HTML: then there are CDATA sections. */
bool tree_foreign(const struct tree *t);

/* Whether ordinary tags do no more than open and close elements. */
static inline bool
tree_is_plain(const struct tree *t)
{
	return t->n > 0 && t->n < LIMIT_OPEN_ELEMENTS &&
	       key_space(t->open[t->n - 1].key) == TREE_HTML &&
	       (t->mode == TREE_IN_BODY || t->mode == TREE_IN_CELL);
}

/* Most start tags, in short; false: it takes tree_start(). */
static inline bool
tree_start_plain(struct tree *t, enum tag tag, uint32_t hash)
{
	uint32_t key = key_make(tag, TREE_HTML, hash);
	uint8_t  traits = tree_traits[tag];

	if (!tree_is_plain(t) || (traits & TREE_STARTS) != 0 ||
	    ((traits & TREE_CLOSES_P) != 0 && t->present[TAG_P] != 0) ||
	    ((traits & TREE_ONCE) != 0 && t->present[tag] != 0))
		return false;
	t->present[tag]++;
	if (t->open[t->n - 1].key == key &&
	    t->open[t->n - 1].count < UINT32_MAX)
		t->open[t->n - 1].count++;
	else
		t->open[t->n++] = (struct tree_run){key, 1};
	return true;
}

/* Most end tags: of the current node; false: it takes tree_end(). */
static inline bool
tree_end_plain(struct tree *t, enum tag tag, uint32_t hash)
{
	uint32_t key = key_make(tag, TREE_HTML, hash);

	if (!tree_is_plain(t) || (tree_traits[tag] & TREE_ENDS) != 0 ||
	    t->open[t->n - 1].key != key)
		return false;
	t->present[tag]--;
	if (--t->open[t->n - 1].count == 0)
		t->n--;
	return true;
}

#endif
