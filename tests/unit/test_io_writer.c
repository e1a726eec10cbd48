/*
 * The writer: whole lines in order, whatever the output does.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "acrawl/limits.h"
#include "acrawl/writer.h"

/* A task that puts `lines` lines and waits for room as pages are to. */
struct source {
	struct task    task;
	struct loop   *loop;
	struct writer *writer;
	int            lines;
	int            put;
	size_t         width; /* of a line, more or less */
	bool           was_full;
};

static char path[64];
static char padding[10000];

static void
source_run(struct task *t)
{
	struct source *s = CONTAINER_OF(t, struct source, task);

	switch (t->state) {
	case TASK_NEW:
		for (; s->put < s->lines; s->put++) {
			char       number[16];
			struct str parts[2];

			s->was_full |= writer_full(s->writer);
			AWAIT(t, 1,
			    writer_has_room(s->writer, t) ||
				writer_error(s->writer) != 0);
			if (writer_error(s->writer) != 0)
				break;
			snprintf(number, sizeof(number), "%d ", s->put);
			parts[0] = str_c(number);
			parts[1] = str_n(
			    padding, ((size_t)s->put * 7) % (s->width + 1));
			writer_line(s->writer, parts, 2);
		}
		writer_close(s->writer);
		AWAIT(t, 2, writer_closed(s->writer));
	}
	loop_stop(s->loop);
	task_done(t);
}

/* Writes lines to path; returns the writer's error. */
static int
write_lines(struct source *s)
{
	int error;

	memset(padding, '.', sizeof(padding));
	s->loop = loop_new();
	s->writer = writer_open(s->loop, path);
	assert_non_null(s->writer);
	writer_set_owner(s->writer, &s->task);
	task_spawn(&s->task, loop_sched(s->loop), source_run, NULL);
	loop_run(s->loop);
	error = writer_error(s->writer);
	writer_free(s->writer);
	loop_free(s->loop);
	return error;
}

/* Counts the lines of a stream and checks that each is the next one, whole. */
static int
check_lines(FILE *f, size_t width, useconds_t pause)
{
	static char line[sizeof(padding) + 32];
	int         n = 0;

	while (fgets(line, sizeof(line), f) != NULL) {
		char  *rest;
		size_t length = strlen(line);

		assert_int_equal(line[length - 1], '\n');
		assert_int_equal(strtol(line, &rest, 10), n);
		assert_int_equal(
		    strlen(rest), 2 + ((size_t)n * 7) % (width + 1));
		n++;
		if (pause > 0 && n % 500 == 0)
			usleep(pause);
	}
	return n;
}

static void
make_path(void)
{
	snprintf(path, sizeof(path), "/tmp/acrawl-writer-%d", (int)getpid());
	unlink(path);
}

static void
test_file(void **state)
{
	struct source s = {.lines = 100000, .width = 60};
	FILE         *f;

	(void)state;
	make_path();
	assert_int_equal(write_lines(&s), 0);
	f = fopen(path, "r");
	assert_int_equal(check_lines(f, s.width, 0), s.lines);
	fclose(f);
	unlink(path);
}

static void *
slow_reader(void *arg)
{
	struct source *s = arg;
	FILE          *f = fopen(path, "r");
	int           *n = xmalloc(sizeof(int));

	*n = check_lines(f, s->width, 2000);
	fclose(f);
	return n;
}

static void
test_fifo_with_slow_reader(void **state)
{
	struct source s = {.lines = 40000, .width = 300};
	pthread_t     thread;
	void         *n;

	(void)state;
	make_path();
	assert_int_equal(mkfifo(path, 0600), 0);
	pthread_create(&thread, NULL, slow_reader, &s);
	assert_int_equal(write_lines(&s), 0);
	pthread_join(thread, &n);
	assert_int_equal(*(int *)n, s.lines);
	assert_true(s.was_full); /* it waited instead of growing */
	free(n);
	unlink(path);
}

static void *
leaving_reader(void *arg)
{
	int  fd = open(path, O_RDONLY);
	char bytes[1000];

	(void)arg;
	if (read(fd, bytes, sizeof(bytes)) < 0)
		abort();
	close(fd);
	return NULL;
}

static void
test_reader_that_leaves(void **state)
{
	struct source s = {.lines = 1000000, .width = 300};
	pthread_t     thread;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	make_path();
	assert_int_equal(mkfifo(path, 0600), 0);
	pthread_create(&thread, NULL, leaving_reader, NULL);
	assert_int_equal(write_lines(&s), EPIPE);
	assert_true(s.put < s.lines);
	pthread_join(thread, NULL);
	unlink(path);
}

static void
test_full_device(void **state)
{
	struct source s = {.lines = 1000000, .width = 300};

	(void)state;
	snprintf(path, sizeof(path), "/dev/full");
	assert_int_equal(write_lines(&s), ENOSPC);
}

/* A file that may not grow: cut back to its last whole line. */
static void
test_full_file(void **state)
{
	struct source s = {.lines = 1000000, .width = 300};
	struct rlimit was, small;
	struct stat   st;
	FILE         *f;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small = was;
	small.rlim_cur = 200001;
	make_path();
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(write_lines(&s), EFBIG);
	setrlimit(RLIMIT_FSIZE, &was);
	f = fopen(path, "r");
	assert_true(check_lines(f, s.width, 0) > 500);
	fclose(f);
	assert_int_equal(stat(path, &st), 0);
	assert_in_range(st.st_size, 199000, 200001);
	unlink(path);
}

static void
test_lines_longer_than_a_block(void **state)
{
	struct source s = {.lines = 300, .width = 9000};
	FILE         *f;

	(void)state;
	make_path();
	assert_int_equal(write_lines(&s), 0);
	f = fopen(path, "r");
	assert_int_equal(check_lines(f, s.width, 0), s.lines);
	fclose(f);
	unlink(path);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_file),
	    cmocka_unit_test(test_fifo_with_slow_reader),
	    cmocka_unit_test(test_reader_that_leaves),
	    cmocka_unit_test(test_full_device),
	    cmocka_unit_test(test_full_file),
	    cmocka_unit_test(test_lines_longer_than_a_block),
	};

	return cmocka_run_group_tests_name("io/writer", tests, NULL, NULL);
}
