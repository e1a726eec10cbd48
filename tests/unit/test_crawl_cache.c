/*
 * Answers of earlier checks: kept, forgotten, merged, and whatever may have
 * become of the file.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "folder.h"

#include "acrawl/cache.h"
#include "acrawl/limits.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

/* Some day in the past. */
#define NOW INT64_C(1700000000000)
#define DAY INT64_C(86400000)

#define RUNS       12
#define OF_EACH    300
#define FIRST_LINE "acrawl cache 1\n"

static void
put(struct cache *c, const char *url, int status, const char *to)
{
	cache_put(c, str_c(url), &(struct cache_answer){status, str_c(to)});
}

static bool
has(const struct cache *c, const char *url)
{
	struct cache_answer answer;

	return cache_get(c, str_c(url), &answer);
}

/* A run that learns of one URL. */
static void
save_one(int64_t now_ms, const char *url)
{
	struct cache *c = cache_open("c", DAY, now_ms);

	put(c, url, 200, "");
	assert_true(cache_save(c));
	cache_free(c);
}

static void
test_answers_are_kept(void **state)
{
	struct cache_answer a;
	struct cache       *c = cache_open("c", DAY, NOW);

	(void)state;
	listen();
	assert_false(has(c, "http://h/"));
	put(c, "http://h/", 200, "");
	put(c, "http://h/#x", 204, "");
	put(c, "http://h/old", 301, "http://h/new");
	put(c, "http://h/twice", 200, "");
	put(c, "http://h/twice", 302, "http://h/");
	assert_true(cache_save(c));
	cache_free(c);
	c = cache_open("c", DAY, NOW + 1);
	assert_string_equal(heard(), "");
	assert_true(cache_get(c, STR_LIT("http://h/"), &a));
	assert_int_equal(a.status, 200);
	assert_int_equal(a.to.n, 0);
	assert_true(cache_get(c, STR_LIT("http://h/#x"), &a));
	assert_int_equal(a.status, 204);
	assert_true(cache_get(c, STR_LIT("http://h/twice"), &a));
	assert_int_equal(a.status, 302);
	assert_true(cache_get(c, STR_LIT("http://h/old"), &a));
	assert_int_equal(a.status, 301);
	/* It lives on, whatever is put. */
	for (int i = 0; i < 1000; i++)
		put(c, "http://h/old", 200, "");
	assert_true(cache_save(c));
	assert_true(str_eq(a.to, STR_LIT("http://h/new")));
	assert_false(has(c, "http://h/#"));
	assert_false(has(c, "http://h"));
	assert_false(has(c, ""));
	cache_free(c);
	cache_free(NULL);
	assert_int_equal(files(), 1);
}

static void
test_the_file_is_text(void **state)
{
	struct cache *c;

	(void)state;
	save_one(NOW, "http://h/b");
	save_one(NOW + 1, "http://h/a");
	c = cache_open("c", DAY, NOW + 2);
	put(c, "http://h/c", 308, "https://h/");
	/* What would break its lines is not kept. */
	put(c, "", 200, "");
	put(c, "http://h/\n", 200, "");
	put(c, "http://h/\t", 200, "");
	put(c, "http://h/ x", 200, "");
	put(c, "http://h/\xE9", 200, "");
	put(c, "http://h/", 200, "\n");
	put(c, "http://h/", 0, "");
	put(c, "http://h/", 1000, "");
	assert_true(cache_save(c));
	cache_free(c);
	assert_string_equal(content("c"),
	    FIRST_LINE "1700000000002\t308\thttp://h/c\thttps://h/\n"
		       "1700000000001\t200\thttp://h/a\t\n"
		       "1700000000000\t200\thttp://h/b\t\n");
}

