/*
 * link_text.c - the texts of `a` elements, until their links are reported.
 */
#include "link_text.h"

#include "acrawl/limits.h"

/* How a text is in the queue: this, the text, the alt. */
struct entry {
	uint64_t number;
	uint32_t text_n;
	uint32_t alt_n;
	bool     undecided;
	bool     alt_undecided;
};

void
link_texts_init(struct link_texts *t)
{
	*t = (struct link_texts){.at = 0};
	buf_init(&t->queue, LIMIT_WAIT_TEXTS_BYTES);
	buf_init(&t->alt, LIMIT_LINK_TEXT_RAW_BYTES);
}

void
link_texts_clear(struct link_texts *t)
{
	buf_clear(&t->queue);
	buf_clear(&t->alt);
}

void
link_texts_start(struct link_texts *t)
{
	link_texts_forget(t);
	buf_reset(&t->alt);
	t->begun = t->done = 0;
}

uint64_t
link_texts_begin(struct link_texts *t)
{
	buf_reset(&t->alt);
	t->alt_undecided = false;
	return ++t->begun;
}

void
link_texts_alt(struct link_texts *t, struct str alt, bool undecided)
{
	if (t->begun == t->done || t->alt.n > 0)
		return;
	buf_add(&t->alt, alt);
	t->alt_undecided = undecided;
}

void
link_texts_end(struct link_texts *t, struct str text, bool undecided)
{
	struct entry e = {
	    .number = t->begun,
	    .text_n = (uint32_t)text.n,
	    .alt_n = (uint32_t)t->alt.n,
	    .undecided = undecided,
	    .alt_undecided = t->alt_undecided,
	};

	t->done = t->begun;
	if (!buf_reserve(&t->queue, sizeof(e) + text.n + t->alt.n))
		return;
	buf_add(&t->queue, str_n((const char *)&e, sizeof(e)));
	buf_add(&t->queue, text);
	buf_add(&t->queue, buf_str(&t->alt));
}

struct link_text
link_texts_find(struct link_texts *t, uint64_t number)
{
	struct link_text none = {STR_LIT(""), STR_LIT(""), false, false};
	struct entry     e;

	while (t->at < t->queue.n) {
		const char *p = t->queue.p + t->at + sizeof(e);

		memcpy(&e, p - sizeof(e), sizeof(e));
		if (e.number > number)
			break;
		if (e.number == number)
			return (struct link_text){
			    .text = str_n(p, e.text_n),
			    .alt = str_n(p + e.text_n, e.alt_n),
			    .undecided = e.undecided,
			    .alt_undecided = e.alt_undecided,
			};
		t->at += sizeof(e) + e.text_n + e.alt_n;
	}
	return none;
}

void
link_texts_forget(struct link_texts *t)
{
	buf_reset(&t->queue);
	t->at = 0;
}
