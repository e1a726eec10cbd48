/*
 * tree_start.c - what a start tag does: the HTML standard, 13.2.6.
 */
#include "tree_int.h"

#include <string.h>

/* A start tag on its way through the modes. */
struct start {
	enum tag           tag;
	uint32_t           hash;
	unsigned           flags;
	struct tree_result result;
};

static bool mode_start(struct tree *t, struct start *s);

/* It is an element, and it is open from now on. */
static void
insert(struct tree *t, struct start *s)
{
	s->result.element = t->templates == 0;
	tree_push(t, key_make(s->tag, TREE_HTML, s->hash));
}

/* It is an element that has no content, or only raw text. */
static void
insert_closed(struct tree *t, struct start *s, enum tree_content content)
{
	s->result.element = t->templates == 0;
	s->result.content = content;
}

static void
insert_for_mode(struct tree *t, struct start *s, enum tree_mode mode)
{
	insert(t, s);
	t->mode = mode;
}

static void
insert_foreign(struct tree *t, struct start *s, enum tree_space space)
{
	uint32_t key = key_make(s->tag, space, s->hash);

	if ((s->flags & TREE_HTML_POINT) != 0 && space == TREE_MATHML)
		key |= KEY_POINT;
	s->result.element = t->templates == 0;
	s->result.space = space;
	if ((s->flags & TREE_SELF_CLOSING) == 0)
		tree_push(t, key);
}

/* The tags that mean the same in head, body, table and template. */
static bool
head_start(struct tree *t, struct start *s)
{
	switch ((int)s->tag) {
	case TAG_BASE:
	case TAG_BASEFONT:
	case TAG_BGSOUND:
	case TAG_LINK:
	case TAG_META:
		insert_closed(t, s, TREE_DATA);
		return true;
	case TAG_TITLE:
	case TAG_NOFRAMES:
	case TAG_STYLE:
		insert_closed(t, s, TREE_RAW);
		return true;
	case TAG_SCRIPT:
		insert_closed(t, s, TREE_SCRIPT);
		return true;
	case TAG_TEMPLATE:
		s->result.element = t->templates == 0;
		tree_push(t, TAG_TEMPLATE | (uint32_t)TREE_IN_TEMPLATE
						<< KEY_HASH_SHIFT);
		t->templates++;
		t->frameset_ok = false;
		t->mode = TREE_IN_TEMPLATE;
		return true;
	default:
		return false;
	}
}

static void
start_frameset(struct tree *t, struct start *s)
{
	while (t->n > 0)
		tree_pop(t);
	t->templates = 0;
	memset(t->present, 0, sizeof(t->present));
	s->result.dropped = true;
	t->frameset_ok = false;
	t->mode = TREE_IN_FRAMESET;
	insert(t, s);
}

/* In body: the elements that have no content, or only raw text. */
static bool
closed_start(struct tree *t, struct start *s)
{
	enum tree_content content = TREE_DATA;

	switch ((int)s->tag) {
	case TAG_IMAGE:
		s->result.tag = TAG_IMG;
		/* fall through */
	case TAG_AREA:
	case TAG_BR:
	case TAG_EMBED:
	case TAG_IMG:
	case TAG_KEYGEN:
	case TAG_WBR:
		t->frameset_ok = false;
		break;
	case TAG_INPUT:
		if ((s->flags & TREE_HIDDEN) == 0)
			t->frameset_ok = false;
		break;
	case TAG_PARAM:
	case TAG_SOURCE:
	case TAG_TRACK:
		break;
	case TAG_HR:
		tree_close_p(t);
		t->frameset_ok = false;
		break;
	case TAG_XMP:
		tree_close_p(t);
		/* fall through */
	case TAG_TEXTAREA:
	case TAG_IFRAME:
		t->frameset_ok = false;
		/* fall through */
	case TAG_NOEMBED:
		content = TREE_RAW;
		break;
	default:
		return false;
	}
	insert_closed(t, s, content);
	return true;
}