static void
test_only_for_a_while(void **state)
{
	struct cache *c;

	(void)state;
	save_one(NOW, "http://h/");
	c = cache_open("c", DAY, NOW + DAY);
	assert_true(has(c, "http://h/"));
	cache_free(c);
	c = cache_open("c", DAY, NOW + DAY + 1);
	assert_false(has(c, "http://h/"));
	cache_free(c);
	/* A clock that was put back: it may be any time later. */
	c = cache_open("c", DAY, NOW - 1);
	assert_false(has(c, "http://h/"));
	cache_free(c);
	/* No age, and all the ages. */
	c = cache_open("c", 0, NOW);
	assert_true(has(c, "http://h/"));
	cache_free(c);
	c = cache_open("c", INT64_MAX, NOW + 100 * DAY);
	assert_true(has(c, "http://h/"));
	cache_free(c);
	/* What is too old leaves the file. */
	save_one(NOW + DAY + 1, "http://h/new");
	assert_null(strstr(content("c"), "http://h/\t"));
	assert_non_null(strstr(content("c"), "http://h/new\t"));
}

/* A run that has learnt nothing leaves the file alone. */
static void
test_nothing_new(void **state)
{
	struct cache *c = cache_open("c", DAY, NOW);

	(void)state;
	assert_true(cache_save(c));
	cache_free(c);
	assert_int_equal(files(), 0);
}

/* Both began before either ended; one is later than the other. */
static void
test_two_runs_are_merged(void **state)
{
	struct cache *a = cache_open("c", DAY, NOW);
	struct cache *b = cache_open("c", DAY, NOW + 60000);
	struct cache *c;

	(void)state;
	put(a, "http://h/a", 200, "");
	put(a, "http://h/both", 200, "");
	put(b, "http://h/b", 200, "");
	put(b, "http://h/both", 301, "http://h/b");
	assert_true(cache_save(b));
	assert_true(cache_save(a));
	/* And again, after more. */
	put(b, "http://h/b2", 200, "");
	assert_true(cache_save(b));
	cache_free(a);
	cache_free(b);
	assert_string_equal(content("c"),
	    FIRST_LINE "1700000060000\t200\thttp://h/b2\t\n"
		       "1700000060000\t301\thttp://h/both\thttp://h/b\n"
		       "1700000060000\t200\thttp://h/b\t\n"
		       "1700000000000\t200\thttp://h/a\t\n");
	c = cache_open("c", DAY, NOW);
	assert_true(has(c, "http://h/a"));
	assert_false(has(c, "http://h/b"));
	cache_free(c);
}

/* What lies ahead of the clock would otherwise stay for ever. */
static void
test_the_future_leaves(void **state)
{
	(void)state;
	put_file(
	    "c", STR_LIT(FIRST_LINE "999999999999999\t200\thttp://h/\t\n"));
	save_one(NOW, "http://h/new");
	assert_string_equal(
	    content("c"), FIRST_LINE "1700000000000\t200\thttp://h/new\t\n");
}

static void
run_of_many(int run, int go)
{
	struct cache *c = cache_open("c", DAY, NOW);
	char          url[64];
	char          byte;

	for (int i = 0; i < OF_EACH; i++) {
		snprintf(url, sizeof(url), "http://h/%d/%d", run, i);
		put(c, url, 200, "");
	}
	/* All wait until the parent closes its end. */
	if (read(go, &byte, 1) != 0)
		_exit(2);
	_exit(cache_save(c) ? 0 : 1);
}

static void
test_many_runs_at_once(void **state)
{
	struct cache *c;
	int           go[2];
	pid_t         pids[RUNS];
	char          url[64];

	(void)state;
	assert_int_equal(pipe(go), 0);
	for (int run = 0; run < RUNS; run++) {
		pids[run] = fork();
		if (pids[run] == 0) {
			close(go[1]);
			run_of_many(run, go[0]);
		}
	}
	close(go[0]);
	close(go[1]);
	for (int run = 0; run < RUNS; run++) {
		int status;

		assert_int_equal(waitpid(pids[run], &status, 0), pids[run]);
		assert_int_equal(status, 0);
	}
	c = cache_open("c", DAY, NOW);
	for (int run = 0; run < RUNS; run++) {
		for (int i = 0; i < OF_EACH; i++) {
			snprintf(url, sizeof(url), "http://h/%d/%d", run, i);
			assert_true(has(c, url));
		}
	}
	cache_free(c);
	assert_int_equal(files(), 1);
}

