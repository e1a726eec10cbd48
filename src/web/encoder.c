/*
 * encoder.c - the query of a URL in a page's charset.
 *
 * "Percent-encode after encoding" (the URL standard, 1.3), with the encoders of
 * the Encoding standard.  As for the decoders, ICU's converters are the
 * indexes.
 */
#include "charset.h"

#include <unicode/ucnv.h>

#define REPLACEMENT_CHR 0xFFFD

#define ESC 0x1B

/* The most bytes of one character, with ISO-2022-JP's escapes around it. */
#define ENCODED_MAX 16

/* One character by ICU; 0: it has none. */
static size_t
encode_by_icu(struct decoder *d, uint32_t c, unsigned char *out)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar      utf16[2];
	int32_t    utf16_n = 0;
	int32_t    n;

	if (d->icu == NULL)
		return 0;
	if (c > 0xFFFF)
		utf16[utf16_n++] = (UChar)(0xD7C0 + (c >> 10));
	utf16[utf16_n] = (UChar)(c > 0xFFFF ? 0xDC00 | (c & 0x3FF) : c);
	utf16_n++;
	n = ucnv_fromUChars(
	    d->icu, (char *)out, ENCODED_MAX, utf16, utf16_n, &error);
	return U_SUCCESS(error) && n > 0 && n <= ENCODED_MAX ? (size_t)n : 0;
}

static size_t
encode_single_byte(const uint16_t *high, uint32_t c, unsigned char *out)
{
	for (unsigned i = 0; i < 128; i++) {
		if (c != REPLACEMENT_CHR && high[i] == c) {
			*out = (unsigned char)(i + 0x80);
			return 1;
		}
	}
	return 0;
}

/* The Encoding standard, 10.2.2; GBK has no four bytes, and one for the euro.
 */
static size_t
encode_gb18030(struct decoder *d, uint32_t c, unsigned char *out)
{
	bool   gbk = strcmp(d->charset->name, "GBK") == 0;
	size_t n;

	if (c == 0xE5E5)
		return 0;
	if (gbk && c == 0x20AC) {
		*out = 0x80;
		return 1;
	}
	n = encode_by_icu(d, gb18030_outdated(c), out);
	return gbk && n > 2 ? 0 : n;
}

/* Of Shift_JIS and EUC-JP. */
static size_t
encode_jis(struct decoder *d, uint32_t c, unsigned char *out)
{
	if (c == 0xA5 || c == 0x203E) {
		*out = c == 0xA5 ? '\\' : '~';
		return 1;
	}
	if (c == 0x80 && d->charset->coding == CODING_SHIFT_JIS) {
		*out = 0x80;
		return 1;
	}
	return encode_by_icu(d, c, out);
}

/*
 * The first place in the index is the one that counts; Hong Kong's part, before
 * 0xA1, is the decoder's only (11.1.2).
 */
static size_t
encode_big5(struct decoder *d, uint32_t c, unsigned char *out)
{
	size_t   n = encode_by_icu(d, c, out);
	uint16_t bytes = big5_bytes(c);
	bool     icu = n == 2 && out[0] >= 0xA1;

	if (bytes == 0 || (icu && (out[0] << 8 | out[1]) < bytes))
		return icu ? n : 0;
	out[0] = (unsigned char)(bytes >> 8);
	out[1] = (unsigned char)bytes;
	return 2;
}

/* Whether the standard's index has what ICU made of c. */
static bool
is_back(struct decoder *d, const unsigned char *p, size_t n, uint32_t c)
{
	uint32_t got[2];

	return multibyte_next(d, p, n, got) == n && got[0] == c;
}

/*
 * Characters beyond ASCII in charsets that have no state.  The standard's
 * encoders leave out what only its decoders have: characters for private use,
 * Hong Kong's part of Big5, and JIS X 0212 in EUC-JP.
 */
static size_t
encode(struct decoder *d, uint32_t c, unsigned char *out)
{
	enum charset_coding coding = d->charset->coding;
	bool   jis = coding == CODING_SHIFT_JIS || coding == CODING_EUC_JP;
	size_t n;

	if (d->charset->high != NULL)
		return encode_single_byte(d->charset->high, c, out);
	if (coding == CODING_GB18030)
		return encode_gb18030(d, c, out);
	if (jis && c == 0x2212)
		c = 0xFF0D;
	if (jis)
		n = encode_jis(d, c, out);
	else if (coding == CODING_BIG5)
		n = encode_big5(d, c, out);
	else
		n = encode_by_icu(d, c, out);
	if (n == 0 || (n == 1 && out[0] < 0x80))
		return n;
	if ((coding == CODING_SHIFT_JIS && n > 1 && out[0] >= 0xF0 &&
		out[0] <= 0xF9) ||
	    (coding == CODING_EUC_JP && out[0] == 0x8F) ||
	    (coding == CODING_BIG5 && out[0] < 0xA1) || !is_back(d, out, n, c))
		return 0;
	return n;
}

