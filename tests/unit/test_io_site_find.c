/*
 * What a web server would answer from a directory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/site.h"
#include "acrawl/site_find.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

static char root[] = "/tmp/site-XXXXXX";

static const char *const no_extensions[] = {NULL};

static void
put(const char *name)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
}

/* A folder of its own for each test, with "site" in it. */
static int
set_up(void **state)
{
	(void)state;
	memcpy(root, "/tmp/site-XXXXXX", sizeof(root));
	log_set_level(LOG_FATAL);
	return mkdtemp(root) != NULL && chdir(root) == 0 &&
	               mkdir("site", 0755) == 0
	           ? 0
	           : -1;
}

static int
tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

struct row {
	const char      *path;
	enum site_answer answer;
	const char      *name;
};

static void
check(const char *dir, const char *const *extensions, const struct row *rows,
    size_t n)
{
	struct site_finder *f = site_finder_new(dir, extensions);
	struct buf          name;

	buf_init(&name, 0);
	/* Twice: what is remembered changes nothing. */
	for (size_t i = 0; i < 2 * n; i++) {
		const struct row *row = &rows[i % n];
		int               got = site_find(f, str_c(row->path), &name);

		if (got != (int)row->answer ||
		    strcmp(buf_cstr(&name), row->name) != 0)
			fail_msg(
			    "'%s': %d '%s'", row->path, got, buf_cstr(&name));
	}
	buf_clear(&name);
	site_finder_free(f);
}

static void
test_files_and_folders(void **state)
{
	static const struct row rows[] = {
	    {"", SITE_ANSWER_INDEX, "index.html"},
	    {"index.html", SITE_ANSWER_FILE, "index.html"},
	    {"a.html", SITE_ANSWER_FILE, "a.html"},
	    {"A.html", SITE_ANSWER_NONE, ""},
	    {"a.html/", SITE_ANSWER_NONE, ""},
	    {"a.html/x", SITE_ANSWER_NONE, ""},
	    {"a.html/../b/1.css", SITE_ANSWER_NONE, ""},
	    {"a", SITE_ANSWER_NONE, ""},
	    {"nothing", SITE_ANSWER_NONE, ""},
	    {"nothing/", SITE_ANSWER_NONE, ""},
	    {"nothing/index.html", SITE_ANSWER_NONE, ""},
	    {"b/1.css", SITE_ANSWER_FILE, "b/1.css"},
	    {"b/c/", SITE_ANSWER_INDEX, "b/c/index.html"},
	    {"b/c", SITE_ANSWER_SLASH, "b/c/index.html"},
	    {"b/", SITE_ANSWER_NONE, ""},
	    {"b", SITE_ANSWER_NONE, ""},
	    /* An index that is no file. */
	    {"d/", SITE_ANSWER_NONE, ""},
	    {"d", SITE_ANSWER_NONE, ""},
	    {"d/index.html", SITE_ANSWER_NONE, ""},
	    {"fifo", SITE_ANSWER_NONE, ""},
	    {"fifo/", SITE_ANSWER_NONE, ""},
	};

	(void)state;
	put("site/index.html");
	put("site/a.html");
	mkdir("site/b", 0755);
	put("site/b/1.css");
	mkdir("site/b/c", 0755);
	put("site/b/c/index.html");
	mkdir("site/d", 0755);
	mkdir("site/d/index.html", 0755);
	mkfifo("site/fifo", 0644);
	check("site", no_extensions, rows, LENGTH(rows));
	check("site/", no_extensions, rows, LENGTH(rows));
	check("site/b/..//.", no_extensions, rows, LENGTH(rows));
}