/* Another run holds the lock, and puts another file in place of this one. */
static void
test_the_file_is_replaced_while_we_wait(void **state)
{
	struct cache *c;
	int           fd, status;
	pid_t         pid;

	(void)state;
	save_one(NOW, "http://h/1");
	put_file(
	    "next", STR_LIT(FIRST_LINE "1700000000000\t200\thttp://h/1\t\n"
				       "1700000000000\t200\thttp://h/2\t\n"));
	fd = open("c", O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	pid = fork();
	if (pid == 0) {
		nanosleep(&(struct timespec){0, 200000000}, NULL);
		_exit(rename("next", "c") == 0 ? 0 : 1);
	}
	close(fd); /* the child has it still */
	save_one(NOW, "http://h/3");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	c = cache_open("c", DAY, NOW);
	assert_true(has(c, "http://h/1"));
	assert_true(has(c, "http://h/2"));
	assert_true(has(c, "http://h/3"));
	cache_free(c);
}

#define GOOD "1700000000000\t200\thttp://h/good\t\n"

/* The good line is read, the others cost a warning. */
static void
test_damaged_lines(void **state)
{
	static const char *const lines[] = {
	    "",
	    "x",
	    "1700000000000",
	    "1700000000000\t200",
	    "1700000000000\t200\thttp://h/",
	    "1700000000000\t200\t\t",
	    "1700000000000\t20\thttp://h/\t",
	    "1700000000000\t099\thttp://h/\t",
	    "1700000000000\t2000\thttp://h/\t",
	    "1700000000000\t+20\thttp://h/\t",
	    "\t200\thttp://h/\t",
	    "-1\t200\thttp://h/\t",
	    "17e\t200\thttp://h/\t",
	    "1700000000000000\t200\thttp://h/\t",
	    " 1700000000000\t200\thttp://h/\t",
	    "1700000000000\t200\thttp://h/\t\t",
	    "1700000000000\t200\thttp://h/ \t",
	    "1700000000000\t200\thttp://h/\xE9\t",
	    "1700000000000\t200\thttp://h/\t\x1b[0m",
	    "1700000000000\t200\thttp://h/\t1700000000000\t200\thttp://h/\t",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct buf    text;
		struct cache *c;

		buf_init(&text, 0);
		buf_addf(&text, FIRST_LINE "%s\n" GOOD, lines[i]);
		put_file("c", buf_str(&text));
		buf_clear(&text);
		listen();
		c = cache_open("c", DAY, NOW);
		assert_string_equal(heard(),
		    "acrawl: warning: the cache c is damaged: "
		    "1 line is left out\n");
		assert_int_equal(has(c, "http://h/good"), true);
		assert_false(has(c, "http://h/"));
		/* It is whole again. */
		put(c, "http://h/new", 200, "");
		listen();
		assert_true(cache_save(c));
		assert_string_equal(heard(), "");
		cache_free(c);
		assert_string_equal(content("c"),
		    FIRST_LINE "1700000000000\t200\thttp://h/new\t\n" GOOD);
	}
}

/* CRLF, as a tool may have made it, is no damage. */
static void
test_line_ends(void **state)
{
	struct cache *c;

	(void)state;
	put_file("c", STR_LIT("acrawl cache 1\r\n"
			      "1700000000000\t200\thttp://h/good\t\r\n"));
	listen();
	c = cache_open("c", DAY, NOW);
	assert_string_equal(heard(), "");
	assert_true(has(c, "http://h/good"));
	cache_free(c);
}

/* Cut anywhere, it gives what is whole, and no URL that never was. */
static void
test_a_truncated_file(void **state)
{
	static const char text[] = FIRST_LINE GOOD
	    "1700000000000\t301\thttp://h/second\thttp://h/third\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		struct cache *c;
		size_t        first = strlen(FIRST_LINE);
		bool damaged = n > 0 && n != first && n != first + strlen(GOOD);

		put_file("c", str_n(text, n));
		listen();
		c = cache_open("c", DAY, NOW);
		assert_int_equal(
		    strstr(heard(), "warning: the cache c is") != NULL,
		    damaged);
		assert_int_equal(
		    has(c, "http://h/good"), n >= first + strlen(GOOD));
		assert_false(has(c, "http://h/second"));
		put(c, "http://h/new", 200, "");
		assert_true(cache_save(c));
		cache_free(c);
		assert_non_null(strstr(content("c"), "http://h/new"));
	}
}

