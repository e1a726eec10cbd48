/*
 * multibyte.c - the Encoding standard's decoders of more than one byte a
 * character (10 to 14), but for UTF-8.
 *
 * Which bytes belong together, and what is taken of those that are wrong, is
 * the standard's.  ICU's converters are only its indexes (5): they are asked
 * for one whole character, and are the same as the indexes but for what is
 * mended here.
 */
#include "charset.h"

#include <stdlib.h>
#include <unicode/ucnv.h>

#include "big5.h"

#define REPLACEMENT_CHR 0xFFFD

#define ESC 0x1B

static bool
within(unsigned char b, unsigned char low, unsigned char high)
{
	return b >= low && b <= high;
}

static bool
is_private(uint32_t c)
{
	return c >= 0xE000 && c <= 0xF8FF;
}

/* What ICU has for the n bytes of one character; 0: nothing. */
static uint32_t
index_get(struct decoder *d, const unsigned char *p, size_t n)
{
	UErrorCode  error = U_ZERO_ERROR;
	const char *from = (const char *)p;
	UChar32     c;

	if (d->icu == NULL)
		return 0;
	c = ucnv_getNextUChar(d->icu, &from, from + n, &error);
	if (U_SUCCESS(error) && from == (const char *)p + n)
		return (uint32_t)c;
	ucnv_resetToUnicode(d->icu);
	return 0;
}

/*
 * A lead byte and the one behind it, which are c if that is not 0.  If they are
 * nothing, an ASCII byte behind is text of its own.
 */
static size_t
pair(const unsigned char *p, uint32_t is, uint32_t *c)
{
	*c = is != 0 ? is : REPLACEMENT_CHR;
	return is == 0 && p[1] < 0x80 ? 1 : 2;
}

static size_t
invalid(size_t n, uint32_t *c)
{
	*c = REPLACEMENT_CHR;
	return n;
}

/* Index gb18030 (5) since GB 18030-2022; U+3000 it had before. */
static const uint16_t gb18030_changes[][2] = {{0xE5E5, 0x3000},
    {0xE78D, 0xFE10}, {0xE78E, 0xFE12}, {0xE78F, 0xFE11}, {0xE790, 0xFE13},
    {0xE791, 0xFE14}, {0xE792, 0xFE15}, {0xE793, 0xFE16}, {0xE794, 0xFE17},
    {0xE795, 0xFE18}, {0xE796, 0xFE19}, {0xE81E, 0x9FB4}, {0xE826, 0x9FB5},
    {0xE82B, 0x9FB6}, {0xE82C, 0x9FB7}, {0xE832, 0x9FB8}, {0xE843, 0x9FB9},
    {0xE854, 0x9FBA}, {0xE864, 0x9FBB}};

