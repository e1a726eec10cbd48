/*
 * fetch_file.c - a file in place of a response.
 *
 * A task of its own reads, and gives the loop back after each READ_BYTES, so
 * that signals, requests and outputs have their turns.  A read() of a regular
 * file can't be waited for otherwise; so that the disk is at work meanwhile,
 * the system is told when the file is opened that all of it will be wanted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch_int.h"

#include "acrawl/mem.h"

/* Of a file, in one go: most pages are shorter, and it fits into a cache. */
#define READ_BYTES (128 * 1024)

struct file {
	struct fetch fetch;
	struct task  task;
	const char  *content_type;
	int          fd;    /* -1: not open */
	int          error; /* an errno; 0: none */
};

enum file_state {
	FILE_READS = 1, /* itself, or a pause of the fetcher */
};

static struct file *
file_of(const struct fetch *f)
{
	return CONTAINER_OF(f, struct file, fetch);
}

/* It can't be opened or read. */
static void
refuse(struct file *file, int error)
{
	file->error = error;
	fetch_abort(&file->fetch, OUTCOME_UNREADABLE);
}

/* What was opened takes the place of a response's headers. */
static void
put_head(struct file *file)
{
	struct fetch_response r = {
	    .is_file = true,
	    .content_type = str_c(file->content_type),
	    .location = STR_LIT(""),
	    .version = "",
	};

	fetch_head(&file->fetch, &r);
	if (file->fetch.body != FETCH_READ)
		fetch_abort(&file->fetch, OUTCOME_OK);
}

/* Reads once.  Returns the bytes read; at the end, or if it fails, 0. */
static size_t
read_once(struct file *file, size_t most)
{
	char   *bytes = file->fetch.fetcher->bytes;
	ssize_t n;

	do {
		n = read(file->fd, bytes, most);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		refuse(file, errno);
	else if (n == 0)
		fetch_abort(&file->fetch, OUTCOME_OK);
	else
		fetch_feed(&file->fetch, str_n(bytes, (size_t)n));
	return n > 0 ? (size_t)n : 0;
}

/* Reads some more, if it may.  Whether it has come to its end. */
static bool
read_some(struct file *file)
{
	size_t left = READ_BYTES;

	if (file->fetch.fetcher->paused)
		return file->fetch.aborted;
	while (left > 0 && !file->fetch.aborted)
		left -= read_once(file, left);
	if (!file->fetch.aborted)
		task_wake(&file->task);
	return file->fetch.aborted;
}

static void
file_run(struct task *t)
{
	struct file *file = CONTAINER_OF(t, struct file, task);

	switch (t->state) {
	case TASK_NEW:
		if (!file->fetch.aborted)
			put_head(file);
		AWAIT(t, FILE_READS, read_some(file));
	}
	fetch_end(&file->fetch);
}

static void
file_end(struct fetch *f)
{
	struct file *file = file_of(f);

	task_stop(&file->task);
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static void
file_pause(struct fetch *f, bool pause)
{
	if (!pause)
		task_wake(&file_of(f)->task);
}

static void
file_result(const struct fetch *f, struct fetch_result *r)
{
	if (file_of(f)->error != 0)
		r->detail = strerror(file_of(f)->error);
}

static void
file_take_back(struct fetch *f)
{
	free(file_of(f));
}

static const struct fetch_kind file_kind = {
    file_end, file_pause, file_result, file_take_back};

/* What is no regular file, a FIFO say, is neither waited for nor read. */
static void
open_file(struct file *file, const char *path)
{
	struct stat st;

	file->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (file->fd < 0 || fstat(file->fd, &st) != 0)
		refuse(file, errno);
	else if (!S_ISREG(st.st_mode))
		refuse(file, S_ISDIR(st.st_mode) ? EISDIR : EINVAL);
	else
		posix_fadvise(file->fd, 0, 0, POSIX_FADV_WILLNEED);
}

struct fetch *
fetch_file(struct fetcher *fr, const char *path, const char *content_type,
    const struct fetch_sink *sink, void *arg, struct task *task)
{
	struct file  *file = XNEW(struct file);
	struct fetch *f = &file->fetch;

	f->fetcher = fr;
	f->kind = &file_kind;
	f->sink = sink;
	f->arg = arg;
	f->task = task;
	file->content_type = content_type;
	if (fr->bytes == NULL)
		fr->bytes = xmalloc(READ_BYTES);
	fetch_begin(f);
	open_file(file, path);
	task_spawn(&file->task, loop_sched(fr->loop), file_run, NULL);
	return f;
}
