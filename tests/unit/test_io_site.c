/*
 * A directory's files: their names as URLs, the walk, and a file in place of
 * a response.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "acrawl/fetch.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/site.h"

static char root[] = "/tmp/site-XXXXXX";

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* A folder of its own for each test, which is where it runs. */
static int
set_up(void **state)
{
	(void)state;
	memcpy(root, "/tmp/site-XXXXXX", sizeof(root));
	log_set_level(LOG_FATAL);
	return mkdtemp(root) != NULL && chdir(root) == 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

/* ----------------------------------------------------------------------
 * Names.
 */

static void
test_a_name_becomes_a_segment(void **state)
{
	/* encodeURIComponent() lets these stand, and nothing else. */
	static const char stay[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				   "qrstuvwxyz0123456789-_.!~*'()";
	struct buf        url;

	(void)state;
	buf_init(&url, 0);
	for (int c = 1; c < 256; c++) {
		char byte = (char)c;
		char wanted[4] = {byte};

		if (strchr(stay, byte) == NULL)
			snprintf(wanted, sizeof(wanted), "%%%02X", c);
		buf_reset(&url);
		site_add_segment(&url, str_n(&byte, 1));
		assert_string_equal(buf_cstr(&url), wanted);
	}
	buf_reset(&url);
	site_add_segment(&url, STR_LIT("a b/\xC3\xA9%\xE9"));
	assert_string_equal(buf_cstr(&url), "a%20b%2F%C3%A9%25%E9");
	buf_clear(&url);
}

static void
test_the_name_says_the_type(void **state)
{
	static const struct {
		const char *name;
		const char *type; /* "": none */
	} rows[] = {
	    {"a.html", "text/html"},
	    {"a.HtM", "text/html"},
	    {".html", "text/html"},
	    {"a.b.xhtml", "application/xhtml+xml"},
	    {"a.XHT", "application/xhtml+xml"},
	    {"html", ""},
	    {"a.html~", ""},
	    {"a.shtml", ""},
	    {"a.txt", ""},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *type = site_content_type(str_c(rows[i].name));

		assert_string_equal(type != NULL ? type : "", rows[i].type);
	}
}

/* ----------------------------------------------------------------------
 * The walk.
 */

/* The next file's URL; "" at the end.  *more counts turns without a file. */
static const char *
next(struct site *s, int *more)
{
	static char      url[200];
	struct site_file file;

	for (;;) {
		switch (site_next(s, &file)) {
		case SITE_FILE:
			assert_int_equal(access(file.path.p, R_OK), 0);
			assert_int_equal(strlen(file.path.p), file.path.n);
			snprintf(url, sizeof(url), "%.*s", (int)file.url.n,
			    file.url.p);
			return url;
		case SITE_MORE:
			++*more;
			break;
		case SITE_END:
			return "";
		}
	}
}

static void
test_the_walk_is_sorted_and_goes_down(void **state)
{
	struct site *s;
	int          more = 0;

	(void)state;
	mkdir("b", 0755);
	mkdir("b/empty", 0755);
	put("b/2.html", "");
	put("b/10.html", "");
	put("b.html", "");
	put("b.txt", "");
	put("a.xht", "");
	symlink("b", "c");
	symlink("..", "b/up");
	symlink("/", "d");
	for (int slash = 0; slash < 2; slash++) {
		s = site_new(slash == 0 ? "." : root, STR_LIT("http://h/x/"));
		assert_string_equal(next(s, &more), "http://h/x/a.xht");
		assert_string_equal(next(s, &more), "http://h/x/b/10.html");
		assert_string_equal(next(s, &more), "http://h/x/b/2.html");
		assert_string_equal(next(s, &more), "http://h/x/b.html");
		assert_string_equal(next(s, &more), "http://h/x/c/10.html");
		assert_string_equal(next(s, &more), "http://h/x/c/2.html");
		assert_string_equal(next(s, &more), "");
		assert_string_equal(next(s, &more), "");
		assert_false(site_failed(s));
		site_free(s);
	}
	assert_true(site_has(".", "b/../a.xht"));
	assert_true(site_has("b", "b/2.html"));
	assert_false(site_has("b", "b.html"));
	assert_false(site_has(".", "b.txt"));
	/* What is not there yet would be found if it were made. */
	assert_true(site_has(".", "nothing.html"));
	assert_true(site_has(".", "b/nothing.html"));
	assert_false(site_has(".", "nothing.tsv"));
	assert_false(site_has(".", "nowhere/x.html"));
	assert_false(site_has("b", "nothing.html"));
}

/* A walk may be left at any point: ASan watches. */
static void
test_the_walk_gives_the_loop_its_turns(void **state)
{
	struct site *s;
	int          more = 0;
	char         name[32];

	(void)state;
	for (int i = 0; i < 5 * LIMIT_NAMES_PER_TURN; i++) {
		snprintf(name, sizeof(name), "%d.txt", i);
		put(name, "");
	}
	put("a.html", "");
	s = site_new(".", STR_LIT("http://h/"));
	assert_int_equal(site_next(s, &(struct site_file){0}), SITE_MORE);
	site_free(s);
	s = site_new(".", STR_LIT("http://h/"));
	assert_string_equal(next(s, &more), "http://h/a.html");
	assert_in_range(more, 5, 6);
	site_free(s);
}

static void
test_a_directory_that_is_gone(void **state)
{
	struct site *s;
	int          more = 0;

	(void)state;
	mkdir("a", 0755);
	mkdir("b", 0755);
	put("a/1.html", "");
	put("c.html", "");
	s = site_new(".", STR_LIT("http://h/"));
	assert_string_equal(next(s, &more), "http://h/a/1.html");
	rmdir("b");
	log_set_level(LOG_FATAL);
	assert_string_equal(next(s, &more), "http://h/c.html");
	assert_string_equal(next(s, &more), "");
	assert_true(site_failed(s));
	site_free(s);
	s = site_new("nothing", STR_LIT("http://h/"));
	assert_string_equal(next(s, &more), "");
	assert_true(site_failed(s));
	site_free(s);
}

/* ----------------------------------------------------------------------
 * A file in place of a response.
 */

struct reader {
	struct task         task;
	struct loop        *loop;
	struct fetcher     *fetcher;
	struct fetch       *fetch;
	const char         *path;
	enum fetch_body     wanted; /* what is said to the head */
	size_t              most;   /* bytes after which no more are wanted */
	int                 heads;
	size_t              n;
	size_t              largest; /* that came at once */
	bool                pauses;
	struct fetch_result result;
	char                detail[100];
};

static enum fetch_body
reader_head(void *arg, const struct fetch_response *response)
{
	struct reader *r = arg;

	r->heads++;
	assert_true(response->is_file);
	assert_int_equal(response->status, 0);
	assert_true(str_eq(response->content_type, STR_LIT("text/html")));
	assert_int_equal(response->location.n, 0);
	return r->wanted;
}

static bool
reader_body(void *arg, struct str bytes)
{
	struct reader *r = arg;

	for (size_t i = 0; i < bytes.n; i++)
		assert_int_equal(bytes.p[i], "0123456789"[(r->n + i) % 10]);
	r->n += bytes.n;
	if (bytes.n > r->largest)
		r->largest = bytes.n;
	return r->n < r->most;
}

static const struct fetch_sink reader_sink = {
    .head = reader_head, .body = reader_body};

enum { READER_FETCHES = 1, READER_PAUSES };

static void
reader_run(struct task *t)
{
	struct reader *r = CONTAINER_OF(t, struct reader, task);

	switch (t->state) {
	case TASK_NEW:
		r->fetch = fetch_file(
		    r->fetcher, r->path, "text/html", &reader_sink, r, t);
		if (r->pauses) {
			fetcher_pause(r->fetcher, true);
			task_sleep(t, 1200);
			AWAIT(t, READER_PAUSES, task_slept(t));
			assert_int_equal(r->n, 0);
			assert_false(fetch_done(r->fetch));
			fetcher_pause(r->fetcher, false);
		}
		AWAIT(t, READER_FETCHES, fetch_done(r->fetch));
	}
	r->result = fetch_result(r->fetch);
	snprintf(r->detail, sizeof(r->detail), "%s", r->result.detail);
	fetch_stop(r->fetch);
	loop_stop(r->loop);
	task_done(t);
}

/* Reads r->path to its end, with r's wishes. */
static enum outcome
read_file(struct reader *r, uint64_t max_size, int64_t timeout_ms)
{
	struct fetch_options options = {.max_size = max_size,
	    .timeout_ms = timeout_ms,
	    .user_agent = "x",
	    .connections = 1};
	const char          *error;

	r->loop = loop_new();
	assert_non_null(r->loop);
	r->fetcher = fetcher_new(r->loop, &options, &error);
	assert_non_null(r->fetcher);
	task_spawn(&r->task, loop_sched(r->loop), reader_run, NULL);
	loop_run(r->loop);
	fetcher_free(r->fetcher);
	loop_free(r->loop);
	assert_int_equal(r->result.status, 0);
	assert_int_equal(r->result.bytes, r->n);
	return r->result.outcome;
}

/* A file of n digits. */
static void
put_digits(const char *name, size_t n)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	for (size_t i = 0; i < n; i++)
		putc("0123456789"[i % 10], f);
	assert_int_equal(fclose(f), 0);
}

static void
test_a_file_is_read_in_pieces(void **state)
{
	static const size_t sizes[] = {0, 1, 131071, 131072, 131073, 1000000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct reader r = {.path = "f", .most = SIZE_MAX};

		put_digits("f", sizes[i]);
		assert_int_equal(read_file(&r, UINT64_MAX, 10000), OUTCOME_OK);
		assert_int_equal(r.heads, 1);
		assert_int_equal(r.n, sizes[i]);
		assert_true(r.largest <= 131072);
	}
}

static void
test_a_file_is_read_as_far_as_it_is_wanted(void **state)
{
	struct reader few = {.path = "f", .most = 1};
	struct reader none = {.path = "f", .wanted = FETCH_ABORT};
	struct reader limited = {.path = "f", .most = SIZE_MAX};
	struct reader all = {.path = "f", .most = SIZE_MAX};

	(void)state;
	put_digits("f", 300000);
	assert_int_equal(read_file(&few, UINT64_MAX, 0), OUTCOME_OK);
	assert_true(few.n > 0 && few.n < 300000);
	assert_int_equal(read_file(&none, UINT64_MAX, 0), OUTCOME_OK);
	assert_int_equal(none.n, 0);
	assert_int_equal(read_file(&limited, 200000, 0), OUTCOME_TOO_LARGE);
	assert_int_equal(limited.n, 200000);
	assert_int_equal(read_file(&all, 300000, 0), OUTCOME_OK);
	assert_int_equal(all.n, 300000);
}

/* The time of a pause, here longer than the timeout, does not count. */
static void
test_a_pause_stops_reading(void **state)
{
	struct reader r = {.path = "f", .most = SIZE_MAX, .pauses = true};

	(void)state;
	put_digits("f", 300000);
	assert_int_equal(read_file(&r, UINT64_MAX, 1000), OUTCOME_OK);
	assert_int_equal(r.n, 300000);
}

static void
test_what_can_not_be_read(void **state)
{
	static const struct {
		const char *path;
		int         error;
	} rows[] = {
	    {"nothing", ENOENT},
	    {"directory", EISDIR},
	    {"fifo", EINVAL},
	    {"/dev/zero", EINVAL},
	    {"itself", ELOOP},
	};

	(void)state;
	mkdir("directory", 0755);
	mkfifo("fifo", 0644);
	symlink("itself", "itself");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct reader r = {.path = rows[i].path, .most = SIZE_MAX};

		assert_int_equal(
		    read_file(&r, UINT64_MAX, 0), OUTCOME_UNREADABLE);
		assert_int_equal(r.heads, 0);
		assert_string_equal(r.detail, strerror(rows[i].error));
	}
}

