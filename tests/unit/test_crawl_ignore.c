/*
 * The ignore file: its lines, where it is looked for, what is no text.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

#include "acrawl/ignore.h"
#include "acrawl/limits.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

static void
expect(
    const struct ignore *ignore, size_t i, const char *text, const char *named)
{
	assert_true(i < ignore->n);
	assert_string_equal(ignore->items[i].text, text);
	assert_string_equal(ignore->items[i].named, named);
}

static void
test_lines(void **state)
{
	static const char *const texts[] = {
	    "# a comment\n^https://a/\n\n  # another\n\\.pdf$\n[#]x # y\n",
	    "\xEF\xBB\xBF# a comment\r\n^https://a/\r\n\r\n \t\r\n"
	    "  \\.pdf$ \t\r\n[#]x # y",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct ignore ignore;

		put_file("f", str_c(texts[i]));
		assert_true(ignore_read("f", &ignore));
		assert_int_equal(ignore.n, 3);
		expect(&ignore, 0, "^https://a/", "f:2: ^https://a/");
		expect(&ignore, 1, "\\.pdf$", "f:5: \\.pdf$");
		expect(&ignore, 2, "[#]x # y", "f:6: [#]x # y");
		ignore_clear(&ignore);
		assert_int_equal(ignore.n, 0);
		ignore_clear(&ignore);
	}
}

/* Alone, and before a pattern. */
static void
test_a_byte_order_mark(void **state)
{
	struct ignore ignore;

	(void)state;
	put_file("f", STR_LIT("\xEF\xBB\xBF"));
	assert_true(ignore_read("f", &ignore));
	assert_int_equal(ignore.n, 0);
	put_file("f", STR_LIT("\xEF\xBB\xBFx"));
	assert_true(ignore_read("f", &ignore));
	expect(&ignore, 0, "x", "f:1: x");
	ignore_clear(&ignore);
}

static void
test_many(void **state)
{
	struct ignore ignore;
	struct buf    text;

	(void)state;
	buf_init(&text, 0);
	for (int i = 1; i <= 10000; i++)
		buf_addf(&text, "^http://h%d/\n", i);
	put_file("f", buf_str(&text));
	assert_true(ignore_read("f", &ignore));
	assert_int_equal(ignore.n, 10000);
	expect(&ignore, 9999, "^http://h10000/", "f:10000: ^http://h10000/");
	ignore_clear(&ignore);
	buf_clear(&text);
}

static void
test_what_is_no_such_file(void **state)
{
	struct ignore ignore;
	struct buf    text;

	(void)state;
	mkdir("folder", 0755);
	put_file("binary", STR_LIT("x\na\0b\n"));
	put_file("utf16", STR_LIT("\xFF\xFEx\0\n\0"));
	buf_init(&text, 0);
	while (text.n <= LIMIT_IGNORE_BYTES)
		buf_addc(&text, '#');
	put_file("large", buf_str(&text));
	text.n--;
	put_file("not-too-large", buf_str(&text));
	buf_clear(&text);
	listen();
	assert_false(ignore_read("nothing", &ignore));
	assert_int_equal(ignore.n, 0);
	assert_false(ignore_read("folder", &ignore));
	assert_false(ignore_read("binary", &ignore));
	assert_int_equal(ignore.n, 0);
	assert_false(ignore_read("utf16", &ignore));
	assert_false(ignore_read("large", &ignore));
	assert_true(ignore_read("not-too-large", &ignore));
	assert_string_equal(heard(),
	    "acrawl: cannot read the ignore file nothing: "
	    "No such file or directory\n"
	    "acrawl: cannot read the ignore file folder: Is a directory\n"
	    "acrawl: binary:2: not a pattern: a NUL byte is in it\n"
	    "acrawl: utf16:1: not a pattern: a NUL byte is in it\n"
	    "acrawl: cannot read the ignore file large: File too large\n");
	ignore_clear(&ignore);
}

/* What is read where no file is named. */
static void
expect_found(const char *wanted)
{
	struct ignore ignore;

	assert_true(ignore_read(NULL, &ignore));
	assert_int_equal(ignore.n, 1);
	assert_string_equal(ignore.items[0].named, wanted);
	ignore_clear(&ignore);
}

static void
test_it_is_looked_for(void **state)
{
	struct ignore ignore;

	(void)state;
	mkdir("a", 0755);
	mkdir("a/b", 0755);
	mkdir("a/b/c", 0755);
	assert_int_equal(chdir("a/b"), 0);
	/* Nothing, unless the machine has one at its top. */
	if (access("/.acrawlignore", F_OK) != 0 &&
	    access("/tmp/.acrawlignore", F_OK) != 0) {
		assert_true(ignore_read(NULL, &ignore));
		assert_int_equal(ignore.n, 0);
	}
	put_file("c/.acrawlignore", STR_LIT("below\n"));
	put_file("../../.acrawlignore", STR_LIT("top\n"));
	expect_found("../../.acrawlignore:1: top");
	put_file("../.acrawlignore", STR_LIT("above\n"));
	expect_found("../.acrawlignore:1: above");
	/* Nobody waits for a FIFO; a directory is an error. */
	assert_int_equal(mkfifo(".acrawlignore", 0644), 0);
	expect_found("../.acrawlignore:1: above");
	assert_int_equal(unlink(".acrawlignore"), 0);
	mkdir(".acrawlignore", 0755);
	assert_false(ignore_read(NULL, &ignore));
	assert_int_equal(ignore.n, 0);
	assert_int_equal(rmdir(".acrawlignore"), 0);
	put_file(".acrawlignore", STR_LIT("here\n"));
	expect_found(".acrawlignore:1: here");
	/* An empty one hides those above. */
	put_file(".acrawlignore", STR_LIT(""));
	assert_true(ignore_read(NULL, &ignore));
	assert_int_equal(ignore.n, 0);
	/* At the top there is nowhere to go. */
	assert_int_equal(chdir("/"), 0);
	if (access("/.acrawlignore", F_OK) != 0) {
		assert_true(ignore_read(NULL, &ignore));
		assert_int_equal(ignore.n, 0);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST(test_lines),
	    TEST(test_a_byte_order_mark),
	    TEST(test_many),
	    TEST(test_what_is_no_such_file),
	    TEST(test_it_is_looked_for),
	};

	return cmocka_run_group_tests_name("crawl/ignore", tests, NULL, NULL);
}