/* In body: the elements that end a p, and most of them something else too. */
static bool
block_start(struct tree *t, struct start *s)
{
	enum tree_mode mode = t->mode;

	switch ((int)s->tag) {
	case TAG_H1:
	case TAG_H2:
	case TAG_H3:
	case TAG_H4:
	case TAG_H5:
	case TAG_H6:
		tree_close_p(t);
		if (key_is_heading(current(t)))
			tree_pop(t);
		insert(t, s);
		return true;
	case TAG_PRE:
	case TAG_LISTING:
		t->frameset_ok = false;
		break;
	case TAG_FORM:
		if (t->form && t->templates == 0)
			return true;
		if (t->templates == 0)
			t->form = true;
		break;
	case TAG_LI:
		t->frameset_ok = false;
		tree_end_item(t, TAG_LI, TAG_LI);
		break;
	case TAG_DD:
	case TAG_DT:
		t->frameset_ok = false;
		tree_end_item(t, TAG_DD, TAG_DT);
		break;
	case TAG_PLAINTEXT:
		s->result.content = TREE_PLAINTEXT;
		break;
	case TAG_TABLE:
		/* In a quirky document a p would stay open: no difference. */
		t->frameset_ok = false;
		mode = TREE_IN_TABLE;
		break;
	default:
		if ((tree_traits[s->tag] & TREE_CLOSES_P) == 0)
			return false;
		break;
	}
	tree_close_p(t);
	insert_for_mode(t, s, mode);
	return true;
}

static void
body_start(struct tree *t, struct start *s)
{
	if (head_start(t, s) || block_start(t, s) || closed_start(t, s) ||
	    tree_is_table_part(s->tag))
		return;
	switch ((int)s->tag) {
	case TAG_HTML:
		/* It gives its attributes to the element that is there. */
		s->result.element = t->templates == 0;
		return;
	case TAG_HEAD:
	case TAG_FRAME:
		return;
	case TAG_BODY:
		s->result.element = t->templates == 0;
		if (t->templates == 0)
			t->frameset_ok = false;
		return;
	case TAG_FRAMESET:
		if (t->frameset_ok && t->body)
			start_frameset(t, s);
		return;
	case TAG_BUTTON:
		tree_close_in_scope(t, TAG_BUTTON, SCOPE_ANY);
		/* fall through */
	case TAG_APPLET:
	case TAG_MARQUEE:
	case TAG_OBJECT:
		t->frameset_ok = false;
		break;
	case TAG_A:
		tree_end_a(t);
		break;
	case TAG_NOBR:
		tree_end_formatting(t, TAG_NOBR);
		break;
	case TAG_SELECT:
		t->frameset_ok = false;
		insert_for_mode(t, s,
		    t->mode >= TREE_IN_TABLE && t->mode <= TREE_IN_CELL
			? TREE_IN_SELECT_IN_TABLE
			: TREE_IN_SELECT);
		return;
	case TAG_OPTGROUP:
	case TAG_OPTION:
		if (current_is(t, TAG_OPTION))
			tree_pop(t);
		break;
	case TAG_MATH:
		insert_foreign(t, s, TREE_MATHML);
		return;
	case TAG_SVG:
		insert_foreign(t, s, TREE_SVG);
		return;
	default:
		break;
	}
	insert(t, s);
}

/* False: the tag begins the body. */
static bool
in_head_start(struct tree *t, struct start *s)
{
	bool first = !t->head;

	if (s->tag == TAG_HTML) {
		s->result.element = true;
		return true;
	}
	t->head = true;
	if (head_start(t, s))
		return true;
	switch ((int)s->tag) {
	case TAG_HEAD:
		s->result.element = first;
		return true;
	case TAG_NOSCRIPT:
		/* What it may not hold there ends it, and loses nothing. */
		s->result.element = true;
		return true;
	case TAG_BODY:
		tree_open_body(t);
		t->frameset_ok = false;
		s->result.element = true;
		return true;
	case TAG_FRAMESET:
		t->frameset_ok = false;
		t->mode = TREE_IN_FRAMESET;
		insert(t, s);
		return true;
	default:
		tree_open_body(t);
		return false;
	}
}

