/*
 * tree.c - which start tags become elements: tree construction without a tree.
 *
 * Follows the HTML standard, 13.2.4 (the stack of open elements) and 13.2.6
 * (the insertion modes), step by step where the step can change whether a
 * later tag is an element, and in which namespace; the rest is left out.
 */
#include "tree_int.h"

#include <string.h>

#define SPECIAL    TREE_SPECIAL
#define SCOPE      TREE_SCOPE
#define IMPLIED    TREE_IMPLIED
#define BREAKS_OUT TREE_BREAKS_OUT
#define STARTS     TREE_STARTS
#define ENDS       TREE_ENDS
#define CLOSES_P   TREE_CLOSES_P
#define ONCE       TREE_ONCE

#define T(name) [TAG_##name]

const uint8_t tree_traits[TAG_COUNT] = {
    T(A) = ONCE,
    T(ADDRESS) = SPECIAL | CLOSES_P,
    T(APPLET) = SPECIAL | SCOPE | STARTS,
    T(AREA) = SPECIAL | STARTS,
    T(ARTICLE) = SPECIAL | CLOSES_P,
    T(ASIDE) = SPECIAL | CLOSES_P,
    T(B) = BREAKS_OUT,
    T(BASE) = SPECIAL | STARTS,
    T(BASEFONT) = SPECIAL | STARTS,
    T(BGSOUND) = SPECIAL | STARTS,
    T(BIG) = BREAKS_OUT,
    T(BLOCKQUOTE) = SPECIAL | BREAKS_OUT | CLOSES_P,
    T(BODY) = SPECIAL | BREAKS_OUT | STARTS | ENDS,
    T(BR) = SPECIAL | BREAKS_OUT | STARTS | ENDS,
    T(BUTTON) = SPECIAL | STARTS,
    T(CAPTION) = SPECIAL | SCOPE | STARTS | ENDS,
    T(CENTER) = SPECIAL | BREAKS_OUT | CLOSES_P,
    T(CODE) = BREAKS_OUT,
    T(COL) = SPECIAL | STARTS | ENDS,
    T(COLGROUP) = SPECIAL | STARTS | ENDS,
    T(DD) = SPECIAL | IMPLIED | BREAKS_OUT | STARTS,
    T(DETAILS) = SPECIAL | CLOSES_P,
    T(DIALOG) = CLOSES_P,
    T(DIR) = SPECIAL | CLOSES_P,
    T(DIV) = SPECIAL | BREAKS_OUT | CLOSES_P,
    T(DL) = SPECIAL | BREAKS_OUT | CLOSES_P,
    T(DT) = SPECIAL | IMPLIED | BREAKS_OUT | STARTS,
    T(EM) = BREAKS_OUT,
    T(EMBED) = SPECIAL | BREAKS_OUT | STARTS,
    T(FIELDSET) = SPECIAL | CLOSES_P,
    T(FIGCAPTION) = SPECIAL | CLOSES_P,
    T(FIGURE) = SPECIAL | CLOSES_P,
    T(FOOTER) = SPECIAL | CLOSES_P,
    T(FORM) = SPECIAL | STARTS | ENDS,
    T(FRAME) = SPECIAL | STARTS,
    T(FRAMESET) = SPECIAL | STARTS | ENDS,
    T(H1) = SPECIAL | BREAKS_OUT | STARTS,
    T(H2) = SPECIAL | BREAKS_OUT | STARTS,
    T(H3) = SPECIAL | BREAKS_OUT | STARTS,
    T(H4) = SPECIAL | BREAKS_OUT | STARTS,
    T(H5) = SPECIAL | BREAKS_OUT | STARTS,
    T(H6) = SPECIAL | BREAKS_OUT | STARTS,
    T(HEAD) = SPECIAL | BREAKS_OUT | STARTS | ENDS,
    T(HEADER) = SPECIAL | CLOSES_P,
    T(HGROUP) = SPECIAL | CLOSES_P,
    T(HR) = SPECIAL | BREAKS_OUT | STARTS,
    T(HTML) = SPECIAL | SCOPE | STARTS | ENDS,
    T(I) = BREAKS_OUT,
    T(IFRAME) = SPECIAL | STARTS,
    T(IMAGE) = STARTS,
    T(IMG) = SPECIAL | BREAKS_OUT | STARTS,
    T(INPUT) = SPECIAL | STARTS,
    T(KEYGEN) = SPECIAL | STARTS,
    T(LI) = SPECIAL | IMPLIED | BREAKS_OUT | STARTS,
    T(LINK) = SPECIAL | STARTS,
    T(LISTING) = SPECIAL | BREAKS_OUT | STARTS,
    T(MAIN) = SPECIAL | CLOSES_P,
    T(MARQUEE) = SPECIAL | SCOPE | STARTS,
    T(MATH) = STARTS,
    T(MENU) = SPECIAL | BREAKS_OUT | CLOSES_P,
    T(META) = SPECIAL | BREAKS_OUT | STARTS,
    T(NAV) = SPECIAL | CLOSES_P,
    T(NOBR) = BREAKS_OUT | ONCE,
    T(NOEMBED) = SPECIAL | STARTS,
    T(NOFRAMES) = SPECIAL | STARTS,
    T(NOSCRIPT) = SPECIAL,
    T(OBJECT) = SPECIAL | SCOPE | STARTS,
    T(OL) = SPECIAL | BREAKS_OUT | CLOSES_P,
    T(OPTGROUP) = IMPLIED | STARTS,
    T(OPTION) = IMPLIED | STARTS,
    T(P) = SPECIAL | IMPLIED | BREAKS_OUT | CLOSES_P,
    T(PARAM) = SPECIAL | STARTS,
    T(PLAINTEXT) = SPECIAL | STARTS,
    T(PRE) = SPECIAL | BREAKS_OUT | STARTS,
    T(RB) = IMPLIED,
    T(RP) = IMPLIED,
    T(RT) = IMPLIED,
    T(RTC) = IMPLIED,
    T(RUBY) = BREAKS_OUT,
    T(S) = BREAKS_OUT,
    T(SCRIPT) = SPECIAL | STARTS,
    T(SEARCH) = SPECIAL | CLOSES_P,
    T(SECTION) = SPECIAL | CLOSES_P,
    T(SELECT) = SPECIAL | STARTS | ENDS,
    T(SMALL) = BREAKS_OUT,
    T(SOURCE) = SPECIAL | STARTS,
    T(SPAN) = BREAKS_OUT,
    T(STRIKE) = BREAKS_OUT,
    T(STRONG) = BREAKS_OUT,
    T(STYLE) = SPECIAL | STARTS,
    T(SUB) = BREAKS_OUT,
    T(SUMMARY) = SPECIAL | CLOSES_P,
    T(SUP) = BREAKS_OUT,
    T(SVG) = STARTS,
    T(TABLE) = SPECIAL | SCOPE | BREAKS_OUT | STARTS | ENDS,
    T(TBODY) = SPECIAL | STARTS | ENDS,
    T(TD) = SPECIAL | SCOPE | STARTS | ENDS,
    T(TEMPLATE) = SPECIAL | SCOPE | STARTS | ENDS,
    T(TEXTAREA) = SPECIAL | STARTS,
    T(TFOOT) = SPECIAL | STARTS | ENDS,
    T(TH) = SPECIAL | SCOPE | STARTS | ENDS,
    T(THEAD) = SPECIAL | STARTS | ENDS,
    T(TITLE) = SPECIAL | STARTS,
    T(TR) = SPECIAL | STARTS | ENDS,
    T(TRACK) = SPECIAL | STARTS,
    T(TT) = BREAKS_OUT,
    T(U) = BREAKS_OUT,
    T(UL) = SPECIAL | BREAKS_OUT | CLOSES_P,
    T(VAR) = BREAKS_OUT,
    T(WBR) = SPECIAL | STARTS,
    T(XMP) = SPECIAL | STARTS,
};

