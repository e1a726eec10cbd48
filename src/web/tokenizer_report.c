/*
 * tokenizer_report.c - a tag that became an element, on its way to the caller.
 */
#include <stdlib.h>

#include "charref.h"
#include "tokenizer_int.h"

/* An element that is held, in front of its values; then those' bytes. */
struct held {
	enum tag        tag;
	enum tree_space space;
	struct place    place;
	size_t          value_n;
};

/* What the bytes of a value are, in the high bits of bytes. */
struct kinds {
	uint64_t beyond; /* ASCII */
	uint64_t odd;    /* NUL, "&", CR; perhaps of some bytes above one */
};

static inline uint64_t
zero_bytes(uint64_t w)
{
	return (w - 0x0101010101010101u) & ~w;
}

static inline void
add_kinds(struct kinds *k, uint64_t w)
{
	const uint64_t each = 0x0101010101010101u;

	k->beyond |= w;
	k->odd |= zero_bytes(w) | zero_bytes(w ^ each * '&') |
	          zero_bytes(w ^ each * '\r');
}

static inline uint64_t
eight_bytes(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* Whether raw is its own value.  *high: it has bytes beyond ASCII. */
static bool
is_plain(struct str raw, bool *high)
{
	const uint64_t each = 0x0101010101010101u;
	struct kinds   k = {0, 0};

	if (raw.n >= 8) {
		for (size_t i = 0; i < raw.n - 8; i += 8)
			add_kinds(&k, eight_bytes(raw.p + i));
		add_kinds(&k, eight_bytes(raw.p + raw.n - 8));
	} else {
		for (size_t i = 0; i < raw.n; i++)
			add_kinds(&k, each * (unsigned char)raw.p[i]);
	}
	*high = (k.beyond & each * 0x80) != 0;
	return ((k.beyond | k.odd) & each * 0x80) == 0;
}

/* References, NUL and newlines (13.2.3.5); s is UTF-8. */
static bool
unescape(struct str s, struct buf *out)
{
	size_t from = 0;
	size_t i = 0;

	while (i < s.n) {
		char   text[CHARREF_MAX] = "\n";
		size_t n = 1;
		size_t took = 1;

		if (s.p[i] == '&') {
			took =
			    charref_decode(str_n(s.p + i, s.n - i), text, &n);
		} else if (s.p[i] == '\0') {
			n = utf8_put(text, 0xFFFD);
		} else if (s.p[i] == '\r') {
			if (i + 1 < s.n && s.p[i + 1] == '\n')
				took = 2;
		} else {
			took = 0;
		}
		if (took == 0) {
			i++;
			continue;
		}
		if (!buf_add(out, str_n(s.p + from, i - from)) ||
		    !buf_add(out, str_n(text, n)))
			return false;
		i += took;
		from = i;
	}
	return buf_add(out, str_n(s.p + from, s.n - from));
}

bool
tokenizer_decode(struct tokenizer *t, struct str raw, struct buf *out)
{
	bool high;

	if (is_plain(raw, &high))
		return buf_add(out, raw);
	if (!high)
		return unescape(raw, out);
	buf_reset(&t->utf8);
	return decoder_text(&t->decoder, raw, &t->utf8) &&
	       unescape(buf_str(&t->utf8), out);
}

bool
tokenizer_encode_query(struct tokenizer *t, struct str href, struct buf *out)
{
	/* Before the first bytes there are headers only. */
	return t->begun ? decoder_encode_query(&t->decoder, href, out)
	                : buf_add(out, href);
}

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
		if (!is_plain(raw, &high)) {
			at[e.attr_n] = t->decoded.n;
			tokenizer_decode(t, raw, &t->decoded);
			attr[e.attr_n].value.n = t->decoded.n - at[e.attr_n];
			/* References make characters too. */
			is_plain(str_n(t->decoded.p + at[e.attr_n],
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
}

void
report_element(struct tokenizer *t, const struct tree_result *r)
{
	struct held h;

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
