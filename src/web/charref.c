/*
 * charref.c - character references in attribute values and text.
 *
 * The HTML standard, 13.2.5.72 to 13.2.5.80.  entities.h has the names.
 */
#include "charref.h"

#include "entities.h"

/* What the C1 controls stand for: windows-1252, as 13.2.5.80 has it. */
static const uint16_t c1[32] = {0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026,
    0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178};

size_t
utf8_put(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* The value of a digit, or 99. */
static unsigned
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

static size_t
numeric(struct str s, char out[CHARREF_MAX], size_t *n)
{
	size_t   i = 2;
	unsigned radix = 10;
	uint32_t c = 0;
	size_t   first;

	if (i < s.n && ascii_lower(s.p[i]) == 'x') {
		radix = 16;
		i++;
	}
	first = i;
	for (; i < s.n && digit(s.p[i]) < radix; i++)
		if (c < 0x110000)
			c = c * radix + digit(s.p[i]);
	if (i == first)
		return 0;
	if (i < s.n && s.p[i] == ';')
		i++;
	if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		c = 0xFFFD;
	else if (c >= 0x80 && c < 0xA0)
		c = c1[c - 0x80];
	*n = utf8_put(out, c);
	return i;
}

/* The byte at i of the name of an entity, or -1 behind its end. */
static int
name_at(size_t entity, size_t i)
{
	const struct entity *e = &entities[entity];

	return i < e->name_n ? (unsigned char)entity_text[e->at + i] : -1;
}

/* The first entity of [lo, hi) whose byte at i is not below c. */
static size_t
bound(size_t lo, size_t hi, size_t i, int c)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (name_at(mid, i) < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
named(struct str s, enum charref_in in, char out[CHARREF_MAX], size_t *n)
{
	size_t               lo = 0;
	size_t               hi = ENTITIES_N;
	size_t               best = ENTITIES_N;
	const struct entity *e;
	size_t               end;

	/* The longest name: narrows the sorted list down byte by byte. */
	for (size_t i = 0; i + 1 < s.n && lo < hi; i++) {
		int c = (unsigned char)s.p[i + 1];

		lo = bound(lo, hi, i, c);
		hi = bound(lo, hi, i, c + 1);
		if (lo < hi && entities[lo].name_n == i + 1)
			best = lo;
	}
	if (best == ENTITIES_N)
		return 0;
	e = &entities[best];
	end = (size_t)e->name_n + 1;
	/* For old URLs: "&copy=1" and "&copyright" are no references. */
	if (in == CHARREF_IN_VALUE && s.p[end - 1] != ';' && end < s.n &&
	    (s.p[end] == '=' || is_alnum(s.p[end])))
		return 0;
	memcpy(out, entity_text + e->at + e->name_n, e->value_n);
	*n = e->value_n;
	return end;
}

size_t
charref_decode(
    struct str s, enum charref_in in, char out[CHARREF_MAX], size_t *n)
{
	if (s.n < 2)
		return 0;
	return s.p[1] == '#' ? numeric(s, out, n) : named(s, in, out, n);
}
