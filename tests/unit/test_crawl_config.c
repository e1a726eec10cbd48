/*
 * The command line, the config file, and the lists of URLs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "acrawl/config.h"
#include "acrawl/input.h"
#include "acrawl/limits.h"

static void
test_sizes_and_times(void **state)
{
	static const struct {
		const char *text;
		int64_t     size; /* -1: refused */
		int64_t     time;
	} rows[] = {
	    {"0", 0, 0},
	    {"10", 10, 10000},
	    {"1.5k", 1536, -1},
	    {"16m", 16 << 20, 16 * 60000},
	    {"2G", (int64_t)2 << 30, -1},
	    {"500ms", -1, 500},
	    {"0.25s", -1, 250},
	    {"1h", -1, 3600000},
	    {"2d", -1, 172800000},
	    {"", -1, -1},
	    {"-1", -1, -1},
	    {"1x", -1, -1},
	    {"0x10", -1, -1},
	    {"1e400", -1, -1},
	    {"nan", -1, -1},
	    {"99999999999999999999", -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t value = -1;

		if (!config_size(rows[i].text, &value))
			value = -1;
		if (value != rows[i].size)
			fail_msg(
			    "size %s: %lld", rows[i].text, (long long)value);
		if (!config_time(rows[i].text, &value))
			value = -1;
		if (value != rows[i].time)
			fail_msg(
			    "time %s: %lld", rows[i].text, (long long)value);
	}
}

static char path[64];

/* A file of these bytes, at `path`. */
static void
write_list(const char *bytes, size_t n)
{
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/acrawl-test-%d", (int)getpid());
	f = fopen(path, "w");
	assert_non_null(f);
	fwrite(bytes, 1, n, f);
	fclose(f);
}

/* A command line without quotes: words apart by one space. */
static enum config_result
parse(struct config *c, const char *words)
{
	static char line[300];
	static char name[] = "acrawl";
	char       *argv[32] = {name};
	int         argc = 1;

	snprintf(line, sizeof(line), "%s", words);
	for (char *w = strtok(line, " "); w != NULL; w = strtok(NULL, " "))
		argv[argc++] = w;
	return config_parse(c, argc, argv);
}

static void
test_options(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(parse(&c, "urls.txt"), CONFIG_RUN);
	assert_string_equal(c.output, "-");
	assert_int_equal(c.concurrency, 128);
	assert_int_equal(c.per_host, 8);
	assert_int_equal(c.timeout_ms, 30000);
	assert_int_equal(c.max_size, 16 << 20);
	assert_int_equal(c.inputs.n, 1);
	config_clear(&c);

	assert_int_equal(
	    parse(&c, "-o f --pages=p -c4 --per-host 2 -t 1.5s --max-size 2k "
		      "-vv -H A:b -H C:d --resolve h:80:127.0.0.1 -6 "
		      "--ordered a -k http://b/ -"),
	    CONFIG_RUN);
	assert_string_equal(c.output, "f");
	assert_string_equal(c.pages, "p");
	assert_int_equal(c.concurrency, 4);
	assert_int_equal(c.per_host, 2);
	assert_int_equal(c.timeout_ms, 1500);
	assert_int_equal(c.max_size, 2048);
	assert_int_equal(c.verbose, 2);
	assert_int_equal(c.ip_version, 6);
	assert_int_equal(c.headers.n, 2);
	assert_string_equal(c.headers.items[1], "C:d");
	assert_null(c.headers.items[2]);
	assert_true(c.ordered && c.insecure);
	assert_int_equal(c.inputs.n, 3);
	assert_string_equal(c.inputs.items[2], "-");
	config_clear(&c);
}

static void
test_check_options(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(parse(&c, "x"), CONFIG_RUN);
	assert_int_equal(c.links, LINKS_A);
	assert_false(c.check);
	config_clear(&c);

	assert_int_equal(parse(&c, "--check x"), CONFIG_RUN);
	assert_true(c.check);
	assert_int_equal(c.links, LINKS_ALL);
	assert_string_equal(c.accept, "200..299");
	assert_int_equal(c.cache_age_ms, 86400000);
	assert_int_equal(c.check_method, CHECK_METHOD_AUTO);
	assert_null(c.baseline);
	assert_null(c.ignore_file);
	config_clear(&c);

	assert_int_equal(parse(&c, "--check --links a --check-method get "
				   "--fallback-ext html --fallback-ext htm "
				   "--report tsv=- --report text=- "
				   "--cache c --cache-age 2h x"),
	    CONFIG_RUN);
	assert_int_equal(c.links, LINKS_A);
	assert_int_equal(c.check_method, CHECK_METHOD_GET);
	assert_int_equal(c.fallback_ext.n, 2);
	assert_int_equal(c.reports.n, 2);
	assert_string_equal(c.reports.items[1], "text=-");
	assert_int_equal(c.cache_age_ms, 7200000);
	config_clear(&c);

	assert_int_equal(parse(&c, "--explain http://a/b"), CONFIG_RUN);
	assert_true(c.check);
	assert_int_equal(c.inputs.n, 0);
	config_clear(&c);
}

