/*
 * str.c - views of bytes and bounded buffers.
 */
#include "acrawl/str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

bool
str_starts_nocase(struct str a, struct str b)
{
	if (a.n < b.n)
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

bool
str_eq_nocase(struct str a, struct str b)
{
	return a.n == b.n && str_starts_nocase(a, b);
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

char *
str_dup(struct str s)
{
	char *copy = xmalloc(s.n + 1);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}

struct str
str_next_word(struct str *s)
{
	struct str word = str_trim(*s);
	size_t     n = 0;

	while (n < word.n && !is_blank(word.p[n]))
		n++;
	*s = str_n(word.p + n, word.n - n);
	return str_n(word.p, n);
}

bool
str_has_word(struct str words, struct str wanted)
{
	struct str word;

	while ((word = str_next_word(&words)).n > 0)
		if (str_eq_nocase(word, wanted))
			return true;
	return false;
}

size_t
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
utf8_get(struct str s, uint32_t *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char  *p = (const unsigned char *)s.p;
	size_t                n = p[0] < 0x80   ? 1
	                          : p[0] < 0xC2 ? 0
	                          : p[0] < 0xE0 ? 2
	                          : p[0] < 0xF0 ? 3
	                          : p[0] < 0xF5 ? 4
	                                        : 0;

	if (n == 0 || n > s.n)
		return 0;
	*c = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3F);
	}
	if (*c < least[n] || *c > 0x10FFFF || (*c >= 0xD800 && *c < 0xE000))
		return 0;
	return n;
}

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void
buf_clear(struct buf *b)
{
	free(b->p);
	buf_init(b, b->max);
}

bool
buf_grow(struct buf *b, size_t n)
{
	size_t limit = b->max != 0 ? b->max : SIZE_MAX / 2;
	size_t cap;

	if (n > limit - b->n)
		return false;
	cap = b->cap * 2;
	if (cap < b->n + n)
		cap = b->n + n;
	if (cap < 64)
		cap = 64;
	if (cap > limit)
		cap = limit;
	b->p = xrealloc(b->p, cap, 1);
	b->cap = cap;
	return true;
}

bool
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int     n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !buf_reserve(b, (size_t)n + 1))
		return false;
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
	return true;
}

bool
buf_add_printable(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";

	if (!buf_reserve(b, s.n * 3))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool          inner = c == ' ' && i > 0 && i + 1 < s.n;

		if ((c > 0x20 && c < 0x7f) || inner) {
			b->p[b->n++] = (char)c;
		} else {
			b->p[b->n++] = '%';
			b->p[b->n++] = hex[c >> 4];
			b->p[b->n++] = hex[c & 15];
		}
	}
	return true;
}

const char *
buf_cstr(struct buf *b)
{
	if (!buf_reserve(b, 1))
		mem_exhausted();
	b->p[b->n] = '\0';
	return b->p;
}
