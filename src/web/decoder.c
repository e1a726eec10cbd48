/*
 * decoder.c - bytes in a charset to UTF-8.
 */
#include "charset.h"

#include <unicode/ucnv.h>

#include "charref.h"

#define REPLACEMENT STR_LIT("\xEF\xBF\xBD")

/* What may follow a lead byte: how many bytes, and the bounds of the first. */
static bool
utf8_lead(struct utf8_check *c, unsigned char b)
{
	c->low = 0x80;
	c->high = 0xBF;
	if (b >= 0xC2 && b <= 0xDF) {
		c->need = 1;
	} else if (b >= 0xE0 && b <= 0xEF) {
		c->need = 2;
		if (b == 0xE0)
			c->low = 0xA0;
		if (b == 0xED)
			c->high = 0x9F;
	} else if (b >= 0xF0 && b <= 0xF4) {
		c->need = 3;
		if (b == 0xF0)
			c->low = 0x90;
		if (b == 0xF4)
			c->high = 0x8F;
	} else {
		return false;
	}
	return true;
}

static bool
utf8_next(struct utf8_check *c, unsigned char b)
{
	if (b < c->low || b > c->high)
		return false;
	c->low = 0x80;
	c->high = 0xBF;
	c->need--;
	return true;
}

size_t
utf8_check(struct utf8_check *c, struct str s)
{
	size_t i = 0;

	while (i < s.n && !c->bad) {
		unsigned char b = (unsigned char)s.p[i];

		if (c->need > 0)
			c->bad = !utf8_next(c, b);
		else if (b >= 0x80)
			c->bad = !utf8_lead(c, b);
		else
			i += ascii_run(str_n(s.p + i, s.n - i)) - 1;
		i += !c->bad;
	}
	return i;
}

/* What is not UTF-8 becomes U+FFFD, as the Encoding standard, 8.1.1, has it. */
static bool
utf8_text(struct str s, struct buf *out)
{
	struct utf8_check c = {0};
	size_t            from = 0; /* what is not yet in out */
	size_t            begun = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char b = (unsigned char)s.p[i];
		bool          good = true;

		if (c.need > 0) {
			if (utf8_next(&c, b))
				continue;
			c.need = 0;
			if (!buf_add(out, str_n(s.p + from, begun - from)) ||
			    !buf_add(out, REPLACEMENT))
				return false;
			from = i;
		}
		if (b >= 0x80) {
			begun = i;
			good = utf8_lead(&c, b);
		}
		if (!good) {
			if (!buf_add(out, str_n(s.p + from, i - from)) ||
			    !buf_add(out, REPLACEMENT))
				return false;
			from = i + 1;
		}
	}
	if (c.need > 0)
		return buf_add(out, str_n(s.p + from, begun - from)) &&
		       buf_add(out, REPLACEMENT);
	return buf_add(out, str_n(s.p + from, s.n - from));
}

static bool
single_byte_text(const uint16_t *high, struct str s, struct buf *out)
{
	while (s.n > 0) {
		size_t n = ascii_run(s);
		char   utf8[4];

		if (!buf_add(out, str_n(s.p, n)))
			return false;
		s = str_n(s.p + n, s.n - n);
		if (s.n == 0)
			break;
		n = utf8_put(utf8, high[(unsigned char)*s.p - 0x80]);
		if (!buf_add(out, str_n(utf8, n)))
			return false;
		s = str_n(s.p + 1, s.n - 1);
	}
	return true;
}

void
decoder_clear(struct decoder *d)
{
	ucnv_close(d->icu);
	memset(d, 0, sizeof(*d));
}

/* It stops at what it has not, and says so. */
static UConverter *
open_index(const char *name)
{
	UErrorCode  error = U_ZERO_ERROR;
	UConverter *icu = ucnv_open(name, &error);

	if (icu == NULL)
		return NULL;
	ucnv_setToUCallBack(
	    icu, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
	ucnv_setFromUCallBack(
	    icu, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
	return icu;
}

void
decoder_set(struct decoder *d, const struct charset *charset)
{
	UConverter *icu = charset == d->charset ? d->icu : NULL;

	if (d->icu != icu)
		ucnv_close(d->icu);
	if (icu == NULL && charset->icu != NULL)
		icu = open_index(charset->icu);
	*d = (struct decoder){.charset = charset, .icu = icu};
}

static size_t
put(char *out, const uint32_t c[2])
{
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		if (c[i] != DECODER_NOTHING)
			n += utf8_put(out + n, c[i]);
	return n;
}

/* The next character, bytes of which may be held.  False if it lacks some. */
static bool
next_held(struct decoder *d, struct str *in, uint32_t c[2], bool end)
{
	size_t old = d->held_n;
	size_t add = sizeof(d->held) - old;
	size_t n;

	add = add < in->n ? add : in->n;
	if (old + add == 0)
		return false;
	if (add > 0)
		memcpy(d->held + old, in->p, add);
	n = multibyte_next(d, d->held, old + add, c);
	if (n == 0 && end)
		n = multibyte_last(d, d->held, old + add, c);
	if (n == 0) {
		d->held_n += add;
		*in = str_n(in->p + add, in->n - add);
		return false;
	}
	/* Of those held some may be text of their own. */
	d->held_n = n < old ? old - n : 0;
	memmove(d->held, d->held + n, d->held_n);
	n = n > old ? n - old : 0;
	*in = str_n(in->p + n, in->n - n);
	return true;
}

static bool
next(struct decoder *d, struct str *in, uint32_t c[2], bool end)
{
	size_t n;

	if (d->held_n > 0 || in->n < DECODER_CHAR_BYTES)
		return next_held(d, in, c, end);
	n = multibyte_next(d, (const unsigned char *)in->p, in->n, c);
	*in = str_n(in->p + n, in->n - n);
	return true;
}

size_t
decoder_stream(
    struct decoder *d, struct str *in, char *out, size_t out_n, bool end)
{
	bool     ascii = d->charset->coding < CODING_ISO_2022_JP;
	size_t   to = 0;
	uint32_t c[2];

	while (out_n - to >= DECODER_CHAR_BYTES) {
		size_t n = in->n < out_n - to ? in->n : out_n - to;

		n = ascii && d->held_n == 0 ? ascii_run(str_n(in->p, n)) : 0;
		if (n > 0) {
			memcpy(out + to, in->p, n);
			to += n;
			*in = str_n(in->p + n, in->n - n);
		} else if (next(d, in, c, end)) {
			to += put(out + to, c);
		} else {
			break;
		}
	}
	return to;
}

bool
decoder_text(struct decoder *d, struct str in, struct buf *out)
{
	char   part[512];
	size_t n;

	if (d->charset->kind == CHARSET_UTF8 ||
	    d->charset->kind == CHARSET_STREAM)
		return utf8_text(in, out);
	if (d->charset->high != NULL)
		return single_byte_text(d->charset->high, in, out);
	if (d->charset->kind == CHARSET_NONE)
		return true;
	do {
		n = decoder_stream(d, &in, part, sizeof(part), true);
		if (!buf_add(out, str_n(part, n))) {
			d->held_n = 0;
			return false;
		}
	} while (n > 0 || in.n > 0);
	return true;
}