static void
test_extensions(void **state)
{
	static const char *const extensions[] = {"html", ".htm", "", NULL};
	static const struct row  rows[] = {
	     {"a", SITE_ANSWER_FALLBACK, "a.html"},
	     {"b", SITE_ANSWER_FALLBACK, "b.htm"},
	     {"a.html", SITE_ANSWER_FILE, "a.html"},
	     {"a/", SITE_ANSWER_NONE, ""},
	     {"d/a", SITE_ANSWER_FALLBACK, "d/a.html"},
	     {"d", SITE_ANSWER_SLASH, "d/index.html"},
	     /* A folder without an index does not hide the page beside it. */
	     {"e", SITE_ANSWER_FALLBACK, "e.html"},
	     {"e/", SITE_ANSWER_NONE, ""},
	     {"file", SITE_ANSWER_FILE, "file"},
	     {"f", SITE_ANSWER_NONE, ""},
	     {"", SITE_ANSWER_NONE, ""},
	     {"c", SITE_ANSWER_NONE, ""},
        };

	(void)state;
	put("site/a.html");
	put("site/a.htm");
	put("site/b.htm");
	put("site/c.xhtml");
	mkdir("site/d", 0755);
	put("site/d/a.html");
	put("site/d/index.html");
	put("site/d.html");
	mkdir("site/e", 0755);
	put("site/e.html");
	put("site/file");
	put("site/file.html");
	mkdir("site/f.html", 0755);
	put("site/.html");
	check("site", extensions, rows, LENGTH(rows));
}

static void
test_decoding(void **state)
{
	static const struct row rows[] = {
	    {"a%20b", SITE_ANSWER_FILE, "a b"},
	    {"a b", SITE_ANSWER_FILE, "a b"},
	    {"%61%20%62", SITE_ANSWER_FILE, "a b"},
	    {"a+b", SITE_ANSWER_NONE, ""},
	    {"%C3%A9", SITE_ANSWER_FILE, "\xC3\xA9"},
	    {"%c3%a9", SITE_ANSWER_FILE, "\xC3\xA9"},
	    {"%E9", SITE_ANSWER_FILE, "\xE9"},
	    {"100%25", SITE_ANSWER_FILE, "100%"},
	    {"100%", SITE_ANSWER_NONE, ""},
	    {"100%2", SITE_ANSWER_NONE, ""},
	    {"100%2g", SITE_ANSWER_NONE, ""},
	    {"100%g2", SITE_ANSWER_NONE, ""},
	    /* Once. */
	    {"100%2525", SITE_ANSWER_NONE, ""},
	    {"%2520", SITE_ANSWER_FILE, "%20"},
	    {"a%20b%00", SITE_ANSWER_NONE, ""},
	    {"%00", SITE_ANSWER_NONE, ""},
	    {"q%3Fx%23", SITE_ANSWER_FILE, "q?x#"},
	    {"d%5Ce", SITE_ANSWER_FILE, "d\\e"},
	    /* Slashes. */
	    {"f%2Fx", SITE_ANSWER_FILE, "f/x"},
	    {"f//x", SITE_ANSWER_FILE, "f/x"},
	    {"//f/%2f/x", SITE_ANSWER_FILE, "f/x"},
	    {"f///", SITE_ANSWER_INDEX, "f/index.html"},
	    {"f%2F", SITE_ANSWER_INDEX, "f/index.html"},
	    /* Dots. */
	    {".", SITE_ANSWER_NONE, ""},
	    {"f/.", SITE_ANSWER_NONE, ""},
	    {"f/./x", SITE_ANSWER_NONE, ""},
	    {"%2E/f/x", SITE_ANSWER_NONE, ""},
	    {"f%2F..%2Ff/x", SITE_ANSWER_NONE, ""},
	    {"..", SITE_ANSWER_NONE, ""},
	    {"../site/f/x", SITE_ANSWER_NONE, ""},
	    {"..%2Foutside", SITE_ANSWER_NONE, ""},
	    {"/../outside", SITE_ANSWER_NONE, ""},
	    {"f/..%2f..%2foutside", SITE_ANSWER_NONE, ""},
	    {"f/...", SITE_ANSWER_FILE, "f/..."},
	    {"f/.x", SITE_ANSWER_FILE, "f/.x"},
	};

	(void)state;
	put("outside");
	put("site/a b");
	put("site/\xC3\xA9");
	put("site/\xE9");
	put("site/100%");
	put("site/%20");
	put("site/q?x#");
	put("site/d\\e");
	mkdir("site/f", 0755);
	put("site/f/x");
	put("site/f/.x");
	put("site/f/...");
	put("site/f/index.html");
	check("site", no_extensions, rows, LENGTH(rows));
}

