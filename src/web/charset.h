/*
 * charset.h - which charset a page is in, and its text as UTF-8.
 *
 * The Encoding standard's labels (4.2); the HTML standard's sniffing from a
 * byte order mark and by its prescan for meta elements (13.2.3.2).  ICU
 * decodes what has more than one byte a character, but for UTF-8.
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

/* One of the standard's 40 encodings; there is one struct for each. */
struct charset {
	const char     *name; /* the standard's */
	const char     *icu;  /* ICU's, or NULL */
	const uint16_t *high; /* of a single-byte one: 0x80 to 0xFF; or NULL */
	enum charset_kind kind;
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

/* Decodes; holds on to one converter.  All zero is one without. */
struct decoder {
	const struct charset *charset;
	void                 *icu;  /* UConverter of charset, or NULL */
	void                 *utf8; /* UConverter, for streams */
	uint16_t              pivot[512];
	uint16_t             *from;
	uint16_t             *to;
	bool                  begun;
};

void decoder_clear(struct decoder *d);
void decoder_set(struct decoder *d, const struct charset *charset);

/* Appends all of in as UTF-8; false if out is full. */
bool decoder_text(struct decoder *d, struct str in, struct buf *out);

/*
 * Decodes a stream: takes bytes off the front of *in, returns how many bytes
 * of UTF-8 it wrote to out.  Call it until *in is empty and it returns 0.
 */
size_t decoder_stream(
    struct decoder *d, struct str *in, char *out, size_t out_n, bool end);

/* Whether it is gb18030, or GBK, which decodes the same. */
bool charset_is_gb18030(const struct charset *charset);

/* The character that one of ICU's for gb18030 is since 2022, and back. */
uint32_t gb18030_renewed(uint32_t c);
uint32_t gb18030_outdated(uint32_t c);

/*
 * encoder.c: appends href with the query (from its first '?' to '#') encoded in
 * the charset: what is not ASCII as %XX, what the charset cannot hold as
 * %26%23N%3B (the URL standard, 1.3).  UTF-16 and UTF-8 leave it alone.  False
 * if out is full.
 */
bool decoder_encode_query(struct decoder *d, struct str href, struct buf *out);

#endif