static void
test_another_version(void **state)
{
	struct cache *c;

	(void)state;
	put_file("c", STR_LIT("acrawl cache 10\n" GOOD));
	listen();
	c = cache_open("c", DAY, NOW);
	assert_string_equal(heard(),
	    "acrawl: warning: the cache c is of another version, or damaged: "
	    "begun anew\n");
	assert_false(has(c, "http://h/good"));
	put(c, "http://h/new", 200, "");
	assert_true(cache_save(c));
	cache_free(c);
	assert_string_equal(
	    content("c"), FIRST_LINE "1700000000000\t200\thttp://h/new\t\n");
}

/* A file that is named by mistake is not lost. */
static void
test_a_file_of_others(void **state)
{
	static const struct str files_of_others[] = {
	    STR_LIT("int main(void);\n"),
	    STR_LIT("\0\0\0\0"),
	    STR_LIT("\n"),
	    STR_LIT("\x7f"
		    "ELF\x02\x01\n\t\t\t\n\xff"),
	    STR_LIT("acrawl cash 1\n"),
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(files_of_others); i++) {
		struct cache *c;
		struct str    bytes = files_of_others[i];

		put_file("c", bytes);
		listen();
		c = cache_open("c", DAY, NOW);
		put(c, "http://h/new", 200, "");
		assert_false(cache_save(c));
		assert_string_equal(heard(),
		    "acrawl: warning: c is no cache of acrawl: not used, and "
		    "left as it is\n"
		    "acrawl: warning: cannot write the cache c: it is no cache "
		    "of acrawl\n");
		assert_memory_equal(content("c"), bytes.p, bytes.n);
		cache_free(c);
	}
}

/* Junk below a good first line: the good line that is in it is found. */
static void
test_junk(void **state)
{
	struct buf    text;
	struct cache *c;
	uint32_t      seed = 1;

	(void)state;
	buf_init(&text, 0);
	buf_add(&text, STR_LIT(FIRST_LINE));
	for (int i = 0; i < 200000; i++) {
		seed = seed * 1664525 + 1013904223;
		buf_addc(&text, (char)(seed >> 24));
		if (i == 100000)
			buf_add(&text, STR_LIT("\n" GOOD));
	}
	put_file("c", buf_str(&text));
	listen();
	c = cache_open("c", DAY, NOW);
	assert_non_null(strstr(heard(), "warning: the cache c is damaged: "));
	assert_true(has(c, "http://h/good"));
	put(c, "http://h/good", 200, "");
	assert_true(cache_save(c));
	assert_string_equal(content("c"), FIRST_LINE GOOD);
	cache_free(c);
	buf_clear(&text);
}

