/*
 * The file of breaks that are known: read, asked, written in place of another.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

#include "acrawl/baseline.h"
#include "acrawl/limits.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))
#define MANY      100000

static bool
target_is(const struct baseline *b, size_t i, const char *text)
{
	return str_eq(baseline_target(b, i), str_c(text));
}

static void
test_it_is_read(void **state)
{
	static const char *const texts[] = {
	    "# known\n\nhttp_404\thttp://h/b\n  # more\nbad_url\tmailto a:\n"
	    "http_500\thttp://h/a\n",
	    /* A byte order mark, CRLF, no end, blanks for a tab, one twice. */
	    "\xEF\xBB\xBFhttp_404  http://h/b \r\n#\r\n\r\nbad_url mailto a:\t"
	    "\r\nhttp_410\thttp://h/a\r\nhttp_500\thttp://h/a",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct baseline *b;

		put_file("b", str_c(texts[i]));
		listen();
		b = baseline_read("b", false);
		assert_string_equal(heard(), "");
		assert_non_null(b);
		assert_int_equal(baseline_n(b), 3);
		assert_true(target_is(b, 0, "http://h/a"));
		assert_true(target_is(b, 1, "http://h/b"));
		assert_true(target_is(b, 2, "mailto a:"));
		assert_true(baseline_knows(b, STR_LIT("http://h/b")));
		assert_true(baseline_knows(b, STR_LIT("mailto a:")));
		assert_false(baseline_knows(b, STR_LIT("http://h/")));
		assert_false(baseline_knows(b, STR_LIT("http://h/bb")));
		assert_false(baseline_knows(b, STR_LIT("http://h/B")));
		assert_false(baseline_knows(b, STR_LIT("")));
		assert_false(baseline_seen(b, 0));
		assert_true(baseline_seen(b, 1));
		assert_true(baseline_seen(b, 2));
		baseline_free(b);
	}
}

static void
test_wrong_lines_are_left_out(void **state)
{
	static const char text[] = "http_404\thttp://h/a\n"
				   "http://h/b\n"
				   "<<<<<<< HEAD\n"
				   "HTTP_404\thttp://h/c\n"
				   "http_404\thttp://h/\xC3\xA9\n"
				   "http_404\thttp://h/\0d\n"
				   "http_404\t\n"
				   "http_404\t \t\n"
				   "http_404\thttp://h/\x1b[0m\n"
				   "http_404\thttp://h/e\n";
	struct baseline  *b;

	(void)state;
	put_file("b", STR_LIT(text));
	listen();
	b = baseline_read("b", false);
	assert_string_equal(heard(),
	    "acrawl: b:2: not a code and a target; left out\n"
	    "acrawl: b:3: not a code and a target; left out\n"
	    "acrawl: b:4: not a code and a target; left out\n"
	    "acrawl: b:5: not a code and a target; left out\n"
	    "acrawl: b:6: not a code and a target; left out\n"
	    "acrawl: b: 3 more such lines are left out\n");
	assert_int_equal(baseline_n(b), 2);
	assert_true(target_is(b, 0, "http://h/a"));
	assert_true(target_is(b, 1, "http://h/e"));
	baseline_free(b);
}

static void
test_what_can_not_be_read(void **state)
{
	struct baseline *b;

	(void)state;
	mkdir("folder", 0755);
	listen();
	assert_null(baseline_read("nothing", false));
	assert_null(baseline_read("folder", true));
	assert_null(baseline_read("/dev/zero", true));
	b = baseline_read("nothing", true);
	assert_string_equal(heard(),
	    "acrawl: cannot read the baseline nothing: "
	    "No such file or directory\n"
	    "acrawl: cannot read the baseline folder: Is a directory\n"
	    "acrawl: cannot read the baseline /dev/zero: File too large\n");
	assert_non_null(b);
	assert_int_equal(baseline_n(b), 0);
	assert_false(baseline_knows(b, STR_LIT("x")));
	baseline_free(b);
	put_file("empty", STR_LIT(""));
	b = baseline_read("empty", false);
	assert_int_equal(baseline_n(b), 0);
	baseline_free(b);
	baseline_free(NULL);
}

static const struct baseline_entry entries[] = {
    {STR_LIT("http_404"), STR_LIT("http://h/b")},
    {STR_LIT("http_500"), STR_LIT("http://h/a")},
    {STR_LIT("bad_url"), STR_LIT("#mailto a:%41")},
    {STR_LIT("http_410"), STR_LIT("http://h/a")},
    {STR_LIT("no_fragment"), STR_LIT("http://h/b#x")},
};

static void
test_it_is_written(void **state)
{
	struct baseline *b;
	const char      *text;

	(void)state;
	assert_true(baseline_write("b", entries, LENGTH(entries)));
	text = content("b");
	assert_int_equal(text[0], '#');
	text = strstr(text, "\nbad");
	assert_non_null(text);
	assert_string_equal(text, "\nbad_url\t#mailto a:%41\n"
				  "http_410\thttp://h/a\n"
				  "http_404\thttp://h/b\n"
				  "no_fragment\thttp://h/b#x\n");
	listen();
	b = baseline_read("b", false);
	assert_string_equal(heard(), "");
	assert_int_equal(baseline_n(b), 4);
	for (size_t i = 0; i < LENGTH(entries); i++)
		assert_true(baseline_knows(b, entries[i].target));
	baseline_free(b);
	/* None: a file all the same. */
	assert_true(baseline_write("b", NULL, 0));
	b = baseline_read("b", false);
	assert_int_equal(baseline_n(b), 0);
	baseline_free(b);
	assert_int_equal(files(), 1);
}