/* True: s was dealt with; false: its mode has changed, once more. */
static bool
table_start(struct tree *t, struct start *s)
{
	struct start implied = {.tag = TAG_TBODY};

	switch ((int)s->tag) {
	case TAG_CAPTION:
		tree_clear_to_table(t);
		insert_for_mode(t, s, TREE_IN_CAPTION);
		return true;
	case TAG_COLGROUP:
		tree_clear_to_table(t);
		insert_for_mode(t, s, TREE_IN_COLGROUP);
		return true;
	case TAG_COL:
		tree_clear_to_table(t);
		implied.tag = TAG_COLGROUP;
		insert_for_mode(t, &implied, TREE_IN_COLGROUP);
		return false;
	case TAG_TBODY:
	case TAG_TFOOT:
	case TAG_THEAD:
		tree_clear_to_table(t);
		insert_for_mode(t, s, TREE_IN_TBODY);
		return true;
	case TAG_TD:
	case TAG_TH:
	case TAG_TR:
		tree_clear_to_table(t);
		insert_for_mode(t, &implied, TREE_IN_TBODY);
		return false;
	case TAG_TABLE:
		if (!tree_close_in_scope(t, TAG_TABLE, SCOPE_TABLE))
			return true;
		tree_reset_mode(t);
		return false;
	case TAG_INPUT:
		if ((s->flags & TREE_HIDDEN) == 0)
			break;
		insert_closed(t, s, TREE_DATA);
		return true;
	case TAG_FORM:
		if (t->form || t->templates > 0)
			return true;
		t->form = true;
		insert_closed(t, s, TREE_DATA);
		return true;
	default:
		break;
	}
	body_start(t, s);
	return true;
}

static bool
tbody_start(struct tree *t, struct start *s)
{
	struct start implied = {.tag = TAG_TR};

	if (s->tag == TAG_TR) {
		tree_clear_to_tbody(t);
		insert_for_mode(t, s, TREE_IN_ROW);
		return true;
	}
	if (s->tag == TAG_TD || s->tag == TAG_TH) {
		tree_clear_to_tbody(t);
		insert_for_mode(t, &implied, TREE_IN_ROW);
		return false;
	}
	if (!tree_is_table_part(s->tag))
		return table_start(t, s);
	if (!tree_in_table_scope(t, TAG_TBODY) &&
	    !tree_in_table_scope(t, TAG_THEAD) &&
	    !tree_in_table_scope(t, TAG_TFOOT))
		return true;
	tree_clear_to_tbody(t);
	tree_pop(t);
	t->mode = TREE_IN_TABLE;
	return false;
}

static bool
row_start(struct tree *t, struct start *s)
{
	if (s->tag == TAG_TD || s->tag == TAG_TH) {
		tree_clear_to_row(t);
		insert_for_mode(t, s, TREE_IN_CELL);
		return true;
	}
	if (!tree_is_table_part(s->tag))
		return table_start(t, s);
	if (!tree_in_table_scope(t, TAG_TR))
		return true;
	tree_clear_to_row(t);
	tree_pop(t);
	t->mode = TREE_IN_TBODY;
	return false;
}

static bool
colgroup_start(struct tree *t, struct start *s)
{
	if (s->tag == TAG_COL) {
		insert_closed(t, s, TREE_DATA);
		return true;
	}
	if (s->tag == TAG_TEMPLATE)
		return head_start(t, s);
	if (s->tag == TAG_HTML)
		body_start(t, s);
	if (s->tag == TAG_HTML || !current_is(t, TAG_COLGROUP))
		return true;
	tree_pop(t);
	t->mode = TREE_IN_TABLE;
	return false;
}

static bool
select_start(struct tree *t, struct start *s)
{
	switch ((int)s->tag) {
	case TAG_OPTION:
	case TAG_OPTGROUP:
	case TAG_HR:
		if (current_is(t, TAG_OPTION))
			tree_pop(t);
		if (s->tag != TAG_OPTION && current_is(t, TAG_OPTGROUP))
			tree_pop(t);
		if (s->tag == TAG_HR)
			insert_closed(t, s, TREE_DATA);
		else
			insert(t, s);
		return true;
	case TAG_SELECT:
		tree_close_select(t);
		return true;
	case TAG_INPUT:
	case TAG_KEYGEN:
	case TAG_TEXTAREA:
		tree_close_select(t);
		return false;
	case TAG_SCRIPT:
	case TAG_TEMPLATE:
		return head_start(t, s);
	case TAG_HTML:
		body_start(t, s);
		return true;
	default:
		break;
	}
	if (t->mode == TREE_IN_SELECT_IN_TABLE && s->tag != TAG_COL &&
	    s->tag != TAG_COLGROUP &&
	    (s->tag == TAG_TABLE || tree_is_table_part(s->tag))) {
		tree_close_select(t);
		return false;
	}
	return true;
}

