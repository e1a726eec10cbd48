/*
 * json.c - strings of JSON (RFC 8259, section 7).
 */
#include "acrawl/str.h"

#include <stdint.h>

static void
add_escaped(struct buf *b, uint32_t c)
{
	if (c >= 0x10000) {
		buf_addf(b, "\\u%04x", 0xD800 + ((c - 0x10000) >> 10));
		c = 0xDC00 + (c & 0x3FF);
	}
	if (c == '"' || c == '\\')
		buf_addf(b, "\\%c", (char)c);
	else
		buf_addf(b, "\\u%04x", c);
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void
buf_add_json(struct buf *b, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t               from = 0;

	buf_addc(b, '"');
	for (size_t i = 0; i < s.n;) {
		uint32_t c = 0xFFFD;
		size_t   n;

		if (is_plain(p[i])) {
			i++;
			continue;
		}
		buf_add(b, str_n(s.p + from, i - from));
		n = utf8_get(str_n(s.p + i, s.n - i), &c);
		if (n == 0)
			c = 0xFFFD;
		add_escaped(b, c);
		i += n > 0 ? n : 1;
		from = i;
	}
	buf_add(b, str_n(s.p + from, s.n - from));
	buf_addc(b, '"');
}