#undef T

/* MathML's text integration points and all HTML integration points. */
bool
tree_key_is_point(uint32_t key)
{
	enum tag tag = key_tag(key);

	if (key_space(key) == TREE_SVG)
		return tag == TAG_FOREIGNOBJECT || tag == TAG_DESC ||
		       tag == TAG_TITLE;
	return key_space(key) == TREE_MATHML &&
	       (tag == TAG_MI || tag == TAG_MO || tag == TAG_MN ||
		   tag == TAG_MS || tag == TAG_MTEXT || (key & KEY_POINT) != 0);
}

static bool
key_is_special(uint32_t key)
{
	if (key_space(key) == TREE_HTML)
		return (tree_traits[key_tag(key)] & SPECIAL) != 0;
	return tree_key_is_point(key) ||
	       (key_space(key) == TREE_MATHML &&
		   key_tag(key) == TAG_ANNOTATION_XML);
}

bool
tree_key_ends_scope(uint32_t key, enum scope scope)
{
	enum tag tag = key_tag(key);

	if (scope == SCOPE_TABLE)
		return key_is(key, TAG_TABLE) || key_is(key, TAG_TEMPLATE);
	if (key_space(key) != TREE_HTML)
		return key_is_special(key);
	return (tree_traits[tag] & SCOPE) != 0 ||
	       (scope == SCOPE_BUTTON && tag == TAG_BUTTON) ||
	       (scope == SCOPE_LIST && (tag == TAG_OL || tag == TAG_UL));
}

