/*
 * tree_end.c - what an end tag does: the HTML standard, 13.2.6.
 */
#include "tree_int.h"

static void
body_end(struct tree *t, enum tag tag, uint32_t key)
{
	size_t i;

	switch ((int)tag) {
	case TAG_TEMPLATE:
		tree_end_template(t);
		return;
	case TAG_BODY:
	case TAG_HTML:
		return;
	case TAG_ADDRESS:
	case TAG_ARTICLE:
	case TAG_ASIDE:
	case TAG_BLOCKQUOTE:
	case TAG_BUTTON:
	case TAG_CENTER:
	case TAG_DETAILS:
	case TAG_DIALOG:
	case TAG_DIR:
	case TAG_DIV:
	case TAG_DL:
	case TAG_FIELDSET:
	case TAG_FIGCAPTION:
	case TAG_FIGURE:
	case TAG_FOOTER:
	case TAG_HEADER:
	case TAG_HGROUP:
	case TAG_LISTING:
	case TAG_MAIN:
	case TAG_MENU:
	case TAG_NAV:
	case TAG_OL:
	case TAG_PRE:
	case TAG_SEARCH:
	case TAG_SECTION:
	case TAG_SUMMARY:
	case TAG_UL:
	case TAG_APPLET:
	case TAG_MARQUEE:
	case TAG_OBJECT:
	case TAG_DD:
	case TAG_DT:
		tree_close_in_scope(t, tag, SCOPE_ANY);
		return;
	case TAG_FORM:
		i = tree_find_in_scope(t, key, SCOPE_ANY);
		if (t->templates > 0) {
			if (i != SIZE_MAX)
				tree_pop_through(t, i);
			return;
		}
		if (t->form && i != SIZE_MAX) {
			while (t->n > i + 1 &&
			       (tree_traits[key_tag(current(t))] &
				   TREE_IMPLIED) != 0 &&
			       key_space(current(t)) == TREE_HTML)
				tree_pop(t);
			tree_take_out(t, i);
		}
		t->form = false;
		return;
	case TAG_P:
		tree_close_p(t);
		return;
	case TAG_LI:
		tree_close_in_scope(t, tag, SCOPE_LIST);
		return;
	case TAG_H1:
	case TAG_H2:
	case TAG_H3:
	case TAG_H4:
	case TAG_H5:
	case TAG_H6:
		for (i = t->n; i-- > 0;) {
			uint32_t k = t->open[i].key;

			if (key_is_heading(k)) {
				tree_pop_through(t, i);
				return;
			}
			if (tree_key_ends_scope(k, SCOPE_ANY))
				return;
		}
		return;
	case TAG_A:
	case TAG_B:
	case TAG_BIG:
	case TAG_CODE:
	case TAG_EM:
	case TAG_FONT:
	case TAG_I:
	case TAG_NOBR:
	case TAG_S:
	case TAG_SMALL:
	case TAG_STRIKE:
	case TAG_STRONG:
	case TAG_TT:
	case TAG_U:
		tree_end_formatting(t, key);
		return;
	case TAG_BR:
		t->frameset_ok = false;
		return;
	default:
		tree_end_other(t, key);
		return;
	}
}

static bool
table_end(struct tree *t, enum tag tag, uint32_t key)
{
	if (tag == TAG_TABLE) {
		if (tree_close_in_scope(t, TAG_TABLE, SCOPE_TABLE))
			tree_reset_mode(t);
	} else if (!tree_is_table_part(tag)) {
		body_end(t, tag, key);
	}
	return true;
}

static bool
tbody_end(struct tree *t, enum tag tag, uint32_t key)
{
	bool part = tag == TAG_TBODY || tag == TAG_THEAD || tag == TAG_TFOOT;

	if (!part && tag != TAG_TABLE)
		return table_end(t, tag, key);
	if (part ? !tree_in_table_scope(t, tag)
		 : !tree_in_table_scope(t, TAG_TBODY) &&
		       !tree_in_table_scope(t, TAG_THEAD) &&
		       !tree_in_table_scope(t, TAG_TFOOT))
		return true;
	tree_clear_to_tbody(t);
	tree_pop(t);
	t->mode = TREE_IN_TABLE;
	return part;
}

static bool
row_end(struct tree *t, enum tag tag, uint32_t key)
{
	bool outer = tag == TAG_TBODY || tag == TAG_THEAD || tag == TAG_TFOOT;

	if (tag != TAG_TR && tag != TAG_TABLE && !outer)
		return table_end(t, tag, key);
	if ((outer && !tree_in_table_scope(t, tag)) ||
	    !tree_in_table_scope(t, TAG_TR))
		return true;
	tree_clear_to_row(t);
	tree_pop(t);
	t->mode = TREE_IN_TBODY;
	return tag == TAG_TR;
}

