/*
 * decoder.c - bytes in a charset to UTF-8.
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

bool
charset_is_gb18030(const struct charset *charset)
{
	return strcmp(charset->name, "gb18030") == 0 ||
	       strcmp(charset->name, "GBK") == 0;
}

/* The Encoding standard, 10.2, since GB 18030-2022; U+3000 it had before. */
static const uint16_t gb18030_changes[][2] = {{0xE5E5, 0x3000},
    {0xE78D, 0xFE10}, {0xE78E, 0xFE12}, {0xE78F, 0xFE11}, {0xE790, 0xFE13},
    {0xE791, 0xFE14}, {0xE792, 0xFE15}, {0xE793, 0xFE16}, {0xE794, 0xFE17},
    {0xE795, 0xFE18}, {0xE796, 0xFE19}, {0xE81E, 0x9FB4}, {0xE826, 0x9FB5},
    {0xE82B, 0x9FB6}, {0xE82C, 0x9FB7}, {0xE832, 0x9FB8}, {0xE843, 0x9FB9},
    {0xE854, 0x9FBA}, {0xE864, 0x9FBB}};

uint32_t
gb18030_renewed(uint32_t c)
{
	const size_t n = sizeof(gb18030_changes) / sizeof(*gb18030_changes);

	for (size_t i = 0; i < n; i++)
		if (gb18030_changes[i][0] == c)
			return gb18030_changes[i][1];
	return c;
}

uint32_t
gb18030_outdated(uint32_t c)
{
	const size_t n = sizeof(gb18030_changes) / sizeof(*gb18030_changes);

	/* The first is not for the way back: U+3000 has bytes of its own. */
	for (size_t i = 1; i < n; i++)
		if (gb18030_changes[i][1] == c)
			return gb18030_changes[i][0];
	return c;
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

/*
 * What ICU has for 19 of gb18030's characters is of before 2022.  Each is three
 * bytes in UTF-8, before and after.
 */
static void
renew_gb18030(char *p, size_t n)
{
	for (size_t i = 0; i + 3 <= n; i++) {
		uint32_t c = (uint32_t)(p[i] & 0xF) << 12 |
		             (uint32_t)(p[i + 1] & 0x3F) << 6 |
		             (uint32_t)(p[i + 2] & 0x3F);

		if (p[i] == '\xEE')
			utf8_put(p + i, gb18030_renewed(c));
	}
}

bool
decoder_text(struct decoder *d, struct str in, struct buf *out)
{
	char   part[512];
	size_t from = out->n;
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
	if (out->n > from && charset_is_gb18030(d->charset))
		renew_gb18030(out->p + from, out->n - from);
	return true;
}
