/*
 * tokenizer_decode.c - what the bytes of values and text mean.
 */
#include "charref.h"
#include "plain.h"
#include "tokenizer_int.h"

/*
 * References, NUL and newlines (13.2.3.5); s is UTF-8.  A NUL in a value stands
 * for a character, in text for nothing.
 */
static bool
unescape(struct str s, enum charref_in in, struct buf *out)
{
	size_t from = 0;
	size_t i = 0;

	while (i < s.n) {
		char   text[CHARREF_MAX] = "\n";
		size_t n = 1;
		size_t took = 1;

		if (s.p[i] == '&') {
			took = charref_decode(
			    str_n(s.p + i, s.n - i), in, text, &n);
		} else if (s.p[i] == '\0') {
			n = in == CHARREF_IN_VALUE ? utf8_put(text, 0xFFFD) : 0;
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

static bool
decode(struct tokenizer *t, struct str raw, enum charref_in in, struct buf *out)
{
	bool high;

	if (plain_is(raw, &high))
		return buf_add(out, raw);
	if (!high)
		return unescape(raw, in, out);
	buf_reset(&t->utf8);
	return decoder_text(&t->decoder, raw, &t->utf8) &&
	       unescape(buf_str(&t->utf8), in, out);
}

bool
tokenizer_decode(struct tokenizer *t, struct str raw, struct buf *out)
{
	return decode(t, raw, CHARREF_IN_VALUE, out);
}

bool
tokenizer_decode_text(struct tokenizer *t, struct str raw, struct buf *out)
{
	return decode(t, raw, CHARREF_IN_TEXT, out);
}

bool
tokenizer_encode_query(struct tokenizer *t, struct str href, struct buf *out)
{
	/* Before the first bytes there are headers only. */
	return t->begun ? decoder_encode_query(&t->decoder, href, out)
	                : buf_add(out, href);
}