static bool
template_start(struct tree *t, struct start *s)
{
	if (head_start(t, s))
		return true;
	switch ((int)s->tag) {
	case TAG_CAPTION:
	case TAG_COLGROUP:
	case TAG_TBODY:
	case TAG_TFOOT:
	case TAG_THEAD:
		tree_set_template_mode(t, TREE_IN_TABLE);
		return false;
	case TAG_COL:
		tree_set_template_mode(t, TREE_IN_COLGROUP);
		return false;
	case TAG_TR:
		tree_set_template_mode(t, TREE_IN_TBODY);
		return false;
	case TAG_TD:
	case TAG_TH:
		tree_set_template_mode(t, TREE_IN_ROW);
		return false;
	default:
		tree_set_template_mode(t, TREE_IN_BODY);
		return false;
	}
}

static void
frameset_start(struct tree *t, struct start *s)
{
	bool inside = t->mode == TREE_IN_FRAMESET;

	if (s->tag == TAG_NOFRAMES)
		insert_closed(t, s, TREE_RAW);
	else if (s->tag == TAG_HTML)
		body_start(t, s);
	else if (inside && s->tag == TAG_FRAME)
		insert_closed(t, s, TREE_DATA);
	else if (inside && s->tag == TAG_FRAMESET)
		insert(t, s);
}

static bool
mode_start(struct tree *t, struct start *s)
{
	switch (t->mode) {
	case TREE_IN_HEAD:
		return in_head_start(t, s);
	case TREE_IN_BODY:
		break;
	case TREE_IN_TABLE:
		return table_start(t, s);
	case TREE_IN_CAPTION:
		if (!tree_is_table_part(s->tag))
			break;
		if (!tree_close_in_scope(t, TAG_CAPTION, SCOPE_TABLE))
			return true;
		t->mode = TREE_IN_TABLE;
		return false;
	case TREE_IN_COLGROUP:
		return colgroup_start(t, s);
	case TREE_IN_TBODY:
		return tbody_start(t, s);
	case TREE_IN_ROW:
		return row_start(t, s);
	case TREE_IN_CELL:
		if (!tree_is_table_part(s->tag))
			break;
		return !tree_close_cell(t);
	case TREE_IN_SELECT:
	case TREE_IN_SELECT_IN_TABLE:
		return select_start(t, s);
	case TREE_IN_TEMPLATE:
		return template_start(t, s);
	case TREE_IN_FRAMESET:
	case TREE_AFTER_FRAMESET:
		frameset_start(t, s);
		return true;
	}
	body_start(t, s);
	return true;
}

/* Whether a start tag is read by the rules for foreign content. */
static bool
start_is_foreign(const struct tree *t, const struct start *s)
{
	uint32_t key = current(t);
	enum tag tag = key_tag(key);

	if (key_space(key) == TREE_HTML)
		return false;
	if (tag == TAG_ANNOTATION_XML && key_space(key) == TREE_MATHML)
		return s->tag != TAG_SVG && (key & KEY_POINT) == 0;
	if (!tree_key_is_point(key))
		return true;
	return key_space(key) == TREE_MATHML &&
	       (s->tag == TAG_MGLYPH || s->tag == TAG_MALIGNMARK);
}

struct tree_result
tree_start(struct tree *t, enum tag tag, uint32_t hash, unsigned flags)
{
	struct start s = {.tag = tag, .hash = hash, .flags = flags};

	s.result.tag = tag;
	if (start_is_foreign(t, &s)) {
		if ((tree_traits[tag] & TREE_BREAKS_OUT) == 0 &&
		    (tag != TAG_FONT || (flags & TREE_FONT) == 0)) {
			insert_foreign(t, &s, key_space(current(t)));
			return s.result;
		}
		tree_break_out(t);
	}
	while (!mode_start(t, &s))
		continue;
	return s.result;
}