/* Index ISO-2022-JP katakana (the Encoding standard, 5): U+FF61 and on. */
static const uint16_t katakana[] = {0x3002, 0x300C, 0x300D, 0x3001, 0x30FB,
    0x30F2, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30E3, 0x30E5, 0x30E7,
    0x30C3, 0x30FC, 0x30A2, 0x30A4, 0x30A6, 0x30A8, 0x30AA, 0x30AB, 0x30AD,
    0x30AF, 0x30B1, 0x30B3, 0x30B5, 0x30B7, 0x30B9, 0x30BB, 0x30BD, 0x30BF,
    0x30C1, 0x30C4, 0x30C6, 0x30C8, 0x30CA, 0x30CB, 0x30CC, 0x30CD, 0x30CE,
    0x30CF, 0x30D2, 0x30D5, 0x30D8, 0x30DB, 0x30DE, 0x30DF, 0x30E0, 0x30E1,
    0x30E2, 0x30E4, 0x30E6, 0x30E8, 0x30E9, 0x30EA, 0x30EB, 0x30EC, 0x30ED,
    0x30EF, 0x30F3, 0x309B, 0x309C};

/* The index is EUC-JP's, without the upper bits. */
static bool
encode_jis0208(struct decoder *d, uint32_t c, unsigned char out[2])
{
	unsigned char bytes[ENCODED_MAX];

	if (c == 0x2212)
		c = 0xFF0D;
	if (c >= 0xFF61 && c <= 0xFF9F)
		c = katakana[c - 0xFF61];
	if (encode_by_icu(d, c, bytes) != 2 || bytes[0] < 0xA1)
		return false;
	out[0] = bytes[0] & 0x7F;
	out[1] = bytes[1] & 0x7F;
	return true;
}

static size_t
escape(unsigned char *out, enum iso_2022_jp *state, enum iso_2022_jp to)
{
	static const char *const escapes[] = {
	    [JP_ASCII] = "(B", [JP_ROMAN] = "(J", [JP_JIS0208] = "$B"};

	if (*state == to)
		return 0;
	*state = to;
	out[0] = ESC;
	out[1] = (unsigned char)escapes[to][0];
	out[2] = (unsigned char)escapes[to][1];
	return 3;
}

/*
 * The Encoding standard, 12.2.2.  *c becomes what is to follow as it is, 0 for
 * nothing; *bad a character that ISO-2022-JP has not.
 */
static size_t
encode_iso_2022_jp(struct decoder *d, enum iso_2022_jp *state, uint32_t *c,
    unsigned char *out, uint32_t *bad)
{
	bool     roman = *c == 0xA5 || *c == 0x203E;
	uint32_t is = *c;
	size_t   n;

	*c = 0;
	if (is == 0x0E || is == 0x0F || is == ESC) {
		*bad = REPLACEMENT_CHR;
		return *state == JP_JIS0208 ? escape(out, state, JP_ASCII) : 0;
	}
	if (roman) {
		*c = is == 0xA5 ? '\\' : '~';
		return escape(out, state, JP_ROMAN);
	}
	if (is < 0x80) {
		*c = is;
		if (*state == JP_ROMAN && is != '\\' && is != '~')
			return 0;
		return escape(out, state, JP_ASCII);
	}
	if (!encode_jis0208(d, is, out + 3)) {
		*bad = is;
		return *state == JP_JIS0208 ? escape(out, state, JP_ASCII) : 0;
	}
	n = escape(out, state, JP_JIS0208);
	if (n == 0)
		memmove(out, out + 3, 2);
	return n + 2;
}

/* The special-query percent-encode set (the URL standard, 1.3). */
static bool
add_bytes(struct buf *out, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool plain = p[i] > ' ' && p[i] < 0x7F &&
		             memchr("\"#'<>", p[i], 5) == NULL;

		if (plain ? !buf_addc(out, (char)p[i])
			  : !buf_addf(out, "%%%02X", p[i]))
			return false;
	}
	return true;
}

static bool
add_query(struct decoder *d, struct str query, struct buf *out)
{
	bool             jp = d->charset->kind == CHARSET_STREAM;
	enum iso_2022_jp state = JP_ASCII;
	unsigned char    bytes[ENCODED_MAX];
	size_t           n;

	for (size_t at = 0; at < query.n; at += n) {
		uint32_t c;
		uint32_t bad = 0;
		size_t   bytes_n = 0;

		n = utf8_get(str_n(query.p + at, query.n - at), &c);
		if (n == 0) {
			c = REPLACEMENT_CHR;
			n = 1;
		}
		if (jp) {
			bytes_n =
			    encode_iso_2022_jp(d, &state, &c, bytes, &bad);
		} else if (c >= 0x80) {
			bytes_n = encode(d, c, bytes);
			bad = bytes_n == 0 ? c : 0;
			c = 0;
		}
		/* ASCII is left to the URL parser. */
		if (!add_bytes(out, bytes, bytes_n) ||
		    (c != 0 && !buf_addc(out, (char)c)) ||
		    (bad != 0 && !buf_addf(out, "%%26%%23%u%%3B", bad)))
			return false;
	}
	n = jp ? escape(bytes, &state, JP_ASCII) : 0;
	return add_bytes(out, bytes, n);
}

bool
decoder_encode_query(struct decoder *d, struct str href, struct buf *out)
{
	const char *hash = memchr(href.p, '#', href.n);
	size_t      end = hash != NULL ? (size_t)(hash - href.p) : href.n;
	const char *mark = memchr(href.p, '?', end);
	size_t      at;

	if (mark == NULL || (d->charset->kind != CHARSET_BYTES &&
				d->charset->coding != CODING_ISO_2022_JP))
		return buf_add(out, href);
	at = (size_t)(mark - href.p);
	return buf_add(out, str_n(href.p, at)) &&
	       add_query(d, str_n(mark, end - at), out) &&
	       buf_add(out, str_n(href.p + end, href.n - end));
}
