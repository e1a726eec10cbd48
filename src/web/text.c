/*
 * text.c - the text in an element, as it is gathered and as it is shown.
 */
#include "text.h"

#include "acrawl/html.h"

void
text_start(struct text *t)
{
	t->n = 0;
	t->open = false;
}

bool
text_add(struct text *t, struct str s)
{
	size_t n = t->n;
	char   last = (char)(n > 0 ? t->p[n - 1] : ' ');

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '&' || (unsigned char)c >= 0x80) {
			t->open = true;
		} else if (c <= ' ' && is_blank(c)) {
			if (last == ' ')
				continue;
			c = ' ';
		} else if (c == '\0') {
			continue;
		}
		if (n == sizeof(t->p)) {
			t->n = n;
			return false;
		}
		t->p[n++] = last = c;
	}
	t->n = n;
	return true;
}

bool
text_add_literal(struct text *t, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!text_add(t,
			s.p[i] == '&' ? STR_LIT("&amp;") : str_n(s.p + i, 1)))
			return false;
	return true;
}

void
text_part(struct text *t)
{
	if (t->open && t->n < sizeof(t->p))
		t->p[t->n++] = '\0';
	t->open = false;
}

struct str
text_str(const struct text *t)
{
	size_t n = t->n;

	while (n > 0 && (t->p[n - 1] == ' ' || t->p[n - 1] == '\0'))
		n--;
	return str_n(t->p, n);
}

/* Nobody sees a no-break space: it is white space here. */
static bool
is_white(uint32_t c)
{
	return c == 0xA0 || (c < 0x80 && is_blank((char)c));
}

void
html_tidy_text(struct str s, struct buf *out)
{
	char   text[LIMIT_LINK_TEXT_BYTES];
	size_t n = 0;
	size_t apart = 0; /* 1: a space is due */
	size_t at = 0;

	while (at < s.n) {
		uint32_t c = (unsigned char)s.p[at];
		size_t   end = at + 1;

		if (c >= 0x80)
			end = at + utf8_get(str_n(s.p + at, s.n - at), &c);
		if (end == at) {
			at++; /* of a character that was cut */
		} else if (is_white(c)) {
			apart = n > 0;
			at = end;
		} else if (n + apart + (end - at) <= sizeof(text)) {
			if (apart == 1)
				text[n++] = ' ';
			while (at < end)
				text[n++] = s.p[at++];
			apart = 0;
		} else {
			break;
		}
	}
	buf_add(out, str_n(text, n));
}
