/*
 * Bytes to text and back in charsets of more than one byte a character: the
 * Encoding standard's decoders (10 to 14), where ICU's do otherwise.
 */
#include <string.h>

#include "unit.h"

#include "web/charset.h"

static const struct {
	const char *charset;
	const char *bytes;
	const char *expected;
} rows[] = {
    /* gbk has what gb18030 has. */
    {"gbk", "\xA2\xE3\xA8\xBF\xA9\x8A", "\xE2\x82\xAC\xC7\xB9\xE2\xBF\xB0"},
    {"gb2312", "\xA2\xE3\x80\xA8\xBC", "\xE2\x82\xAC\xE2\x82\xAC\xE1\xB8\xBF"},
    {"gbk", "\x81\x30\x81\x30\x90\x30\x81\x30", "\xC2\x80\xF0\x90\x80\x80"},
    {"gb18030", "\xA6\xD9\xA3\xA0\x84\x31\x82\x36",
	"\xEF\xB8\x90\xE3\x80\x80\xEF\xB8\x90"},
    /* gb18030: of a sequence that breaks off, only the lead is wrong. */
    {"gb18030", "\x81 \x81\x7F\xFF\x61",
	"\xEF\xBF\xBD \xEF\xBF\xBD\x7F\xEF\xBF\xBD\x61"},
    {"gb18030", "\x81\x30\x61\x81\x30\x81\x41",
	"\xEF\xBF\xBD\x30\x61\xEF\xBF\xBD\x30\xE4\xB8\x84"},
    {"gb18030", "\x81\x30\x81", "\xEF\xBF\xBD"},
    {"gb18030", "\x84\x31\xA5\x30\xFE\x39\xFE\x39", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"gb18030", "\x81\x35\xF4\x37", "\xEE\x9F\x87"},
    /* euc-kr: ASCII stays, wherever it is. */
    {"euc-kr", "\x81@\x81[\x81", "\xEF\xBF\xBD@\xEF\xBF\xBD[\xEF\xBF\xBD"},
    {"euc-kr", "\xC9\xA1\xFE\xFE\xFF\x80",
	"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"euc-kr", "\xB0\xA1\x81\x41", "\xEA\xB0\x80\xEA\xB0\x82"},
    {"euc-jp", "\x80\x81\x9F\xA0\xFF",
	"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"euc-jp", "\x8E\xB1\x8E\xE0\x8E\x41",
	"\xEF\xBD\xB1\xEF\xBF\xBD\xEF\xBF\xBD\x41"},
    {"euc-jp", "\x8F\xB0\xA1\x8F\xB0\x41\x8F\x41\xA4\x41",
	"\xE4\xB8\x82\xEF\xBF\xBD\x41\xEF\xBF\xBD\x41\xEF\xBF\xBD\x41"},
    {"euc-jp", "\x8F\xF3\xA1\xAD\xA1\xF9\xA1\x8F\xB0",
	"\xEF\xBF\xBD\xE2\x91\xA0\xE7\xBA\x8A\xEF\xBF\xBD"},
    /* shift_jis: no control is another. */
    {"shift_jis", "\x83\\\x7F\x1A\x1C", "\xE3\x82\xBD\x7F\x1A\x1C"},
    {"shift_jis", "\x80\xA0\xFD\xFF\xB1\\~",
	"\xC2\x80\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBD\xB1\\~"},
    {"shift_jis", "\x81 \x81\x7F\x81\xFD\xF0@\xFA@\x87\x90",
	"\xEF\xBF\xBD "
	"\xEF\xBF\xBD\x7F\xEF\xBF\xBD\xEE\x80\x80\xE2\x85\xB0\xE2\x89\x92"},
    /* big5: two characters of one pair, and what Unicode has since. */
    {"big5", "\x88\x62\x88\x64\x88\xA3\x88\xA5",
	"\xC3\x8A\xCC\x84\xC3\x8A\xCC\x8C\xC3\xAA\xCC\x84\xC3\xAA\xCC\x8C"},
    {"big5", "\x88@\x8C\x43\xA3\xC0\xC6\xCF\xFE\xDD",
	"\xE3\x87\x80\xE9\xBE\xA6\xE2\x90\x80\xE5\xBB\xB4\xE7\xA0\x89"},
    {"big5", "\x81@\x87\?\x80\xFF\xA4\xA0\x81\xFE",
	"\xEF\xBF\xBD@"
	"\xEF\xBF\xBD\?\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"big5", "\xA4@\x87@", "\xE4\xB8\x80\xE4\x8F\xB0"},
    {"iso-2022-jp", "\x1B$B0l-!\x1B(J\\~\x1B(I1\x1B(B\\",
	"\xE4\xB8\x80\xE2\x91\xA0\xC2\xA5\xE2\x80\xBE\xEF\xBD\xB1\\"},
    {"iso-2022-jp", "a\x0E\x0F\x80\x1B\x1B$x\x1B(",
	"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD$"
	"x\xEF\xBF\xBD("},
    {"iso-2022-jp", "\x1B$@\x1B(Ba\x1B$B0\x1B(Bb\x1B$B0\x80 0",
	"\xEF\xBF\xBD\x61\xEF\xBF\xBD\x62\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"utf-16le", "=\xD8\x41N=\xDC=\xD8=\xDC=\xD8\x01",
	"\xEF\xBF\xBD\xE4\xB9\x81\xEF\xBF\xBD\xF0\x9F\x90\xBD\xEF\xBF\xBD"},
    {"utf-16be", "\xD8=NA\xDC=\xD8=\xDC=N",
	"\xEF\xBF\xBD\xE4\xB9\x81\xEF\xBF\xBD\xF0\x9F\x90\xBD\xEF\xBF\xBD"},
};

/* In pieces that end at every place, with room for one character and more. */
static void
decode_in_two(struct decoder *d, struct str s, size_t cut, struct buf *out)
{
	char       part[16];
	struct str pieces[] = {str_n(s.p, cut), str_n(s.p + cut, s.n - cut)};

	buf_reset(out);
	decoder_set(d, d->charset);
	for (size_t i = 0; i < 2; i++) {
		size_t room = DECODER_CHAR_BYTES + cut % 8;
		size_t n;

		do {
			n = decoder_stream(d, &pieces[i], part, room, i > 0);
			buf_add(out, str_n(part, n));
		} while (n > 0 || pieces[i].n > 0);
	}
}

static void
check(size_t row, struct buf *out)
{
	if (strcmp(buf_cstr(out), rows[row].expected) != 0)
		fail_msg("row %zu, %s: %s, not %s", row, rows[row].charset,
		    buf_cstr(out), rows[row].expected);
}

static void
test_decoding(void **state)
{
	struct decoder d = {0};
	struct buf     out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str bytes = str_c(rows[i].bytes);

		decoder_set(&d, charset_find(str_c(rows[i].charset)));
		for (size_t cut = 0; cut <= bytes.n; cut++) {
			decode_in_two(&d, bytes, cut, &out);
			check(i, &out);
		}
		if (d.charset->kind != CHARSET_BYTES)
			continue;
		buf_reset(&out);
		assert_true(decoder_text(&d, bytes, &out));
		check(i, &out);
	}
	decoder_clear(&d);
	buf_clear(&out);
}

/* What a full buffer cut short is not in the next text. */
static void
test_full(void **state)
{
	struct decoder d = {0};
	struct buf     out;

	(void)state;
	buf_init(&out, 5);
	decoder_set(&d, charset_find(STR_LIT("big5")));
	assert_false(decoder_text(&d, STR_LIT("\xA4\x40\xA4\x40\xA4"), &out));
	buf_reset(&out);
	assert_true(decoder_text(&d, STR_LIT("\xA4\x40"), &out));
	assert_string_equal(buf_cstr(&out), "\xE4\xB8\x80");
	decoder_clear(&d);
	buf_clear(&out);
}

/* The encoders have what the indexes have, in the place that comes first. */
static const struct {
	const char *charset;
	const char *href;
	const char *expected;
} queries[] = {
    {"gbk", "?\xC7\xB9\xF0\x90\x80\x80", "?%A8%BF%26%2365536%3B"},
    {"gb18030", "?\xC7\xB9\xF0\x90\x80\x80\xEE\x9E\x8D",
	"?%A8%BF%900%810%A6%D9"},
    {"big5", "?\xE2\x90\x80\xE5\xBB\xB4\xE5\x8D\x81\xE3\x87\x80\xE7\xA0\x89",
	"?%A3%C0%C6%CF%A4Q%26%2312736%3B%CF%F1"},
    {"euc-kr", "?\xC2\x80\xEE\x80\x80", "?%26%23128%3B%26%2357344%3B"},
    {"euc-jp", "?\xC2\x80\xE7\xBA\x8A", "?%26%23128%3B%F9%A1"},
    {"shift_jis", "?\xC2\x80\xEF\xA1\xAF\xE7\xBA\x8A",
	"?%80%26%2363599%3B%FA\\"},
    {"iso-2022-jp", "?\xEF\xBD\xB1\xE2\x91\xA0", "?%1B$B%%22-!%1B(B"},
};

static void
test_queries(void **state)
{
	struct decoder d = {0};
	struct buf     out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		buf_reset(&out);
		decoder_set(&d, charset_find(str_c(queries[i].charset)));
		assert_true(
		    decoder_encode_query(&d, str_c(queries[i].href), &out));
		assert_string_equal(buf_cstr(&out), queries[i].expected);
	}
	decoder_clear(&d);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decoding),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_queries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