static void
test_symbolic_links(void **state)
{
	static const char *const html[] = {"html", NULL};
	static const struct row  rows[] = {
	     {"file", SITE_ANSWER_FILE, "file"},
	     {"folder/x", SITE_ANSWER_FILE, "folder/x"},
	     {"folder/", SITE_ANSWER_INDEX, "folder/index.html"},
	     {"folder", SITE_ANSWER_SLASH, "folder/index.html"},
	     {"back/real/x", SITE_ANSWER_FILE, "back/real/x"},
	     /* Out of the directory, as a server follows them. */
	     {"out", SITE_ANSWER_FILE, "out"},
	     {"absolute", SITE_ANSWER_FILE, "absolute"},
	     {"away/secret", SITE_ANSWER_FILE, "away/secret"},
	     {"away/", SITE_ANSWER_INDEX, "away/index.html"},
	     {"away", SITE_ANSWER_SLASH, "away/index.html"},
	     {"beside/x", SITE_ANSWER_FILE, "beside/x"},
	     {"nowhere", SITE_ANSWER_NONE, ""},
	     {"itself", SITE_ANSWER_NONE, ""},
	     {"null", SITE_ANSWER_NONE, ""},
	     {"page", SITE_ANSWER_FALLBACK, "page.html"},
	     {"real/up/real/up/real/x", SITE_ANSWER_FILE,
		 "real/up/real/up/real/x"},
        };

	(void)state;
	put("secret");
	put("index.html");
	put("secret.html");
	mkdir("site2", 0755);
	put("site2/x");
	mkdir("site/real", 0755);
	put("site/real/x");
	put("site/real/index.html");
	assert_int_equal(symlink("real/x", "site/file"), 0);
	assert_int_equal(symlink("real", "site/folder"), 0);
	assert_int_equal(symlink(".", "site/back"), 0);
	assert_int_equal(symlink("..", "site/real/up"), 0);
	assert_int_equal(symlink("../secret", "site/out"), 0);
	assert_int_equal(symlink("/etc/passwd", "site/absolute"), 0);
	assert_int_equal(symlink("..", "site/away"), 0);
	assert_int_equal(symlink("../site2", "site/beside"), 0);
	assert_int_equal(symlink("nothing", "site/nowhere"), 0);
	assert_int_equal(symlink("itself", "site/itself"), 0);
	assert_int_equal(symlink("/dev/null", "site/null"), 0);
	assert_int_equal(symlink("../secret.html", "site/page.html"), 0);
	check("site", html, rows, LENGTH(rows));
	/* The directory itself may be behind one. */
	assert_int_equal(symlink("site", "link"), 0);
	check("link", html, rows, LENGTH(rows));
	check("link/", html, rows, LENGTH(rows));
}

static void
test_no_directory(void **state)
{
	static const struct row rows[] = {
	    {"", SITE_ANSWER_NONE, ""},
	    {"index.html", SITE_ANSWER_NONE, ""},
	};

	(void)state;
	check("nothing", no_extensions, rows, LENGTH(rows));
	put("file");
	check("file", no_extensions, rows, LENGTH(rows));
}

/* Folders within each other until the path is as long as the system takes. */
static void
test_what_is_too_long(void **state)
{
	static const char *const extensions[] = {"html", NULL};
	struct site_finder      *f;
	struct buf               path, name;
	char                     folder[201];

	(void)state;
	memset(folder, 'x', 200);
	folder[200] = '\0';
	buf_init(&path, 0);
	buf_init(&name, 0);
	f = site_finder_new("site", extensions);
	assert_int_equal(chdir("site"), 0);
	while (strlen(root) + strlen("/site/") + path.n < LIMIT_PATH_BYTES) {
		enum site_answer wanted;

		assert_int_equal(mkdir(folder, 0755), 0);
		assert_int_equal(chdir(folder), 0);
		put("index.html");
		buf_add(&path, str_c(folder));
		wanted = strlen(root) + strlen("/site//index.html") + path.n <=
		                 LIMIT_PATH_BYTES
		             ? SITE_ANSWER_SLASH
		             : SITE_ANSWER_NONE;
		assert_int_equal(site_find(f, buf_str(&path), &name), wanted);
		buf_addc(&path, '/');
	}
	/* A name beside it for each length around the limit. */
	while (path.n > 0 && path.n + strlen(root) > 4000)
		path.n--;
	for (int i = 0; i < 150; i++) {
		buf_addc(&path, 'y');
		assert_int_equal(
		    site_find(f, buf_str(&path), &name), SITE_ANSWER_NONE);
	}
	/* One segment; and a megabyte. */
	buf_reset(&path);
	for (int i = 0; i < 1024 * 1024; i++) {
		buf_add(&path, i % 2 == 0 ? STR_LIT("%61") : STR_LIT("//"));
		if (i % 100000 == 200)
			assert_int_equal(site_find(f, buf_str(&path), &name),
			    SITE_ANSWER_NONE);
	}
	/* Many slashes are one. */
	buf_reset(&path);
	for (int i = 0; i < 1024 * 1024; i++)
		buf_addc(&path, '/');
	buf_add(&path, str_c(folder));
	assert_int_equal(
	    site_find(f, buf_str(&path), &name), SITE_ANSWER_SLASH);
	assert_int_equal(name.n, 200 + strlen("/index.html"));
	site_finder_free(f);
	buf_clear(&path);
	buf_clear(&name);
}

