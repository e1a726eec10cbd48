/*
 * tokenizer_report.c - a tag that became an element, on its way to the caller.
 */
#include <stdlib.h>

#include "plain.h"
#include "tokenizer_int.h"

/* An element that is held, in front of its values; then those' bytes. */
struct held {
	enum tag        tag;
	enum tree_space space;
	struct place    place;
	size_t          value_n;
};

/* Calls the caller.  bytes: what the places in value[] refer to. */
static void
report(struct tokenizer *t, const struct held *h, const struct value *value,
    const char *bytes)
{
	struct html_attr    attr[NAMES_MAX];
	size_t              at[NAMES_MAX];
	struct html_element e = {
	    .want = t->wanted[h->space][h->tag] - 1u,
	    .name = t->wants[t->wanted[h->space][h->tag] - 1u].element,
	    .space = (enum html_space)h->space,
	    .attr = attr,
	    .line = h->place.line,
	    .column = h->place.column,
	};

	if (t->texted[h->space][h->tag])
		text_await(t);
	buf_reset(&t->decoded);
	for (size_t i = 0; i < h->value_n; i++) {
		struct str raw = str_n(bytes + value[i].at, value[i].n);
		bool       high;

		if ((t->want[h->space][h->tag] >> value[i].name & 1) == 0)
			continue;
		attr[e.attr_n].name = t->names[value[i].name].p;
		attr[e.attr_n].raw = raw;
		attr[e.attr_n].value = raw;
		attr[e.attr_n].cut = value[i].cut;
		at[e.attr_n] = SIZE_MAX;
		if (!plain_is(raw, &high)) {
			at[e.attr_n] = t->decoded.n;
			tokenizer_decode(t, raw, &t->decoded);
			attr[e.attr_n].value.n = t->decoded.n - at[e.attr_n];
			/* References make characters too. */
			plain_is(str_n(t->decoded.p + at[e.attr_n],
				     attr[e.attr_n].value.n),
			    &high);
			buf_addc(&t->decoded, '\0');
		}
		attr[e.attr_n].undecided = high && t->undecided;
		e.attr_n++;
	}
	for (size_t i = 0; i < e.attr_n; i++) {
		/* cppcheck-suppress uninitvar; it was set with attr[i] */
		if (at[i] != SIZE_MAX)
			attr[i].value.p = t->decoded.p + at[i];
	}
	t->element(t->arg, &e);
}

void
report_held(struct tokenizer *t)
{
	size_t       at = 0;
	struct held  h;
	struct value value[NAMES_MAX];
	size_t       bytes;

	while (at < t->held.n) {
		memcpy(&h, t->held.p + at, sizeof(h));
		at += sizeof(h);
		memcpy(value, t->held.p + at, h.value_n * sizeof(*value));
		at += h.value_n * sizeof(*value);
		bytes = 0;
		for (size_t i = 0; i < h.value_n; i++) {
			value[i].at = bytes;
			bytes += value[i].n + 1;
		}
		report(t, &h, value, t->held.p + at);
		at += bytes;
	}
	buf_reset(&t->held);
	text_settle(t);
}

static bool
hold(struct tokenizer *t, const struct held *h)
{
	size_t n = sizeof(*h) + h->value_n * sizeof(struct value);

	for (size_t i = 0; i < h->value_n; i++)
		n += t->value[i].n + 1;
	if (!buf_reserve(&t->held, n))
		return false;
	buf_add(&t->held, str_n((const char *)h, sizeof(*h)));
	buf_add(&t->held,
	    str_n((const char *)t->value, h->value_n * sizeof(struct value)));
	for (size_t i = 0; i < h->value_n; i++)
		buf_add(&t->held,
		    str_n(t->values.p + t->value[i].at, t->value[i].n + 1));
	return true;
}

void
report_drop(struct tokenizer *t)
{
	buf_reset(&t->held);
	text_end(t);
	t->ids.n = t->ids_kept;
}

void
report_element(struct tokenizer *t, const struct tree_result *r)
{
	struct held h;

	locate_tag(t);
	h.tag = r->tag;
	h.space = r->space;
	h.place = t->place;
	h.value_n = t->value_n;
	if (t->holding && t->tree.body && t->tree.frameset_ok && hold(t, &h))
		return;
	t->holding = t->holding && !t->tree.body;
	report_held(t);
	report(t, &h, t->value, t->values.p);
}

/* Whether an id has to wait, and there is room for it. */
static bool
wait_id(struct tokenizer *t, struct str raw, bool high)
{
	bool     dropped = t->tree.body && t->tree.frameset_ok;
	uint32_t n = (uint32_t)raw.n;

	if ((!dropped && !(high && t->undecided)) ||
	    !buf_reserve(&t->ids, sizeof(n) + n))
		return false;
	buf_add(&t->ids, str_n((const char *)&n, sizeof(n)));
	buf_add(&t->ids, raw);
	if (!t->tree.body)
		t->ids_kept = t->ids.n;
	return true;
}

static void
say_id(struct tokenizer *t, struct str raw)
{
	buf_reset(&t->decoded);
	tokenizer_decode(t, raw, &t->decoded);
	t->id(t->arg, buf_str(&t->decoded));
}

void
report_id(struct tokenizer *t, struct str raw)
{
	bool high;
	bool plain = plain_is(raw, &high);

	if (raw.n == 0 || raw.n > LIMIT_ATTRIBUTE_BYTES ||
	    wait_id(t, raw, high))
		return;
	if (plain)
		t->id(t->arg, raw);
	else
		say_id(t, raw);
}

void
report_ids(struct tokenizer *t, const struct tree_result *r)
{
	bool a = r->space == TREE_HTML && r->tag == TAG_A;

	for (size_t i = 0; i < t->value_n; i++) {
		const struct value *v = &t->value[i];

		if (!v->cut &&
		    (v->name == NAME_ID || (a && v->name == NAME_NAME)))
			report_id(t, str_n(t->values.p + v->at, v->n));
	}
}

void
report_waiting_ids(struct tokenizer *t)
{
	struct str rest = buf_str(&t->ids);
	uint32_t   n;

	while (rest.n > 0) {
		memcpy(&n, rest.p, sizeof(n));
		say_id(t, str_n(rest.p + sizeof(n), n));
		rest = str_n(rest.p + sizeof(n) + n, rest.n - sizeof(n) - n);
	}
	buf_reset(&t->ids);
}