bool
tree_foreign(const struct tree *t)
{
	return key_space(current(t)) != TREE_HTML;
}

static void
count(struct tree *t, uint32_t key, uint64_t n)
{
	if (key_space(key) == TREE_HTML)
		t->present[key_tag(key)] += n;
}

static bool
key_is_foreign_root(uint32_t key)
{
	return key == key_make(TAG_SVG, TREE_SVG, 0) ||
	       KEY_NAME(key) == key_make(TAG_MATH, TREE_MATHML, 0);
}

/*
 * Forgets the outer half of what is open.  Foreign content whose svg or math
 * is in that half keeps it, as there would be no way out of it else.
 */
static void
forget(struct tree *t)
{
	size_t half = t->n / 2;
	size_t root = half;

	if (key_space(t->open[half].key) != TREE_HTML)
		while (root > 0 && !key_is_foreign_root(t->open[root].key))
			root--;
	if (root < half) {
		struct tree_run kept = t->open[root];

		t->open[root] = t->open[half - 1];
		t->open[--half] = kept;
	}
	for (size_t i = 0; i < half; i++)
		count(t, t->open[i].key, -(uint64_t)t->open[i].count);
	memmove(t->open, t->open + half, (t->n - half) * sizeof(*t->open));
	t->n -= half;
}

/* Whether it hides the formatting elements around it from its content. */
static bool
key_sets_marker(uint32_t key)
{
	return key_space(key) == TREE_HTML &&
	       (tree_traits[key_tag(key)] & SCOPE) != 0 &&
	       !key_is(key, TAG_TABLE);
}

void
tree_push(struct tree *t, uint32_t key)
{
	count(t, key, 1);
	if (key_sets_marker(key))
		t->lost = 0;
	if (t->n > 0 && t->open[t->n - 1].key == key &&
	    t->open[t->n - 1].count < UINT32_MAX) {
		t->open[t->n - 1].count++;
		return;
	}
	if (t->n == LIMIT_OPEN_ELEMENTS)
		forget(t);
	t->open[t->n++] = (struct tree_run){key, 1};
}

void
tree_pop(struct tree *t)
{
	struct tree_run *top;

	if (t->n == 0)
		return;
	top = &t->open[t->n - 1];
	count(t, top->key, -(uint64_t)1);
	if (key_is(top->key, TAG_TEMPLATE))
		t->templates--;
	if (--top->count == 0)
		t->n--;
}

/* A formatting element as a bit; 0 for any other. */
uint32_t
tree_formatting_bit(enum tag tag)
{
	static const uint8_t tags[] = {TAG_A, TAG_B, TAG_BIG, TAG_CODE, TAG_EM,
	    TAG_FONT, TAG_I, TAG_NOBR, TAG_S, TAG_SMALL, TAG_STRIKE, TAG_STRONG,
	    TAG_TT, TAG_U};

	for (unsigned i = 0; i < sizeof(tags); i++)
		if (tags[i] == tag)
			return 1u << i;
	return 0;
}