static uint32_t
gb18030_renewed(uint32_t c)
{
	const size_t n = sizeof(gb18030_changes) / sizeof(*gb18030_changes);

	for (size_t i = 0; is_private(c) && i < n; i++)
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

/* The standard, 10.2.1. */
static size_t
gb18030(struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	uint32_t is = 0;

	if (p[0] == 0x80) {
		*c = 0x20AC;
		return 1;
	}
	if (!within(p[0], 0x81, 0xFE))
		return invalid(1, c);
	if (n < 2)
		return 0;
	if (!within(p[1], '0', '9')) {
		if (within(p[1], 0x40, 0x7E) || within(p[1], 0x80, 0xFE))
			is = gb18030_renewed(index_get(d, p, 2));
		return pair(p, is, c);
	}
	if (n < 3)
		return 0;
	if (!within(p[2], 0x81, 0xFE))
		return invalid(1, c);
	if (n < 4)
		return 0;
	if (!within(p[3], '0', '9'))
		return invalid(1, c);
	is = index_get(d, p, 4);
	*c = is != 0 ? is : REPLACEMENT_CHR;
	return 4;
}

static int
compare_big5(const void *key, const void *row)
{
	return (int)*(const uint16_t *)key - (int)*(const uint16_t *)row;
}

uint16_t
big5_bytes(uint32_t c)
{
	const size_t n = sizeof(big5_fixes) / sizeof(*big5_fixes);

	for (size_t i = 0; i < n; i++)
		if (big5_fixes[i][0] >= 0xA100 && big5_fixes[i][1] == c)
			return big5_fixes[i][0];
	return 0;
}

/* Two characters come of four pairs, the second is c[1] (11.1.1). */
static uint32_t
big5_get(struct decoder *d, const unsigned char *p, uint32_t *c)
{
	uint16_t        bytes = (uint16_t)(p[0] << 8 | p[1]);
	const uint16_t *fix;
	uint32_t        is;

	if (bytes == 0x8862 || bytes == 0x8864 || bytes == 0x88A3 ||
	    bytes == 0x88A5) {
		c[1] = p[1] == 0x62 || p[1] == 0xA3 ? 0x304 : 0x30C;
		return p[1] < 0x80 ? 0xCA : 0xEA;
	}
	fix = bsearch(&bytes, big5_fixes,
	    sizeof(big5_fixes) / sizeof(*big5_fixes), sizeof(*big5_fixes),
	    compare_big5);
	if (fix != NULL)
		return fix[1];
	is = index_get(d, p, 2);
	return is_private(is) ? 0 : is;
}

/* The standard, 11.1.1. */
static size_t
big5(struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	uint32_t is = 0;

	if (!within(p[0], 0x81, 0xFE))
		return invalid(1, c);
	if (n < 2)
		return 0;
	if (within(p[1], 0x40, 0x7E) || within(p[1], 0xA1, 0xFE))
		is = big5_get(d, p, c);
	return pair(p, is, c);
}

/* The standard, 12.1.1. */
static size_t
euc_jp(struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	uint32_t is = 0;
	bool     jis0212 = p[0] == 0x8F;

	if (!within(p[0], 0xA1, 0xFE) && !within(p[0], 0x8E, 0x8F))
		return invalid(1, c);
	if (n < 2)
		return 0;
	if (p[0] == 0x8E && within(p[1], 0xA1, 0xDF))
		is = 0xFF61u - 0xA1 + p[1];
	else if (within(p[0], 0xA1, 0xFE) && within(p[1], 0xA1, 0xFE))
		is = index_get(d, p, 2);
	if (!jis0212 || !within(p[1], 0xA1, 0xFE))
		return pair(p, is, c);
	if (n < 3)
		return 0;
	/* ICU has more than JIS X 0212, which ends before row 0xEE. */
	if (p[1] < 0xEE && within(p[2], 0xA1, 0xFE))
		is = index_get(d, p, 3);
	return 1 + pair(p + 1, is, c);
}

/* The standard, 12.3.1. */
static size_t
shift_jis(struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	uint32_t is = 0;

	if (p[0] == 0x80 || within(p[0], 0xA1, 0xDF)) {
		*c = p[0] == 0x80 ? 0x80u : 0xFF61u - 0xA1 + p[0];
		return 1;
	}
	if (!within(p[0], 0x81, 0x9F) && !within(p[0], 0xE0, 0xFC))
		return invalid(1, c);
	if (n < 2)
		return 0;
	if (within(p[1], 0x40, 0x7E) || within(p[1], 0x80, 0xFC))
		is = index_get(d, p, 2);
	return pair(p, is, c);
}

/* The standard, 13.1.1. */
static size_t
euc_kr(struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	uint32_t is = 0;

	if (!within(p[0], 0x81, 0xFE))
		return invalid(1, c);
	if (n < 2)
		return 0;
	if (within(p[1], 0x41, 0xFE))
		is = index_get(d, p, 2);
	return pair(p, is_private(is) ? 0 : is, c);
}

/* "Escape start" and "escape" of 12.2.1.  Two in a row are one too many. */
static size_t
iso_2022_jp_escape(
    struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	static const struct {
		char             bytes[3];
		enum iso_2022_jp state;
	} escapes[] = {{"(B", JP_ASCII}, {"(J", JP_ROMAN}, {"(I", JP_KATAKANA},
	    {"$@", JP_JIS0208}, {"$B", JP_JIS0208}};

	if (n < 2)
		return 0;
	if (n < 3 && (p[1] == '(' || p[1] == '$'))
		return 0;
	for (size_t i = 0; n > 2 && i < sizeof(escapes) / sizeof(*escapes);
	     i++) {
		if (memcmp(p + 1, escapes[i].bytes, 2) != 0)
			continue;
		*c = d->jp_escaped ? REPLACEMENT_CHR : DECODER_NOTHING;
		d->jp = escapes[i].state;
		d->jp_escaped = true;
		return 3;
	}
	d->jp_escaped = false;
	return invalid(1, c);
}

/* Two bytes in JIS X 0208: the index is EUC-JP's. */
static size_t
iso_2022_jp_pair(
    struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	unsigned char euc[2];
	uint32_t      is = 0;

	if (!within(p[0], 0x21, 0x7E))
		return invalid(1, c);
	if (n < 2)
		return 0;
	if (p[1] == ESC)
		return invalid(1, c);
	if (within(p[1], 0x21, 0x7E)) {
		euc[0] = p[0] | 0x80;
		euc[1] = p[1] | 0x80;
		is = index_get(d, euc, 2);
	}
	*c = is != 0 ? is : REPLACEMENT_CHR;
	return 2;
}

/* The standard, 12.2.1. */
static size_t
iso_2022_jp(struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	if (p[0] == ESC)
		return iso_2022_jp_escape(d, p, n, c);
	d->jp_escaped = false;
	if (d->jp == JP_JIS0208)
		return iso_2022_jp_pair(d, p, n, c);
	if (d->jp == JP_KATAKANA) {
		if (!within(p[0], 0x21, 0x5F))
			return invalid(1, c);
		*c = 0xFF61u - 0x21 + p[0];
		return 1;
	}
	if (p[0] >= 0x80 || p[0] == 0x0E || p[0] == 0x0F)
		return invalid(1, c);
	*c = p[0];
	if (d->jp == JP_ROMAN && p[0] == '\\')
		*c = 0xA5;
	if (d->jp == JP_ROMAN && p[0] == '~')
		*c = 0x203E;
	return 1;
}

/* The standard, 14.2.1; high is where in p a code unit's high byte is. */
static size_t
utf_16(const unsigned char *p, size_t n, unsigned high, uint32_t *c)
{
	uint32_t unit, next;

	if (n < 2)
		return 0;
	unit = (uint32_t)p[high] << 8 | p[1 - high];
	*c = unit;
	if (unit < 0xD800 || unit > 0xDFFF)
		return 2;
	if (unit > 0xDBFF)
		return invalid(2, c);
	if (n < 4)
		return 0;
	next = (uint32_t)p[2 + high] << 8 | p[3 - high];
	if (next < 0xDC00 || next > 0xDFFF)
		return invalid(2, c);
	*c = 0x10000 + ((unit & 0x3FF) << 10) + (next & 0x3FF);
	return 4;
}

size_t
multibyte_next(
    struct decoder *d, const unsigned char *p, size_t n, uint32_t c[2])
{
	enum charset_coding coding = d->charset->coding;

	c[1] = DECODER_NOTHING;
	if (p[0] < 0x80 && coding < CODING_ISO_2022_JP) {
		*c = p[0];
		return 1;
	}
	switch (coding) {
	case CODING_GB18030:
		return gb18030(d, p, n, c);
	case CODING_BIG5:
		return big5(d, p, n, c);
	case CODING_EUC_JP:
		return euc_jp(d, p, n, c);
	case CODING_EUC_KR:
		return euc_kr(d, p, n, c);
	case CODING_SHIFT_JIS:
		return shift_jis(d, p, n, c);
	case CODING_ISO_2022_JP:
		return iso_2022_jp(d, p, n, c);
	case CODING_UTF_16BE:
	case CODING_UTF_16LE:
		return utf_16(p, n, coding == CODING_UTF_16LE, c);
	case CODING_OTHER:
		break;
	}
	return invalid(1, c);
}

size_t
multibyte_last(struct decoder *d, const unsigned char *p, size_t n, uint32_t *c)
{
	/* Of an escape only its first byte is wrong. */
	if (d->charset->coding != CODING_ISO_2022_JP || p[0] != ESC)
		return invalid(n, c);
	d->jp_escaped = false;
	return invalid(1, c);
}
