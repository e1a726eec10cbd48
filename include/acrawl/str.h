/*
 * str.h - a view of bytes, and a buffer that grows up to a limit.
 *
 * A struct str is a pointer and a length.  It owns nothing, may hold NUL
 * bytes, and is passed by value.  A struct buf owns its bytes; each has a
 * maximum, given when it is made, so that nobody can make it grow for ever.
 */
#ifndef ACRAWL_STR_H
#define ACRAWL_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "acrawl/mem.h"

struct str {
	const char *p;
	size_t      n;
};

#define STR_LIT(s) ((struct str){(s), sizeof(s) - 1})

static inline struct str
str_n(const char *p, size_t n)
{
	return (struct str){p, n};
}

static inline struct str
str_c(const char *s)
{
	return (struct str){s, strlen(s)};
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Equal but for the case of ASCII letters. */
bool str_eq_nocase(struct str a, struct str b);

/* Whether a begins with b but for the case of ASCII letters. */
bool str_starts_nocase(struct str a, struct str b);

/* ASCII white space (Infra standard, 4.6). */
static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* Without the blanks (space, tab, CR, LF, FF) at either end. */
struct str str_trim(struct str s);

/*
 * The next word of s, whose words are apart by blanks; s becomes what is behind
 * it.  Empty: there is none.
 */
struct str str_next_word(struct str *s);

/* Whether words apart by blanks have this one, but for the case of letters. */
bool str_has_word(struct str words, struct str wanted);

/* How many bytes at the start of s are ASCII. */
size_t ascii_run(struct str s);

/*
 * Reads the first character of s, which is not empty, as UTF-8 (RFC 3629).
 * How many bytes it has; 0, with *c undefined, if it is none.
 */
size_t utf8_get(struct str s, uint32_t *c);

/* A copy of s with a NUL behind it.  Returned owned. */
char *str_dup(struct str s);

static inline char
ascii_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* The value of a hexadecimal digit, or -1. */
static inline int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Invariants: n <= cap <= max, except that max is 0 in a buffer without a
 * limit; p is NULL only while cap is 0.  All zero with a max is an empty
 * buffer.
 */
struct buf {
	char  *p;
	size_t n;
	size_t cap;
	size_t max;
};

void buf_init(struct buf *b, size_t max);

/* Frees the bytes; b is empty and can be used again. */
void buf_clear(struct buf *b);

/* Forgets the bytes but keeps the memory. */
static inline void
buf_reset(struct buf *b)
{
	b->n = 0;
}

static inline struct str
buf_str(const struct buf *b)
{
	return (struct str){b->p, b->n};
}

/* Makes room for n more bytes.  False if that is beyond the maximum. */
bool buf_grow(struct buf *b, size_t n);

/* The same; mostly there is room already. */
static inline bool
buf_reserve(struct buf *b, size_t n)
{
	return n <= b->cap - b->n || buf_grow(b, n);
}

/* Appends all of s, or nothing and false if that is beyond the maximum. */
static inline bool
buf_add(struct buf *b, struct str s)
{
	if (!buf_reserve(b, s.n))
		return false;
	if (s.n > 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	return true;
}

static inline bool
buf_addc(struct buf *b, char c)
{
	return buf_add(b, (struct str){&c, 1});
}

/* Appends formatted text; false if that is beyond the maximum. */
bool buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * Appends s as printable ASCII without blanks at its ends or control bytes
 * anywhere: each byte outside 0x21..0x7e, but for a space between others,
 * becomes %XX.  This is how a string from outside gets into a column of a TSV
 * file or onto a terminal.
 */
bool buf_add_printable(struct buf *b, struct str s);

/*
 * Appends s, UTF-8, as a JSON string in printable ASCII, quotes included; what
 * is not UTF-8 becomes U+FFFD, byte by byte.
 */
void buf_add_json(struct buf *b, struct str s);

/* The bytes as a C string that lives until b changes. */
const char *buf_cstr(struct buf *b);

#endif