/*
 * An element is popped, but not by its own end tag.  If it is a formatting
 * element then the standard opens it again when more comes (13.2.4.3).  Of
 * what this changes, only this much is done here: in foreign content its end
 * tag ends that.  For this one bit each will do; tree.h says what is left out.
 */
static void
note_lost(struct tree *t, uint32_t key)
{
	if (key_space(key) == TREE_HTML)
		t->lost |= tree_formatting_bit(key_tag(key));
}

/* Takes the innermost element of run i out, from under what is above it. */
void
tree_take_out(struct tree *t, size_t i)
{
	count(t, t->open[i].key, -(uint64_t)1);
	if (--t->open[i].count > 0)
		return;
	t->n--;
	memmove(t->open + i, t->open + i + 1, (t->n - i) * sizeof(*t->open));
}

/*
 * Pops down to run i, and one element of that.  If that one sets a marker then
 * its end takes off the last one, and what was lost behind it; other markers
 * stay, and hide what was lost before them.
 */
void
tree_pop_through(struct tree *t, size_t i)
{
	uint64_t own = key_sets_marker(t->open[i].key);
	uint64_t markers = 0;

	while (t->n > i + 1) {
		struct tree_run *top = &t->open[t->n - 1];

		if (key_sets_marker(top->key)) {
			if (markers < own)
				t->lost = 0;
			markers += top->count;
		} else if (markers <= own) {
			note_lost(t, top->key);
		}
		count(t, top->key, -(uint64_t)top->count);
		if (key_is(top->key, TAG_TEMPLATE))
			t->templates -= top->count;
		t->n--;
	}
	if (markers < own)
		t->lost = 0;
	tree_pop(t);
}

/* The innermost such run, or SIZE_MAX. */
size_t
tree_find(const struct tree *t, enum tag tag)
{
	if (t->present[tag] == 0)
		return SIZE_MAX;
	for (size_t i = t->n; i-- > 0;)
		if (key_is(t->open[i].key, tag))
			return i;
	return SIZE_MAX;
}

size_t
tree_find_in_scope(const struct tree *t, uint32_t key, enum scope scope)
{
	if (t->present[key_tag(key)] == 0)
		return SIZE_MAX;
	for (size_t i = t->n; i-- > 0;) {
		if (t->open[i].key == key)
			return i;
		if (tree_key_ends_scope(t->open[i].key, scope))
			break;
	}
	return SIZE_MAX;
}

bool
tree_in_table_scope(const struct tree *t, enum tag tag)
{
	return tree_find_in_scope(t, (uint32_t)tag, SCOPE_TABLE) != SIZE_MAX;
}

/* Pops until an element of that name is popped, if one is in scope. */
bool
tree_close_in_scope(struct tree *t, enum tag tag, enum scope scope)
{
	size_t i = tree_find_in_scope(t, (uint32_t)tag, scope);

	if (i == SIZE_MAX)
		return false;
	tree_pop_through(t, i);
	return true;
}

void
tree_close_p(struct tree *t)
{
	tree_close_in_scope(t, TAG_P, SCOPE_BUTTON);
}

/* Pops what is not one of these, a template or the end of the stack. */
static void
clear_back_to(struct tree *t, enum tag a, enum tag b, enum tag c)
{
	bool marker = false;

	while (t->n > 0 && !current_is(t, a) && !current_is(t, b) &&
	       !current_is(t, c) && !current_is(t, TAG_TEMPLATE)) {
		marker = marker || key_sets_marker(current(t));
		if (!marker)
			note_lost(t, current(t));
		tree_pop(t);
	}
}

void
tree_clear_to_table(struct tree *t)
{
	clear_back_to(t, TAG_TABLE, TAG_TABLE, TAG_TABLE);
}

void
tree_clear_to_tbody(struct tree *t)
{
	clear_back_to(t, TAG_TBODY, TAG_TFOOT, TAG_THEAD);
}

void
tree_clear_to_row(struct tree *t)
{
	clear_back_to(t, TAG_TR, TAG_TR, TAG_TR);
}

static enum tree_mode
template_mode(uint32_t key)
{
	return (enum tree_mode)(key >> KEY_HASH_SHIFT);
}

