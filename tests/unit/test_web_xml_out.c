/*
 * The XML that is written: its bytes, and that libxml2 reads back what was put
 * in.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/xml_out.h"

#define BAD "\xEF\xBF\xBD" /* U+FFFD */

/* <r a="VALUE">VALUE</r>, owned by out. */
static const char *
write_both(struct buf *out, struct str value)
{
	struct xml_out *x;

	buf_reset(out);
	x = xml_out_new(out);
	xml_out_start(x, "r");
	xml_out_attr(x, "a", value);
	xml_out_text(x, value);
	xml_out_free(x);
	return buf_cstr(out);
}

static void
test_bytes(void **state)
{
	struct buf      out = {0};
	struct xml_out *x;

	(void)state;
	buf_add(&out, STR_LIT("before"));
	x = xml_out_new(&out);
	xml_out_start(x, "a");
	xml_out_attr(x, "b", STR_LIT("<&\">'\n\t\r"));
	xml_out_start(x, "c");
	xml_out_text(x, STR_LIT("<&>]]>\r\n"));
	xml_out_text(x, STR_LIT(""));
	xml_out_end(x);
	xml_out_start(x, "d");
	xml_out_start(x, "e");
	xml_out_free(x);
	assert_string_equal(buf_cstr(&out),
	    "before<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<a b=\"&lt;&amp;&quot;&gt;'&#10;&#9;&#13;\">\n"
	    " <c>&lt;&amp;&gt;]]&gt;&#13;\n</c>\n"
	    " <d>\n"
	    "  <e/>\n"
	    " </d>\n"
	    "</a>\n");
	buf_clear(&out);
}

static void
expect_back(struct str put, const char *got)
{
	struct buf out = {0};
	xmlDoc    *doc;
	xmlChar   *s;

	write_both(&out, put);
	doc = xmlReadMemory(out.p, (int)out.n, NULL, NULL, XML_PARSE_NONET);
	assert_non_null(doc);
	s = xmlNodeGetContent(xmlDocGetRootElement(doc));
	assert_string_equal(s, got);
	xmlFree(s);
	s = xmlGetProp(xmlDocGetRootElement(doc), BAD_CAST "a");
	assert_string_equal(s, got);
	xmlFree(s);
	xmlFreeDoc(doc);
	buf_clear(&out);
}

static void
test_values(void **state)
{
	(void)state;
	expect_back(STR_LIT(""), "");
	expect_back(
	    STR_LIT("a\r\n\tb]]>&amp;<x>\"'"), "a\r\n\tb]]>&amp;<x>\"'");
	expect_back(
	    STR_LIT("\xC3\xA9\xF0\x9F\x98\x80"), "\xC3\xA9\xF0\x9F\x98\x80");
	/* Not UTF-8: a byte alone, too short, a surrogate, beyond the last. */
	expect_back(STR_LIT("a\x80\xFF z\xC3"), "a" BAD BAD " z" BAD);
	expect_back(STR_LIT("\xED\xA0\x80"), BAD BAD BAD);
	expect_back(STR_LIT("\xF4\x90\x80\x80"), BAD BAD BAD BAD);
	/* No characters of XML. */
	expect_back(STR_LIT("\x1B[0m\0\x01\xEF\xBF\xBE\xEF\xBF\xBF"),
	    BAD "[0m" BAD BAD BAD BAD);
	expect_back(STR_LIT("\x7F\xC2\x85"), "\x7F\xC2\x85");
}

/* Every byte, and every one of two bytes, comes out as a document. */
static void
test_any_bytes(void **state)
{
	struct buf out = {0};

	(void)state;
	for (unsigned i = 0; i < 0x10000; i++) {
		char    bytes[3] = {(char)(i >> 8), (char)i, 'x'};
		xmlDoc *doc;

		write_both(&out, str_n(bytes, 3));
		doc = xmlReadMemory(out.p, (int)out.n, NULL, NULL,
		    XML_PARSE_NONET | XML_PARSE_NOERROR);
		if (doc == NULL)
			fail_msg("bytes %04x", i);
		xmlFreeDoc(doc);
	}
	buf_clear(&out);
}

/* More than any buffer of libxml2 holds at once. */
static void
test_long(void **state)
{
	struct buf long_text = {0}, out = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_add(&long_text, STR_LIT("0123456789 <\xC3\xA9>"));
	write_both(&out, buf_str(&long_text));
	assert_true(out.n > 2 * long_text.n);
	expect_back(buf_str(&long_text), buf_cstr(&long_text));
	buf_clear(&long_text);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_any_bytes),
	    cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
