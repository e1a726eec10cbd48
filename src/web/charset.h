/*
 * charset.h - which charset a page is in, and its text as UTF-8.
 *
 * The Encoding standard's labels (4.2); the HTML standard's sniffing from a
 * byte order mark and by its prescan for meta elements (13.2.3.2).  What has
 * more than one byte a character is decoded as the standard has it, with ICU's
 * converters for its indexes.
 */
#ifndef ACRAWL_CHARSET_H
#define ACRAWL_CHARSET_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"

/* How far into a page the prescan looks. */
#define CHARSET_PRESCAN_BYTES 1024

enum charset_kind {
	CHARSET_UTF8,
	CHARSET_BYTES,  /* ASCII bytes of markup are ASCII in it */
	CHARSET_STREAM, /* not so: it has to be decoded from its start */
	CHARSET_NONE,   /* the replacement encoding: no text at all */
};

/* How bytes are characters, where these take more than one (10 to 14). */
enum charset_coding {
	CODING_OTHER,
	CODING_GB18030, /* GBK's too: it decodes the same */
	CODING_BIG5,
	CODING_EUC_JP,
	CODING_EUC_KR,
	CODING_SHIFT_JIS,
	CODING_ISO_2022_JP, /* from here on ASCII bytes may be something else */
	CODING_UTF_16BE,
	CODING_UTF_16LE,
};

/* One of the standard's 40 encodings; there is one struct for each. */
struct charset {
	const char         *name; /* the standard's */
	enum charset_kind   kind;
	enum charset_coding coding;
	const char     *icu;  /* ICU's converter that is its index; or NULL */
	const uint16_t *high; /* of a single-byte one: 0x80 to 0xFF; or NULL */
};

/* The charset of a label, ignoring case and outer blanks; NULL if unknown. */
const struct charset *charset_find(struct str label);

/* What holds for pages that declare nothing. */
const struct charset *charset_utf8(void);
const struct charset *charset_windows_1252(void);

/* By the byte order mark at the start of bytes, *n long; or NULL. */
const struct charset *charset_bom(struct str bytes, size_t *n);

/* By the meta elements in bytes, a page's first 1,024; or NULL. */
const struct charset *charset_prescan(struct str bytes);

/* Running check of whether bytes are UTF-8.  All zero is its start. */
struct utf8_check {
	uint8_t need; /* bytes that the character begun still lacks */
	uint8_t low;  /* what the next one may be */
	uint8_t high;
	bool    bad;
};

/*
 * How many bytes at the start of these are, behind those before, UTF-8 as far
 * as it goes: all, or those before the first byte that cannot follow.  From
 * then on none are.
 */
size_t utf8_check(struct utf8_check *c, struct str bytes);

/* What ISO-2022-JP's bytes are since its last escape. */
enum iso_2022_jp {
	JP_ASCII,
	JP_ROMAN,
	JP_KATAKANA,
	JP_JIS0208,
};

/* The most bytes of one character in any charset. */
#define DECODER_CHAR_BYTES 4

/* Decodes; holds on to one converter.  All zero is one without. */
struct decoder {
	const struct charset *charset;
	void                 *icu; /* UConverter that is its index, or NULL */
	unsigned char         held[DECODER_CHAR_BYTES];
	size_t                held_n; /* bytes of a character begun */
	enum iso_2022_jp      jp;
	bool                  jp_escaped; /* nothing came since the escape */
};

void decoder_clear(struct decoder *d);
void decoder_set(struct decoder *d, const struct charset *charset);

/* Appends all of in as UTF-8; false if out is full. */
bool decoder_text(struct decoder *d, struct str in, struct buf *out);

/*
 * Decodes a stream: takes bytes off the front of *in, returns how many bytes
 * of UTF-8 it wrote to out, which has room for DECODER_CHAR_BYTES or more.
 * Call it until *in is empty and it returns 0.
 */
size_t decoder_stream(
    struct decoder *d, struct str *in, char *out, size_t out_n, bool end);

/*
 * multibyte.c: the first character in p, which is n bytes, more than none.
 * Returns how many bytes it has, 0 if it may have more than n, as it never does
 * of DECODER_CHAR_BYTES.  What the bytes are is in c: one character, two, or
 * DECODER_NOTHING.
 */
#define DECODER_NOTHING UINT32_MAX
size_t multibyte_next(
    struct decoder *d, const unsigned char *p, size_t n, uint32_t c[2]);

/* The same if no more than these bytes, of which that was 0, will come. */
size_t multibyte_last(
    struct decoder *d, const unsigned char *p, size_t n, uint32_t *c);

/* The character that ICU has in the place of one new in GB 18030-2022. */
uint32_t gb18030_outdated(uint32_t c);

/* Of a character in Big5 whose bytes, from 0xA1 on, ICU lacks: them; or 0. */
uint16_t big5_bytes(uint32_t c);

/*
 * encoder.c: appends href with the query (from its first '?' to '#') encoded in
 * the charset: what is not ASCII as %XX, what the charset cannot hold as
 * %26%23N%3B (the URL standard, 1.3).  UTF-16 and UTF-8 leave it alone.  False
 * if out is full.
 */
bool decoder_encode_query(struct decoder *d, struct str href, struct buf *out);

#endif