/* A select is run i: in which of the two modes it puts the parser. */
static enum tree_mode
select_mode(const struct tree *t, size_t i)
{
	while (i-- > 0) {
		if (key_is(t->open[i].key, TAG_TEMPLATE))
			break;
		if (key_is(t->open[i].key, TAG_TABLE))
			return TREE_IN_SELECT_IN_TABLE;
	}
	return TREE_IN_SELECT;
}

/* "Reset the insertion mode appropriately" (13.2.4.1). */
void
tree_reset_mode(struct tree *t)
{
	for (size_t i = t->n; i-- > 0;) {
		uint32_t key = t->open[i].key;

		if (key_space(key) != TREE_HTML)
			continue;
		switch ((int)key_tag(key)) {
		case TAG_SELECT:
			t->mode = select_mode(t, i);
			return;
		case TAG_TD:
		case TAG_TH:
			t->mode = TREE_IN_CELL;
			return;
		case TAG_TR:
			t->mode = TREE_IN_ROW;
			return;
		case TAG_TBODY:
		case TAG_THEAD:
		case TAG_TFOOT:
			t->mode = TREE_IN_TBODY;
			return;
		case TAG_CAPTION:
			t->mode = TREE_IN_CAPTION;
			return;
		case TAG_COLGROUP:
			t->mode = TREE_IN_COLGROUP;
			return;
		case TAG_TABLE:
			t->mode = TREE_IN_TABLE;
			return;
		case TAG_TEMPLATE:
			t->mode = template_mode(key);
			return;
		case TAG_FRAMESET:
			t->mode = TREE_IN_FRAMESET;
			return;
		default:
			break;
		}
	}
	t->mode = t->body || t->templates > 0 ? TREE_IN_BODY : TREE_IN_HEAD;
}

void
tree_open_body(struct tree *t)
{
	t->body = true;
	t->mode = TREE_IN_BODY;
}

/* How often the adoption agency goes round (13.2.6.4.7). */
#define ADOPTIONS_MAX 8

/* How near to a special element a formatting one has to be to stay with it. */
#define ADOPTIONS_NEAR 3

/*
 * The adoption agency's inner loop: of what is open from run i to run `inner`,
 * which is special, only special elements stay, and formatting ones that are
 * near one within them.
 */
static void
sift(struct tree *t, size_t i, size_t inner)
{
	uint32_t near = 0;
	size_t   n = i;

	for (size_t j = inner + 1; j-- > i;) {
		struct tree_run *run = &t->open[j];
		uint32_t         keep = run->count < near ? run->count : near;

		if (key_is_special(run->key)) {
			near = ADOPTIONS_NEAR;
			continue;
		}
		near -= keep;
		if (tree_formatting_bit(key_tag(run->key)) == 0)
			keep = 0;
		count(t, run->key, -(uint64_t)(run->count - keep));
		run->count = keep;
	}
	for (size_t j = i; j < t->n; j++)
		if (t->open[j].count > 0)
			t->open[n++] = t->open[j];
	t->n = n;
}

/*
 * The adoption agency's effect on what is open: each round takes the element
 * from outside of a special one to its inside, and once there is no special
 * one left in it, pops it with all that it holds.  An element that has more
 * special ones in it than there are rounds stays, here where it was.
 */
void
tree_end_formatting(struct tree *t, uint32_t key)
{
	size_t   i = tree_find_in_scope(t, key, SCOPE_ANY);
	size_t   inner = SIZE_MAX;
	uint64_t specials = 0;

	if (i == SIZE_MAX) {
		t->lost &= ~tree_formatting_bit(key_tag(key));
		return;
	}
	for (size_t j = i + 1; j < t->n; j++) {
		if (key_is_special(t->open[j].key)) {
			inner = j;
			specials += t->open[j].count;
		}
	}
	if (specials == 0) {
		tree_pop_through(t, i);
	} else if (specials < ADOPTIONS_MAX) {
		while (t->n > inner + 1) {
			note_lost(t, current(t));
			tree_pop(t);
		}
		sift(t, i + 1, inner);
		tree_take_out(t, i);
	}
}