static void
test_places_that_can_not_be(void **state)
{
	static const struct {
		const char *path, *said;
	} rows[] = {
	    {"folder", "acrawl: warning: cannot read the cache folder: "
		       "Is a directory\n"
		       "acrawl: warning: cannot write the cache folder: "
		       "Is a directory\n"},
	    {"nowhere/c", "acrawl: warning: cannot write the cache nowhere/c: "
			  "No such file or directory\n"},
	    {"/dev/null", "acrawl: warning: cannot write the cache /dev/null: "
			  "Operation not supported\n"},
	    {"itself", "acrawl: warning: cannot read the cache itself: "
		       "Too many levels of symbolic links\n"
		       "acrawl: warning: cannot write the cache itself: "
		       "Too many levels of symbolic links\n"},
	    {"fifo", "acrawl: warning: cannot write the cache fifo: "
		     "Resource temporarily unavailable\n"},
	};

	(void)state;
	mkdir("folder", 0755);
	assert_int_equal(symlink("itself", "itself"), 0);
	assert_int_equal(mkfifo("fifo", 0644), 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct cache *c;

		listen();
		c = cache_open(rows[i].path, DAY, NOW);
		assert_non_null(c);
		put(c, "http://h/", 200, "");
		assert_false(cache_save(c));
		assert_string_equal(heard(), rows[i].said);
		cache_free(c);
	}
	assert_int_equal(files(), 3);
}

static void
test_links_and_modes_stay(void **state)
{
	struct stat st;

	(void)state;
	mkdir("folder", 0755);
	assert_int_equal(symlink("folder/c", "c"), 0);
	save_one(NOW, "http://h/1");
	assert_int_equal(chmod("folder/c", 0600), 0);
	save_one(NOW, "http://h/2");
	assert_int_equal(lstat("c", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat("folder/c", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_non_null(strstr(content("folder/c"), "http://h/2"));
}

/* URLs of 64 KB, more of them than fit. */
static void
test_the_oldest_go_first(void **state)
{
	const int     many = LIMIT_CACHE_BYTES / (64 * 1024) * 2 / 3;
	struct buf    url;
	struct cache *c;
	struct stat   st;

	(void)state;
	buf_init(&url, 0);
	for (int round = 0; round < 2; round++) {
		c = cache_open("c", DAY, NOW + round);
		for (int i = 0; i < many; i++) {
			buf_reset(&url);
			buf_addf(&url, "http://h/%d/%d/", round, i);
			while (url.n < 64 * 1024)
				buf_addc(&url, 'x');
			put(c, buf_cstr(&url), 200, "");
		}
		assert_true(cache_save(c));
		cache_free(c);
	}
	assert_int_equal(stat("c", &st), 0);
	assert_true(st.st_size <= LIMIT_CACHE_BYTES);
	assert_true(st.st_size > LIMIT_CACHE_BYTES - 128 * 1024);
	listen();
	c = cache_open("c", DAY, NOW + 1);
	assert_string_equal(heard(), "");
	for (int round = 0; round < 2; round++) {
		int found = 0;

		for (int i = 0; i < many; i++) {
			buf_reset(&url);
			buf_addf(&url, "http://h/%d/%d/", round, i);
			while (url.n < 64 * 1024)
				buf_addc(&url, 'x');
			found += has(c, buf_cstr(&url));
		}
		if (round == 1)
			assert_int_equal(found, many);
		else
			assert_in_range(found, many / 2 - 2, many / 2);
	}
	cache_free(c);
	buf_clear(&url);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST(test_answers_are_kept),
	    TEST(test_the_file_is_text),
	    TEST(test_only_for_a_while),
	    TEST(test_nothing_new),
	    TEST(test_two_runs_are_merged),
	    TEST(test_the_future_leaves),
	    TEST(test_many_runs_at_once),
	    TEST(test_the_file_is_replaced_while_we_wait),
	    TEST(test_damaged_lines),
	    TEST(test_line_ends),
	    TEST(test_a_truncated_file),
	    TEST(test_another_version),
	    TEST(test_a_file_of_others),
	    TEST(test_junk),
	    TEST(test_places_that_can_not_be),
	    TEST(test_links_and_modes_stay),
	    TEST(test_the_oldest_go_first),
	};

	return cmocka_run_group_tests_name("crawl/cache", tests, NULL, NULL);
}