static bool
cell_end(struct tree *t, enum tag tag, uint32_t key)
{
	if (tag == TAG_TD || tag == TAG_TH) {
		if (tree_close_in_scope(t, tag, SCOPE_TABLE))
			t->mode = TREE_IN_ROW;
		return true;
	}
	if (tag == TAG_CAPTION || tag == TAG_COL || tag == TAG_COLGROUP)
		return true;
	if (tag == TAG_TABLE || tree_is_table_part(tag))
		return !tree_in_table_scope(t, tag) || !tree_close_cell(t);
	body_end(t, tag, key);
	return true;
}

static bool
caption_end(struct tree *t, enum tag tag, uint32_t key)
{
	if (tag == TAG_CAPTION || tag == TAG_TABLE) {
		if (!tree_close_in_scope(t, TAG_CAPTION, SCOPE_TABLE))
			return true;
		t->mode = TREE_IN_TABLE;
		return tag == TAG_CAPTION;
	}
	if (!tree_is_table_part(tag))
		body_end(t, tag, key);
	return true;
}

static bool
colgroup_end(struct tree *t, enum tag tag)
{
	if (tag == TAG_TEMPLATE) {
		tree_end_template(t);
		return true;
	}
	if (tag == TAG_COL || !current_is(t, TAG_COLGROUP))
		return true;
	tree_pop(t);
	t->mode = TREE_IN_TABLE;
	return tag == TAG_COLGROUP;
}

static bool
select_end(struct tree *t, enum tag tag)
{
	switch ((int)tag) {
	case TAG_OPTGROUP:
		if (current_is(t, TAG_OPTION) && t->n >= 2 &&
		    t->open[t->n - 1].count == 1 &&
		    key_is(t->open[t->n - 2].key, TAG_OPTGROUP))
			tree_pop(t);
		if (current_is(t, TAG_OPTGROUP))
			tree_pop(t);
		return true;
	case TAG_OPTION:
		if (current_is(t, TAG_OPTION))
			tree_pop(t);
		return true;
	case TAG_SELECT:
		tree_close_select(t);
		return true;
	case TAG_TEMPLATE:
		tree_end_template(t);
		return true;
	default:
		break;
	}
	if (t->mode == TREE_IN_SELECT_IN_TABLE && tag != TAG_COL &&
	    tag != TAG_COLGROUP &&
	    (tag == TAG_TABLE || tree_is_table_part(tag)) &&
	    tree_in_table_scope(t, tag)) {
		tree_close_select(t);
		return false;
	}
	return true;
}

/* False: once more, in another mode. */
static bool
mode_end(struct tree *t, enum tag tag, uint32_t key)
{
	switch (t->mode) {
	case TREE_IN_HEAD:
		if (tag == TAG_TEMPLATE)
			tree_end_template(t);
		else if (tag == TAG_HEAD)
			t->head = true;
		else if (tag == TAG_BODY || tag == TAG_HTML || tag == TAG_BR)
			tree_open_body(t);
		return t->mode == TREE_IN_HEAD;
	case TREE_IN_BODY:
		break;
	case TREE_IN_TABLE:
		return table_end(t, tag, key);
	case TREE_IN_CAPTION:
		return caption_end(t, tag, key);
	case TREE_IN_COLGROUP:
		return colgroup_end(t, tag);
	case TREE_IN_TBODY:
		return tbody_end(t, tag, key);
	case TREE_IN_ROW:
		return row_end(t, tag, key);
	case TREE_IN_CELL:
		return cell_end(t, tag, key);
	case TREE_IN_SELECT:
	case TREE_IN_SELECT_IN_TABLE:
		return select_end(t, tag);
	case TREE_IN_TEMPLATE:
		if (tag == TAG_TEMPLATE)
			tree_end_template(t);
		return true;
	case TREE_IN_FRAMESET:
		if (tag != TAG_FRAMESET)
			return true;
		tree_pop(t);
		if (t->n == 0)
			t->mode = TREE_AFTER_FRAMESET;
		return true;
	case TREE_AFTER_FRAMESET:
		return true;
	}
	body_end(t, tag, key);
	return true;
}

/* An end tag in foreign content; false: it is HTML's. */
static bool
foreign_end(struct tree *t, enum tag tag, uint32_t hash)
{
	if (tag == TAG_BR || tag == TAG_P) {
		tree_break_out(t);
		return false;
	}
	for (size_t i = t->n; i-- > 0;) {
		uint32_t key = t->open[i].key;

		if (key_space(key) == TREE_HTML)
			break;
		if (KEY_NAME(key) == key_make(tag, key_space(key), hash)) {
			tree_pop_through(t, i);
			return true;
		}
	}
	if ((t->lost & tree_formatting_bit(tag)) == 0)
		return false;
	/* It had been opened again when the foreign content began. */
	t->lost &= ~tree_formatting_bit(tag);
	tree_break_out(t);
	return true;
}

void
tree_end(struct tree *t, enum tag tag, uint32_t hash)
{
	uint32_t key = key_make(tag, TREE_HTML, hash);

	if (tree_foreign(t) && foreign_end(t, tag, hash))
		return;
	while (!mode_end(t, tag, key))
		continue;
}
