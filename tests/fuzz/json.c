/*
 * json.c - fuzz target: strings of JSON, and columns of TSV.
 */
#include "fuzz.h"

/* The four digits at p. */
static uint32_t
read_hex(const char *p)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t          c = 0;

	for (int i = 0; i < 4; i++) {
		const char *digit = memchr(digits, p[i], 16);

		LAW(digit != NULL);
		c = c << 4 | (uint32_t)(digit - digits);
	}
	return c;
}

/* Reads an escape after its backslash; how many bytes. */
static size_t
read_escape(struct str s, uint32_t *c)
{
	uint32_t low;

	LAW(s.n >= 1);
	if (s.p[0] == '"' || s.p[0] == '\\') {
		*c = (unsigned char)s.p[0];
		return 1;
	}
	LAW(s.n >= 5 && s.p[0] == 'u');
	*c = read_hex(s.p + 1);
	LAW(*c < 0xDC00 || *c > 0xDFFF);
	if (*c < 0xD800 || *c > 0xDBFF)
		return 5;
	LAW(s.n >= 11 && s.p[5] == '\\' && s.p[6] == 'u');
	low = read_hex(s.p + 7);
	LAW(low >= 0xDC00 && low <= 0xDFFF);
	*c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
	return 11;
}

/* The next character of the string; s becomes what follows. */
static uint32_t
read_json(struct str *s)
{
	uint32_t c = (unsigned char)s->p[0];
	size_t   n = 1;

	LAW(c != '"');
	if (c == '\\')
		n += read_escape(fuzz_drop(*s, 1), &c);
	*s = fuzz_drop(*s, n);
	return c;
}

/* The next character of the text; what is not UTF-8, byte by byte. */
static uint32_t
read_text(struct str *s)
{
	size_t   n = fuzz_utf8(*s);
	uint32_t c = (unsigned char)s->p[0];

	if (n == 0)
		c = 0xFFFD;
	if (n > 1)
		c &= 0x7Fu >> n;
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s->p[i] & 0x3F);
	*s = fuzz_drop(*s, n > 0 ? n : 1);
	return c;
}

static void
check_json(struct str text)
{
	struct buf out;
	struct str string;

	buf_init(&out, 0);
	buf_add_json(&out, text);
	string = buf_str(&out);
	LAW(fuzz_printable(string));
	LAW(string.n >= 2 && string.p[0] == '"' &&
	    string.p[string.n - 1] == '"');
	string = str_n(string.p + 1, string.n - 2);
	while (text.n > 0) {
		LAW(string.n > 0);
		LAW(read_json(&string) == read_text(&text));
	}
	LAW(string.n == 0);
	buf_clear(&out);
}

static void
check_column(struct str text)
{
	struct buf out;
	struct str column;

	buf_init(&out, 0);
	LAW(buf_add_printable(&out, text));
	column = buf_str(&out);
	LAW(fuzz_printable(column));
	LAW(str_trim(column).n == column.n);
	LAW(column.n >= text.n && column.n <= 3 * text.n);
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = fuzz_copy(str_n((const char *)data, n));

	check_json(text);
	check_column(text);
	free((char *)text.p);
	return 0;
}
