/*
 * decoder.c - bytes in a charset to UTF-8, and queries back.
 */
#include "charset.h"

#include <stdlib.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include "charref.h"

#define REPLACEMENT     STR_LIT("\xEF\xBF\xBD")
#define REPLACEMENT_CHR 0xFFFD

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

/* How many bytes at the start of s are ASCII. */
static size_t
ascii_run(struct str s)
{
	size_t i = 0;

	for (; i + 32 <= s.n; i += 32) {
		uint64_t w[4];

		memcpy(w, s.p + i, 32);
		if (((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u) != 0)
			break;
	}
	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	return i;
}

bool
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
		i++;
	}
	return !c->bad;
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

/* What a charset does not have is U+FFFD; ICU would have U+001A at times. */
static void
on_invalid(const void *context, UConverterToUnicodeArgs *args,
    const char *units, int32_t n, UConverterCallbackReason reason,
    UErrorCode *error)
{
	const struct charset *charset = context;
	UChar                 c = REPLACEMENT_CHR;

	if (reason > UCNV_IRREGULAR)
		return;
	/* The Encoding standard's gb18030 (10.2.1) has the euro of GBK too. */
	if (n == 1 && units[0] == '\x80' &&
	    strcmp(charset->name, "gb18030") == 0)
		c = 0x20AC;
	*error = U_ZERO_ERROR;
	ucnv_cbToUWriteUChars(args, &c, 1, 0, error);
}

void
decoder_clear(struct decoder *d)
{
	ucnv_close(d->icu);
	ucnv_close(d->utf8);
	memset(d, 0, sizeof(*d));
}

void
decoder_set(struct decoder *d, const struct charset *charset)
{
	UErrorCode error = U_ZERO_ERROR;

	if (charset != d->charset) {
		ucnv_close(d->icu);
		d->icu = NULL;
	}
	d->charset = charset;
	if (charset->icu != NULL && d->icu == NULL) {
		d->icu = ucnv_open(charset->icu, &error);
		if (d->icu != NULL)
			ucnv_setToUCallBack(
			    d->icu, on_invalid, charset, NULL, NULL, &error);
	}
	if (charset->icu != NULL && d->utf8 == NULL)
		d->utf8 = ucnv_open("UTF-8", &error);
	if (d->icu != NULL)
		ucnv_reset(d->icu);
	if (d->utf8 != NULL)
		ucnv_reset(d->utf8);
	d->begun = false;
}

size_t
decoder_stream(
    struct decoder *d, struct str *in, char *out, size_t out_n, bool end)
{
	UErrorCode  error = U_ZERO_ERROR;
	char       *to = out;
	const char *from = in->p;

	if (d->icu == NULL || d->utf8 == NULL) {
		*in = str_n(in->p + in->n, 0);
		return 0;
	}
	if (!d->begun) {
		d->from = d->pivot;
		d->to = d->pivot;
	}
	ucnv_convertEx(d->utf8, d->icu, &to, out + out_n, &from, in->p + in->n,
	    d->pivot, &d->from, &d->to,
	    d->pivot + sizeof(d->pivot) / sizeof(*d->pivot), !d->begun, end,
	    &error);
	d->begun = true;
	in->n -= (size_t)(from - in->p);
	in->p = from;
	return (size_t)(to - out);
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
	d->begun = false;
	do {
		n = decoder_stream(d, &in, part, sizeof(part), true);
		if (!buf_add(out, str_n(part, n)))
			return false;
	} while (n > 0 || in.n > 0);
	return true;
}

/* The first character of s, which is UTF-8, and its length. */
static uint32_t
utf8_get(struct str s, size_t *n)
{
	unsigned char b = (unsigned char)*s.p;
	uint32_t      c = b;

	*n = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
	if (*n > s.n) {
		*n = s.n;
		return REPLACEMENT_CHR;
	}
	if (*n > 1)
		c = b & (0x7Fu >> *n);
	for (size_t i = 1; i < *n; i++)
		c = c << 6 | ((unsigned char)s.p[i] & 0x3F);
	return c;
}

/* One character in the charset; 0 if that does not have it. */
static size_t
encode(struct decoder *d, uint32_t c, char *out, size_t out_n)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar      utf16[2];
	int32_t    utf16_n = 0;
	int32_t    n;

	if (d->charset->high != NULL) {
		for (int i = 0; i < 128; i++) {
			if (c != REPLACEMENT_CHR && d->charset->high[i] == c) {
				*out = (char)(i + 0x80);
				return 1;
			}
		}
		return 0;
	}
	if (d->icu == NULL)
		return 0;
	if (c > 0xFFFF)
		utf16[utf16_n++] = (UChar)(0xD7C0 + (c >> 10));
	utf16[utf16_n] = (UChar)(c > 0xFFFF ? 0xDC00 | (c & 0x3FF) : c);
	utf16_n++;
	ucnv_setFromUCallBack(
	    d->icu, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
	n = ucnv_fromUChars(
	    d->icu, out, (int32_t)out_n, utf16, utf16_n, &error);
	return U_SUCCESS(error) && n > 0 ? (size_t)n : 0;
}

bool
decoder_encode_query(struct decoder *d, struct str href, struct buf *out)
{
	const char *hash = memchr(href.p, '#', href.n);
	size_t      end = hash != NULL ? (size_t)(hash - href.p) : href.n;
	const char *mark = memchr(href.p, '?', end);
	size_t      at;
	size_t      n;

	if (mark == NULL || d->charset->kind != CHARSET_BYTES)
		return buf_add(out, href);
	at = (size_t)(mark - href.p);
	if (!buf_add(out, str_n(href.p, at)))
		return false;
	for (; at < end; at += n) {
		uint32_t c = utf8_get(str_n(href.p + at, end - at), &n);
		char     bytes[8];
		size_t   bytes_n;

		if (c < 0x80) {
			if (!buf_addc(out, (char)c))
				return false;
			continue;
		}
		bytes_n = encode(d, c, bytes, sizeof(bytes));
		if (bytes_n == 0 && !buf_addf(out, "%%26%%23%u%%3B", c))
			return false;
		for (size_t i = 0; i < bytes_n; i++)
			if (!buf_addf(out, "%%%02X", (unsigned char)bytes[i]))
				return false;
	}
	return buf_add(out, str_n(href.p + end, href.n - end));
}