/* A fetch may be stopped before it has run. */
static void
test_a_file_may_be_left(void **state)
{
	struct reader        r = {.path = "f"};
	struct fetch_options options = {
	    .max_size = 1, .user_agent = "x", .connections = 1};
	const char *error;

	(void)state;
	put_digits("f", 10);
	r.loop = loop_new();
	assert_non_null(r.loop);
	r.fetcher = fetcher_new(r.loop, &options, &error);
	assert_non_null(r.fetcher);
	task_spawn(&r.task, loop_sched(r.loop), reader_run, NULL);
	r.fetch =
	    fetch_file(r.fetcher, "f", "text/html", &reader_sink, &r, &r.task);
	fetch_stop(r.fetch);
	task_stop(&r.task);
	assert_int_equal(r.heads, 0);
	fetcher_free(r.fetcher);
	loop_free(r.loop);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_a_name_becomes_a_segment),
	    TEST(test_the_name_says_the_type),
	    TEST(test_the_walk_is_sorted_and_goes_down),
	    TEST(test_the_walk_gives_the_loop_its_turns),
	    TEST(test_a_directory_that_is_gone),
	    TEST(test_a_file_is_read_in_pieces),
	    TEST(test_a_file_is_read_as_far_as_it_is_wanted),
	    TEST(test_a_pause_stops_reading),
	    TEST(test_what_can_not_be_read),
	    TEST(test_a_file_may_be_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
