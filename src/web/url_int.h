/*
 * url_int.h - what the files of the URL parser share, and its tests see.
 *
 * Not for the rest of the program: that is acrawl/url.h.
 */
#ifndef ACRAWL_URL_INT_H
#define ACRAWL_URL_INT_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"
#include "acrawl/url.h"

/* What offsets can express. */
#define URL_MAX_BYTES UINT32_MAX

/*
 * What a byte is.  The first six are the percent-encode sets (the URL
 * standard, 1.3), the next two the forbidden code points (3.1).
 */
enum {
	ENC_C0 = 0x0001,
	ENC_FRAGMENT = 0x0002,
	ENC_QUERY = 0x0004,
	ENC_SPECIAL_QUERY = 0x0008,
	ENC_PATH = 0x0010,
	ENC_USERINFO = 0x0020,
	NO_HOST = 0x0040,
	NO_DOMAIN = 0x0080,
	BLANK = 0x0100,     /* tab, LF, CR: removed wherever they are */
	HIGH = 0x0200,      /* not ASCII */
	FAST_STOP = 0x0400, /* may need work behind a special URL's host */
	FAST_HOST = 0x0800, /* simply copied in a special URL's host */
	IN_SCHEME = 0x1000, /* may follow a scheme's first letter */
};

extern const uint16_t url_class_of[256];

static inline unsigned
url_class(char c)
{
	return url_class_of[(unsigned char)c];
}

static inline bool
is_alpha(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A part of a URL, by its offsets; of one that holds nothing, "". */
static inline struct str
url_part(const struct url *u, uint32_t from, uint32_t to)
{
	return from < to ? str_n(u->href.p + from, to - from) : STR_LIT("");
}

/* Makes u hold nothing but keeps its memory. */
static inline void
url_forget(struct url *u)
{
	struct buf href = u->href;

	href.n = 0;
	href.max = URL_MAX_BYTES;
	*u = (struct url){.href = href, .port = -1};
}

static inline bool
url_is_file(const struct url *u)
{
	return u->special && str_eq(url_scheme(u), STR_LIT("file"));
}

/* Without control bytes and spaces at either end; its p is not NULL. */
static inline struct str
url_trim(struct str s)
{
	if (s.n == 0)
		return STR_LIT("");
	while (s.n > 0 && (unsigned char)s.p[0] <= ' ') {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	return s;
}

/*
 * Appends s, each byte that is of one of the classes of set as %XX.  Nothing
 * and false if that is beyond the maximum of out.
 */
bool url_encode(struct buf *out, struct str s, unsigned set);

bool url_is_utf8(struct str s);

/*
 * Copies s without tabs and newlines and with U+FFFD for what is not UTF-8.
 * In this order: bytes on both sides of a tab are no character.
 */
void url_clean(struct buf *out, struct str s);

/*
 * Parses a host, which is valid UTF-8, and appends its serialisation.  False
 * if it is not valid; what then is at the end of out is of no use.
 */
bool url_host_parse(struct buf *out, struct str host, bool opaque);

/*
 * The two ways of url_parse().  The short one is for trimmed input that needs
 * no work but to be put behind a part of the base; it is false if the full
 * one has to be asked.
 */
bool url_parse_fast(struct url *u, struct str s, const struct url *base);
bool url_parse_full(struct url *u, struct str input, const struct url *base);

#endif