static void
test_accept(void **state)
{
	static const struct {
		const char *list;
		int         status;
		bool        ok;
	} rows[] = {
	    {"200..299", 199, false},
	    {"200..299", 200, true},
	    {"200..299", 299, true},
	    {"200..299", 300, false},
	    {"200..299,403,999", 403, true},
	    {"200..299,403,999", 402, false},
	    {"200..299,403,999", 999, true},
	    {"404", 200, false},
	    {"100..999", 0, false},
	    {"204..204", 204, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (config_accepts(rows[i].list, rows[i].status) != rows[i].ok)
			fail_msg("%s: %d", rows[i].list, rows[i].status);
}

static void
test_wrong_usage(void **state)
{
	static const char *const lines[] = {"--nonsense x", "-Z x", "x -o",
	    "-c 0 x", "-c 4x x", "--concurrency= x", "-t soon x",
	    "--progress maybe x", "--links a|all x", "--ordered=1 x",
	    "--ordered= x", "--help=x", "--resolve h:80 x", "--pages - x",
	    "-o f --pages f x", "-v", "",
	    /* What needs --check, --recursive or both. */
	    "--strict x", "--accept 200 x", "--report tsv=f x",
	    "--check-method head x", "--cache-age 2d x", "--include a x",
	    "-d 1 --check x", "--scope any x", "--sitemap never x",
	    /* What does not go with --check. */
	    "--check --pages f x", "--check -f jsonl x",
	    "--check --no-header x", "--check", "--explain a --pages f",
	    "--check --internal --external x", "--check --write-baseline x",
	    "--check -r --base-url http://a/ x",
	    /* Reports. */
	    "--check --report x", "--check --report tsv x",
	    "--check --report tsv= x", "--check --report =f x",
	    "--check --report te=f x", "--check --report text|tsv=f x",
	    "--check --report tsv=f --report text=f x",
	    "--check -o f --report tsv=f x",
	    /* Statuses. */
	    "--check --accept= x", "--check --accept 99 x",
	    "--check --accept 1000 x", "--check --accept 200, x",
	    "--check --accept ,200 x", "--check --accept 200...299 x",
	    "--check --accept 299..200 x", "--check --accept 200-299 x",
	    "--check --accept 200..x x", "--check --accept 200.. x",
	    "--check --accept 099 x", "--check --accept +99 x"};
	int                      fd = dup(STDERR_FILENO);
	int                      null = open("/dev/null", O_WRONLY);

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		enum config_result result;
		struct config      c;

		dup2(null, STDERR_FILENO);
		result = parse(&c, lines[i]);
		dup2(fd, STDERR_FILENO);
		if (result != CONFIG_BAD)
			fail_msg("not refused: %s", lines[i]);
		config_clear(&c);
	}
	close(fd);
	close(null);
}

/* ----------------------------------------------------------------------
 * The config file.
 */

/* Reads a file of these bytes, then a command line. */
static enum config_result
parse_file_n(struct config *c, const char *bytes, size_t n, const char *words)
{
	enum config_result result;
	int                fd = dup(STDERR_FILENO);
	int                null = open("/dev/null", O_WRONLY);
	char               line[200];

	write_list(bytes, n);
	snprintf(line, sizeof(line), "--config %s %s", path, words);
	dup2(null, STDERR_FILENO);
	result = parse(c, line);
	dup2(fd, STDERR_FILENO);
	close(fd);
	close(null);
	unlink(path);
	return result;
}

static enum config_result
parse_file(struct config *c, const char *bytes, const char *words)
{
	return parse_file_n(c, bytes, strlen(bytes), words);
}

static void
test_file(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(parse_file(&c,
			     "\xEF\xBB\xBF# first\r\n"
			     "concurrency = 5\r\n"
			     "\r\n"
			     "  timeout=2m   # not long\n"
			     "\tper-host\t=\t3\n"
			     "ordered\n"
			     "no-header = yes\n"
			     "insecure = OFF\n"
			     "links = all\n"
			     "schemes = HTTP,mailto\n"
			     "verbose = 2\n"
			     "ipv6 = on\n"
			     "header = A: b = c\n"
			     "header = C: d\n"
			     "max-size = 1.5k",
			     "-H E:f x"),
	    CONFIG_RUN);
	assert_int_equal(c.concurrency, 5);
	assert_int_equal(c.timeout_ms, 120000);
	assert_int_equal(c.per_host, 3);
	assert_true(c.ordered && c.no_header && !c.insecure);
	assert_int_equal(c.links, LINKS_ALL);
	assert_int_equal(c.schemes.n, 2);
	assert_string_equal(c.schemes.items[0], "http");
	assert_int_equal(c.verbose, 2);
	assert_int_equal(c.ip_version, 6);
	assert_int_equal(c.headers.n, 3);
	assert_string_equal(c.headers.items[0], "A: b = c");
	assert_string_equal(c.headers.items[2], "E:f");
	assert_int_equal(c.max_size, 1536);
	assert_string_equal(c.output, "-");
	config_clear(&c);
}

/* The command line wins, whatever kind of option it is. */
static void
test_precedence(void **state)
{
	static const char file[] = "concurrency = 5\n"
				   "output = f\n"
				   "pages = p\n"
				   "cacert = /c\n"
				   "ordered\n"
				   "no-header = true\n"
				   "links = all\n"
				   "schemes = http\n"
				   "verbose = 3\n"
				   "ipv4\n"
				   "user-agent = a\n"
				   "retries = 1\n"
				   "retries = 7\n";
	struct config     c;

	(void)state;
	assert_int_equal(parse_file(&c, file,
			     "-c 6 -o - --pages= --cacert= --ordered=false "
			     "--links a --schemes ftp,tel -v -6 -A b x"),
	    CONFIG_RUN);
	assert_int_equal(c.concurrency, 6);
	assert_string_equal(c.output, "-");
	assert_null(c.pages);
	assert_null(c.cacert);
	assert_false(c.ordered);
	assert_true(c.no_header);
	assert_int_equal(c.links, LINKS_A);
	assert_int_equal(c.schemes.n, 2);
	assert_int_equal(c.verbose, 1);
	assert_int_equal(c.ip_version, 6);
	assert_string_equal(c.user_agent, "b");
	assert_int_equal(c.retries, 7);
	config_clear(&c);

	assert_int_equal(parse_file(&c, file, "--no-config -vv x"), CONFIG_RUN);
	assert_int_equal(c.concurrency, 128);
	assert_int_equal(c.verbose, 2);
	config_clear(&c);

	assert_int_equal(
	    parse_file(&c, file, "--ipv4=false --verbose=0 x"), CONFIG_RUN);
	assert_int_equal(c.ip_version, 0);
	assert_int_equal(c.verbose, 0);
	config_clear(&c);
}

/* What is for another kind of run is not in force, and no mistake. */
static void
test_file_serves_all_kinds(void **state)
{
	static const char file[] = "pages = p\n"
				   "format = jsonl\n"
				   "depth = 3\n"
				   "exclude = x\n"
				   "sitemap = never\n"
				   "strict\n"
				   "accept = 404\n"
				   "report = tsv=f\n"
				   "write-baseline\n"
				   "baseline = b\n";
	struct config     c;

	(void)state;
	assert_int_equal(parse_file(&c, file, "x"), CONFIG_RUN);
	assert_int_equal(c.format, FORMAT_JSONL);
	assert_non_null(c.pages);
	assert_int_equal(c.depth, -1);
	assert_string_equal(c.sitemap, "auto");
	assert_int_equal(c.exclude.n, 0);
	assert_int_equal(c.reports.n, 0);
	assert_string_equal(c.accept, "200..299");
	assert_null(c.baseline);
	assert_false(c.strict || c.write_baseline);
	config_clear(&c);

	assert_int_equal(parse_file(&c, file, "-r x"), CONFIG_RUN);
	assert_int_equal(c.depth, 3);
	assert_int_equal(c.exclude.n, 1);
	assert_int_equal(c.reports.n, 0);
	config_clear(&c);

	assert_int_equal(parse_file(&c, file, "--check x"), CONFIG_RUN);
	assert_int_equal(c.format, FORMAT_TSV);
	assert_null(c.pages);
	assert_int_equal(c.depth, -1);
	assert_int_equal(c.exclude.n, 1);
	assert_int_equal(c.reports.n, 1);
	assert_string_equal(c.accept, "404");
	assert_true(c.strict && c.write_baseline);
	config_clear(&c);

	assert_int_equal(
	    parse_file(&c, "base-url = http://a/", "x"), CONFIG_RUN);
	assert_null(c.base_url);
	config_clear(&c);
	assert_int_equal(
	    parse_file(&c, "base-url = http://a/", "/tmp"), CONFIG_RUN);
	assert_non_null(c.base_url);
	config_clear(&c);

	assert_int_equal(parse_file(&c, file, "-d 4 x"), CONFIG_BAD);
	config_clear(&c);
	assert_int_equal(parse_file(&c, file, "--exclude y x"), CONFIG_BAD);
	config_clear(&c);
}

static void
test_comments_behind_values(void **state)
{
	static const struct {
		const char *text;
		const char *value;
	} rows[] = {
	    {"a", "a"},
	    {"", ""},
	    {"  ", ""},
	    {"a#b", "a#b"},
	    {"a #b", "a"},
	    {"a  \t#b # c", "a"},
	    {"#a", ""},
	    {"# a", ""},
	    {"\\#a", "#a"},
	    {"a \\# b", "a # b"},
	    {"a \\\\# b", "a \\# b"},
	    {"a\\# b", "a\\# b"},
	    {"a \\b # c", "a \\b"},
	    {"a \\# b # c", "a # b"},
	    {"a \\", "a \\"},
	    {"'a' \"b\"", "'a' \"b\""},
	    {"= =", "= ="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char          line[100];
		struct config c;

		snprintf(line, sizeof(line), "header =%s", rows[i].text);
		assert_int_equal(parse_file(&c, line, "x"), CONFIG_RUN);
		assert_int_equal(c.headers.n, 1);
		if (strcmp(c.headers.items[0], rows[i].value) != 0)
			fail_msg("%s: '%s'", rows[i].text, c.headers.items[0]);
		config_clear(&c);
	}
}

/* Files are meant from the config file's folder, /tmp. */
static void
test_paths_of_file(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(parse_file(&c,
			     "output = o\n"
			     "cacert = /c\n"
			     "baseline = ../b\n"
			     "cache = d/c\n"
			     "ignore-file =\n"
			     "report = tsv=-\n"
			     "report = sarif=s=s\n"
			     "report = text=/t\n"
			     "user-agent = o\n",
			     "--check --report jsonl=j x"),
	    CONFIG_RUN);
	assert_string_equal(c.output, "/tmp/o");
	assert_string_equal(c.cacert, "/c");
	assert_string_equal(c.baseline, "/tmp/../b");
	assert_string_equal(c.cache, "/tmp/d/c");
	assert_string_equal(c.ignore_file, "");
	assert_int_equal(c.reports.n, 4);
	assert_string_equal(c.reports.items[0], "tsv=-");
	assert_string_equal(c.reports.items[1], "sarif=/tmp/s=s");
	assert_string_equal(c.reports.items[2], "text=/t");
	assert_string_equal(c.reports.items[3], "jsonl=j");
	assert_string_equal(c.user_agent, "o");
	config_clear(&c);
}

static void
test_bad_files(void **state)
{
	static const char *const files[] = {"nonsense = 1", "--check = true",
	    "Concurrency = 1", "concurrency 1", "concurrency",
	    "concurrency =", "concurrency = 0", "concurrency = 4 5", "= 4",
	    "ordered = maybe", "ordered =", "ordered true", "verbose = 10",
	    "ipv4 = 4", "links = b", "help", "version", "config = f",
	    "no-config", "print-config", "completion = bash",
	    "explain = http://a/", "o = f", "resolve = a:80", "report = tsv",
	    "accept = all", "retries = 1\nretries = x\nretries = 2"};
	struct config            c;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (parse_file(&c, files[i], "x") != CONFIG_BAD)
			fail_msg("not refused: %s", files[i]);
		config_clear(&c);
	}
	assert_int_equal(
	    parse_file_n(&c, "retries = 1\0", 12, "x"), CONFIG_BAD);
	config_clear(&c);
	assert_int_equal(parse_file(&c, "", "x"), CONFIG_RUN);
	config_clear(&c);
	assert_int_equal(parse_file(&c, "\xEF\xBB\xBF", "x"), CONFIG_RUN);
	config_clear(&c);
}

/* ----------------------------------------------------------------------
 * Lists.
 */

static void
idle_run(struct task *t)
{
	(void)t;
}

/* All lines of the inputs as "line=text " */
static void
read_all(const char *const *names, size_t n, struct buf *out)
{
	struct loop      *loop = loop_new();
	struct strings    inputs = {(const char **)names, n};
	struct input     *in = input_new(loop, &inputs, NULL);
	struct input_line line;
	struct task       t = {0};

	assert_non_null(in);
	task_spawn(&t, loop_sched(loop), idle_run, NULL);
	while (input_next(in, &line, &t) == INPUT_LINE)
		buf_addf(out, "%llu=%.*s%s ", (unsigned long long)line.line,
		    line.text.n > 40 ? 40 : (int)line.text.n, line.text.p,
		    line.too_long ? "..." : "");
	assert_false(input_failed(in));
	input_free(in);
	loop_free(loop);
}

static void
test_list(void **state)
{
	static const char list[] = "\xEF\xBB\xBFhttp://a/\r\n"
				   "\r\n"
				   "  # a comment\n"
				   "\t http://b/ \f\n"
				   "not a url\n"
				   "\n"
				   "http://c/#frag";
	const char       *names[] = {"http://first/", path, "HTTPS://last/"};
	struct buf        out;

	(void)state;
	write_list(list, sizeof(list) - 1);
	buf_init(&out, 0);
	read_all(names, 3, &out);
	assert_string_equal(buf_cstr(&out),
	    "0=http://first/ 1=http://a/ 4=http://b/ 5=not a url "
	    "7=http://c/#frag 0=HTTPS://last/ ");
	buf_clear(&out);
	unlink(path);
}

static void
test_lines_that_are_too_long(void **state)
{
	size_t      n = 3 * (size_t)LIMIT_URL_BYTES;
	char       *bytes = xmalloc(2 * n + 30);
	const char *names[] = {path};
	struct buf  out;

	(void)state;
	memset(bytes, 'x', 2 * n + 30);
	memcpy(bytes, "first\n", 6);
	memcpy(bytes + n, "\nmiddle\n", 8);
	memcpy(bytes + n + 8 + LIMIT_URL_BYTES, "\nlast", 5);
	write_list(bytes, n + 8 + LIMIT_URL_BYTES + 5);
	buf_init(&out, 0);
	read_all(names, 1, &out);
	assert_string_equal(buf_cstr(&out),
	    "1=first 2=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... 3=middle "
	    "4=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 5=last ");
	/* The last but one is as long as may be, the other is too long. */
	buf_clear(&out);
	free(bytes);
	unlink(path);
}

static void
test_empty_and_unusual_lists(void **state)
{
	static const struct {
		const char *bytes;
		size_t      n;
		const char *lines;
	} rows[] = {
	    {"", 0, ""},
	    {"\n\n\n", 3, ""},
	    {"\xEF\xBB\xBF", 3, ""},
	    {"#", 1, ""},
	    {"a\0b\n", 4, "1=a"},
	    {"x", 1, "1=x "},
	};
	const char *names[] = {path};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out;

		buf_init(&out, 0);
		write_list(rows[i].bytes, rows[i].n);
		read_all(names, 1, &out);
		assert_memory_equal(
		    buf_cstr(&out), rows[i].lines, strlen(rows[i].lines));
		buf_clear(&out);
	}
	unlink(path);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sizes_and_times),
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_check_options),
	    cmocka_unit_test(test_accept),
	    cmocka_unit_test(test_wrong_usage),
	    cmocka_unit_test(test_file),
	    cmocka_unit_test(test_precedence),
	    cmocka_unit_test(test_file_serves_all_kinds),
	    cmocka_unit_test(test_comments_behind_values),
	    cmocka_unit_test(test_paths_of_file),
	    cmocka_unit_test(test_bad_files),
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_lines_that_are_too_long),
	    cmocka_unit_test(test_empty_and_unusual_lists),
	};

	return cmocka_run_group_tests_name("crawl/config", tests, NULL, NULL);
}