/* A name that does not fit into the caller's buffer. */
static void
test_a_small_buffer(void **state)
{
	struct site_finder *f = site_finder_new("site", no_extensions);
	struct buf          name;

	(void)state;
	put("site/1234");
	put("site/12345");
	buf_init(&name, 4);
	assert_int_equal(
	    site_find(f, STR_LIT("1234"), &name), SITE_ANSWER_FILE);
	assert_true(str_eq(buf_str(&name), STR_LIT("1234")));
	assert_int_equal(
	    site_find(f, STR_LIT("12345"), &name), SITE_ANSWER_NONE);
	assert_int_equal(name.n, 0);
	buf_clear(&name);
	site_finder_free(f);
}

/* What is made later is found: only folders that exist are remembered. */
static void
test_what_comes_later(void **state)
{
	struct site_finder *f = site_finder_new("site", no_extensions);
	struct buf          name;

	(void)state;
	buf_init(&name, 0);
	assert_int_equal(
	    site_find(f, STR_LIT("a/b/c"), &name), SITE_ANSWER_NONE);
	mkdir("site/a", 0755);
	assert_int_equal(
	    site_find(f, STR_LIT("a/b/c"), &name), SITE_ANSWER_NONE);
	mkdir("site/a/b", 0755);
	put("site/a/b/c");
	assert_int_equal(
	    site_find(f, STR_LIT("a/b/c"), &name), SITE_ANSWER_FILE);
	buf_clear(&name);
	site_finder_free(f);
}

/* Each file of a walk is found by its URL, and its name has that URL. */
static void
test_it_agrees_with_the_walk(void **state)
{
	struct site        *s;
	struct site_finder *f = site_finder_new("site", no_extensions);
	struct site_file    file;
	enum site_result    result;
	struct buf          name, url;
	struct str          base = STR_LIT("http://h/x/");
	int                 files = 0;

	(void)state;
	mkdir("site/a b", 0755);
	mkdir("site/a b/%2F", 0755);
	put("site/a b/%2F/1.html");
	put("site/a b/2?.htm");
	put("site/\xC3\xA9.xhtml");
	put("site/\x01\xE9'.html");
	put("site/index.html");
	assert_int_equal(symlink("a b", "site/c"), 0);
	buf_init(&name, 0);
	buf_init(&url, 0);
	s = site_new("site", base);
	while ((result = site_next(s, &file)) != SITE_END) {
		if (result == SITE_MORE)
			continue;
		files++;
		assert_int_equal(
		    site_find(f,
			str_n(file.url.p + base.n, file.url.n - base.n), &name),
		    SITE_ANSWER_FILE);
		assert_true(
		    str_eq(buf_str(&name), str_n(file.path.p + strlen("site/"),
					       file.path.n - strlen("site/"))));
		buf_reset(&url);
		buf_add(&url, base);
		site_url_of(&url, buf_str(&name));
		assert_true(str_eq(buf_str(&url), file.url));
	}
	assert_int_equal(files, 7);
	buf_reset(&url);
	site_url_of(&url, str_n(NULL, 0));
	assert_int_equal(url.n, 0);
	site_free(s);
	site_finder_free(f);
	buf_clear(&name);
	buf_clear(&url);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST(test_files_and_folders),
	    TEST(test_extensions),
	    TEST(test_decoding),
	    TEST(test_symbolic_links),
	    TEST(test_no_directory),
	    TEST(test_what_is_too_long),
	    TEST(test_a_small_buffer),
	    TEST(test_what_comes_later),
	    TEST(test_it_agrees_with_the_walk),
	};

	return cmocka_run_group_tests_name("io/site_find", tests, NULL, NULL);
}