/* The start of a: ends the one before, in scope or not (13.2.6.4.7). */
void
tree_end_a(struct tree *t)
{
	tree_end_formatting(t, TAG_A);
	if (t->present[TAG_A] == 0)
		return;
	for (size_t i = t->n; i-- > 0;) {
		if (key_is(t->open[i].key, TAG_A)) {
			tree_take_out(t, i);
			return;
		}
		if (key_sets_marker(t->open[i].key))
			return;
	}
}

/* "Any other end tag" in body. */
void
tree_end_other(struct tree *t, uint32_t key)
{
	if (t->present[key_tag(key)] == 0)
		return;
	for (size_t i = t->n; i-- > 0;) {
		if (t->open[i].key == key) {
			tree_pop_through(t, i);
			return;
		}
		if (key_is_special(t->open[i].key))
			return;
	}
}

/* The start of li, or of dd and dt: ends the one before. */
void
tree_end_item(struct tree *t, enum tag a, enum tag b)
{
	for (size_t i = t->n; i-- > 0;) {
		uint32_t key = t->open[i].key;

		if (key_is(key, a) || key_is(key, b)) {
			tree_pop_through(t, i);
			return;
		}
		if (key_is_special(key) && !key_is(key, TAG_ADDRESS) &&
		    !key_is(key, TAG_DIV) && !key_is(key, TAG_P))
			return;
	}
}

void
tree_end_template(struct tree *t)
{
	size_t i = tree_find(t, TAG_TEMPLATE);

	if (t->templates == 0)
		return;
	if (i != SIZE_MAX) {
		tree_pop_through(t, i);
	} else {
		/* A forgotten one: so is all that was in it. */
		while (t->n > 0)
			tree_pop(t);
		t->templates--;
	}
	tree_reset_mode(t);
}

void
tree_set_template_mode(struct tree *t, enum tree_mode mode)
{
	t->mode = mode;
	if (!current_is(t, TAG_TEMPLATE))
		return;
	/* Its run may hold outer templates too, so it leaves that. */
	tree_pop(t);
	t->templates++;
	tree_push(t, TAG_TEMPLATE | (uint32_t)mode << KEY_HASH_SHIFT);
}

/* Out of foreign content, to HTML or to where HTML may stand in it. */
void
tree_break_out(struct tree *t)
{
	while (t->n > 0 && key_space(current(t)) != TREE_HTML &&
	       !tree_key_is_point(current(t)))
		tree_pop(t);
}

/* The start tags that belong to a table's parts, but for table itself. */
bool
tree_is_table_part(enum tag tag)
{
	return tag == TAG_CAPTION || tag == TAG_COL || tag == TAG_COLGROUP ||
	       tag == TAG_TBODY || tag == TAG_TD || tag == TAG_TFOOT ||
	       tag == TAG_TH || tag == TAG_THEAD || tag == TAG_TR;
}

/* Closes the cell that is open; false if there is none. */
bool
tree_close_cell(struct tree *t)
{
	size_t td = tree_find_in_scope(t, TAG_TD, SCOPE_TABLE);
	size_t th = tree_find_in_scope(t, TAG_TH, SCOPE_TABLE);

	if (td == SIZE_MAX && th == SIZE_MAX)
		return false;
	if (td == SIZE_MAX || (th != SIZE_MAX && th > td))
		td = th;
	tree_pop_through(t, td);
	t->mode = TREE_IN_ROW;
	return true;
}

void
tree_close_select(struct tree *t)
{
	size_t i = tree_find(t, TAG_SELECT);

	if (i != SIZE_MAX)
		tree_pop_through(t, i);
	tree_reset_mode(t);
}

void
tree_text(struct tree *t)
{
	if (t->mode == TREE_IN_FRAMESET || t->mode == TREE_AFTER_FRAMESET)
		return;
	t->frameset_ok = false;
	if (t->mode == TREE_IN_HEAD)
		tree_open_body(t);
}

void
tree_reset(struct tree *t)
{
	t->n = 0;
	memset(t->present, 0, sizeof(t->present));
	t->templates = 0;
	t->mode = TREE_IN_HEAD;
	t->head = false;
	t->body = false;
	t->frameset_ok = true;
	t->form = false;
	t->lost = 0;
}