/* Nothing that is not printable gets into the file, or breaks its lines. */
static void
test_it_is_text(void **state)
{
	static const struct baseline_entry odd[] = {
	    {STR_LIT("bad_url"), STR_LIT("a\nhttp_404\tb\xE9")},
	};

	(void)state;
	assert_true(baseline_write("b", odd, 1));
	assert_non_null(
	    strstr(content("b"), "\nbad_url\ta%0Ahttp_404%09b%E9\n"));
}

static void
test_it_replaces_a_file(void **state)
{
	struct stat before, after;
	mode_t      mask = umask(022);

	(void)state;
	/* Whoever has it open goes on with the old one. */
	put_file("b", STR_LIT("old"));
	assert_int_equal(stat("b", &before), 0);
	assert_int_equal(chmod("b", 0640), 0);
	assert_true(baseline_write("b", entries, 1));
	assert_int_equal(stat("b", &after), 0);
	assert_int_equal(after.st_mode & 07777, 0640);
	assert_true(before.st_ino != after.st_ino);
	/* A new one has the mode of any new file. */
	assert_true(baseline_write("new", entries, 1));
	assert_int_equal(stat("new", &after), 0);
	assert_int_equal(after.st_mode & 07777, 0644);
	/* A symbolic link stays. */
	mkdir("folder", 0755);
	put_file("folder/b", STR_LIT("old"));
	assert_int_equal(symlink("folder/b", "link"), 0);
	assert_true(baseline_write("link", entries, 1));
	assert_int_equal(lstat("link", &after), 0);
	assert_true(S_ISLNK(after.st_mode));
	assert_non_null(strstr(content("folder/b"), "http_404"));
	assert_int_equal(files(), 4);
	umask(mask);
}

/* What a run that was killed has left is in nobody's way. */
static void
test_a_file_beside_is_not_touched(void **state)
{
	char name[64];

	(void)state;
	put_file("other", STR_LIT("precious"));
	snprintf(name, sizeof(name), ".acrawl-%ld-0.tmp", (long)getpid());
	assert_int_equal(symlink("other", name), 0);
	assert_true(baseline_write("b", entries, 1));
	assert_string_equal(content("other"), "precious");
	assert_int_equal(files(), 3);
}

static void
test_what_can_not_be_written(void **state)
{
	struct stat st;

	(void)state;
	mkdir("folder", 0755);
	mkfifo("fifo", 0644);
	listen();
	assert_false(baseline_write("nowhere/b", entries, 1));
	assert_false(baseline_write("folder", entries, 1));
	assert_false(baseline_write("fifo", entries, 1));
	assert_string_equal(heard(),
	    "acrawl: cannot write the baseline nowhere/b: "
	    "No such file or directory\n"
	    "acrawl: cannot write the baseline folder: Is a directory\n"
	    "acrawl: cannot write the baseline fifo: "
	    "Operation not supported\n");
	assert_int_equal(stat("fifo", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(files(), 2);
}

static void
test_many(void **state)
{
	struct baseline_entry *many = xcalloc(MANY, sizeof(*many));
	struct baseline       *b;
	struct buf             text;

	(void)state;
	buf_init(&text, 0);
	for (size_t i = 0; i < MANY; i++)
		buf_addf(&text, "http://h/%06zu", i * 7919 % MANY);
	for (size_t i = 0; i < MANY; i++)
		many[i] = (struct baseline_entry){
		    STR_LIT("http_404"), str_n(text.p + i * 15, 15)};
	assert_true(baseline_write("b", many, MANY));
	b = baseline_read("b", false);
	assert_int_equal(baseline_n(b), MANY);
	assert_true(target_is(b, 0, "http://h/000000"));
	assert_true(target_is(b, MANY - 1, "http://h/099999"));
	for (size_t i = 0; i < MANY; i++)
		assert_true(baseline_knows(b, many[i].target));
	assert_false(baseline_knows(b, STR_LIT("http://h/100000")));
	baseline_free(b);
	buf_clear(&text);
	free(many);
}

/* Beyond the limit nothing is written, since it could not be read. */
static void
test_too_many(void **state)
{
	struct baseline_entry many[80];
	struct buf            text;

	(void)state;
	buf_init(&text, 0);
	for (int i = 0; i < LIMIT_BASELINE_BYTES / 64; i++)
		buf_addc(&text, 'x');
	for (size_t i = 0; i < LENGTH(many); i++)
		many[i] = (struct baseline_entry){
		    STR_LIT("http_404"), str_n(text.p, text.n - i)};
	put_file("b", STR_LIT("old"));
	listen();
	assert_false(baseline_write("b", many, LENGTH(many)));
	assert_string_equal(
	    heard(), "acrawl: cannot write the baseline b: File too large\n");
	assert_string_equal(content("b"), "old");
	assert_int_equal(files(), 1);
	buf_clear(&text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST(test_it_is_read),
	    TEST(test_wrong_lines_are_left_out),
	    TEST(test_what_can_not_be_read),
	    TEST(test_it_is_written),
	    TEST(test_it_is_text),
	    TEST(test_it_replaces_a_file),
	    TEST(test_a_file_beside_is_not_touched),
	    TEST(test_what_can_not_be_written),
	    TEST(test_many),
	    TEST(test_too_many),
	};

	return cmocka_run_group_tests_name("crawl/baseline", tests, NULL, NULL);
}
