/*
 * encoder.c - the query of a URL in a page's charset.
 *
 * "Percent-encode after encoding" (the URL standard, 1.3), with the encoders of
 * the Encoding standard: ICU's, but for what those do otherwise.
 */
#include "charset.h"

#include <unicode/ucnv.h>

#define REPLACEMENT_CHR 0xFFFD

#define ESC 0x1B

/* The most bytes of one character, with ISO-2022-JP's escapes around it. */
#define ENCODED_MAX 16

/* What ISO-2022-JP's bytes are since its last escape. */
enum iso_2022_jp {
	JP_ASCII,
	JP_ROMAN,
	JP_JIS0208,
};

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

static bool
charset_is(const struct decoder *d, const char *name)
{
	return strcmp(d->charset->name, name) == 0;
}

/* One character by ICU, as if nothing stood before; 0: it has none. */
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
	ucnv_setFromUCallBack(
	    d->icu, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
	n = ucnv_fromUChars(
	    d->icu, (char *)out, ENCODED_MAX, utf16, utf16_n, &error);
	return U_SUCCESS(error) && n > 0 && n <= ENCODED_MAX ? (size_t)n : 0;
}

/*
 * Characters beyond ASCII in charsets that have no state.  The standard's
 * encoders leave out what only its decoders have: characters for private use,
 * Hong Kong's part of Big5, and JIS X 0212 in EUC-JP.
 */
static size_t
encode(struct decoder *d, uint32_t c, unsigned char *out)
{
	bool   shift_jis = charset_is(d, "Shift_JIS");
	bool   euc_jp = charset_is(d, "EUC-JP");
	size_t n;

	if (d->charset->high != NULL) {
		for (unsigned i = 0; i < 128; i++) {
			if (c != REPLACEMENT_CHR && d->charset->high[i] == c) {
				*out = (unsigned char)(i + 0x80);
				return 1;
			}
		}
		return 0;
	}
	if ((shift_jis || euc_jp) && (c == 0xA5 || c == 0x203E)) {
		*out = c == 0xA5 ? '\\' : '~';
		return 1;
	}
	if ((shift_jis || euc_jp) && c == 0x2212)
		c = 0xFF0D;
	if (charset_is_gb18030(d->charset))
		c = gb18030_outdated(c);
	if (c == 0xE5E5 && charset_is_gb18030(d->charset))
		return 0;
	n = encode_by_icu(d, c, out);
	if (n == 0)
		return 0;
	if ((shift_jis && n > 1 && out[0] >= 0xF0 && out[0] <= 0xF9) ||
	    (euc_jp && out[0] == 0x8F) ||
	    (charset_is(d, "Big5") && out[0] < 0xA1))
		return 0;
	return n;
}

/* ICU's bytes are ESC $ B, two of the character, ESC ( B. */
static bool
encode_jis0208(struct decoder *d, uint32_t c, unsigned char out[2])
{
	unsigned char bytes[ENCODED_MAX];

	if (c == 0x2212)
		c = 0xFF0D;
	if (encode_by_icu(d, c, bytes) != 8 || bytes[0] != ESC ||
	    bytes[1] != '$' || bytes[2] != 'B')
		return false;
	out[0] = bytes[3];
	out[1] = bytes[4];
	return true;
}

static size_t
escape(unsigned char *out, enum iso_2022_jp *state, enum iso_2022_jp to)
{
	static const char *const escapes[] = {"(B", "(J", "$B"};

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
		uint32_t c = utf8_get(str_n(query.p + at, query.n - at), &n);
		uint32_t bad = 0;
		size_t   bytes_n = 0;

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
				!charset_is(d, "ISO-2022-JP")))
		return buf_add(out, href);
	at = (size_t)(mark - href.p);
	return buf_add(out, str_n(href.p, at)) &&
	       add_query(d, str_n(mark, end - at), out) &&
	       buf_add(out, str_n(href.p + end, href.n - end));
}
