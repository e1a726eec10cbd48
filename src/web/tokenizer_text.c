/*
 * tokenizer_text.c - the text in an element, on its way to the caller.
 *
 * An element whose text is wanted may be held (see tokenizer_report.c) while
 * its text is read.  It is not any more once that has more than white space: no
 * frameset can replace the body then.
 */
#include "plain.h"
#include "tokenizer_int.h"

static void
hand_over(struct tokenizer *t, struct str raw)
{
	struct html_text text = {.value = raw, .raw = raw};
	bool             high;

	t->text_due = false;
	if (!plain_is(raw, &high)) {
		buf_reset(&t->decoded);
		tokenizer_decode_text(t, raw, &t->decoded);
		text.value = buf_str(&t->decoded);
		text.undecided = high && t->undecided;
	}
	t->text_fn(t->arg, &text);
}

void
text_begin(struct tokenizer *t, enum tag tag)
{
	t->texting = true;
	t->text_tag = tag;
	t->text_far = t->place.offset + LIMIT_LINK_TEXT_SPAN;
	text_start(&t->text);
}

void
text_end(struct tokenizer *t)
{
	if (!t->texting)
		return;
	t->texting = false;
	if (t->text_due)
		hand_over(t, text_str(&t->text));
}

void
text_await(struct tokenizer *t)
{
	/* What was held has but white space in it. */
	if (t->text_due)
		hand_over(t, STR_LIT(""));
	t->text_due = true;
}

void
text_settle(struct tokenizer *t)
{
	if (t->text_due && !t->texting)
		hand_over(t, STR_LIT(""));
}

/* Text was added, all of it if there was room. */
static void
added(struct tokenizer *t, bool room)
{
	if (t->text.n > 0 && t->held.n > 0)
		report_held(t);
	if (!room)
		text_end(t);
}

void
text_take(struct tokenizer *t, struct str s)
{
	if (t->texting && t->tree.templates == 0)
		added(t, text_add(&t->text, s));
}

void
text_take_literal(struct tokenizer *t, struct str s)
{
	if (t->texting && t->tree.templates == 0)
		added(t, text_add_literal(&t->text, s));
}

void
text_pass_markup(struct tokenizer *t)
{
	text_part(&t->text);
	if (t->place.offset > t->text_far)
		text_end(t);
}
