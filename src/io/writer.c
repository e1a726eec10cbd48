/*
 * writer.c - lines to a file, a pipe or standard output, without waiting.
 *
 *	writer_line() -> block -> queue -> task -> batch | thread -> write(2)
 *	                                                 |
 *	              loop's thread                      |  writer's thread
 *
 * The two threads share `batch`, under `lock`, and nothing else: the loop
 * fills it when it is empty, the thread empties it and says so through an
 * eventfd, which wakes the task.
 */
#include "acrawl/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"

#define BLOCK_BYTES (64 * 1024)
#define BATCH_BYTES (128 * 1024)
#define FLUSH_MS    100

struct block {
	struct queue_item item;
	struct buf        bytes; /* whole lines */
};

enum writer_state {
	WRITER_IDLE = 1, /* queue, or the timer that ends FLUSH_MS */
	WRITER_BUSY,     /* the thread: has a batch */
};

struct writer {
	const char   *path;
	const char   *name;
	int           fd;
	struct task   task;
	struct task  *owner;
	struct loop  *loop;
	struct block *block; /* being filled, or NULL */
	struct queue  queue; /* of blocks */
	struct watch *done_watch;
	int           done_fd;
	bool          closing;
	bool          closed;
	int           error;
	pthread_t     thread;

	/* Shared with the thread, under lock. */
	pthread_mutex_t lock;
	pthread_cond_t  work;
	struct list     batch;       /* blocks to write */
	bool            batch_taken; /* the thread is at it */
	bool            ending;      /* the thread is to end */
	int             batch_error;
};

/* The offset behind the last line feed in the first n bytes of p, or 0. */
static size_t
last_line_end(const char *p, size_t n)
{
	while (n > 0 && p[n - 1] != '\n')
		n--;
	return n;
}

/* The begin of s that ends with a line and has at most n bytes, if it can. */
static struct str
whole_lines(struct str s, size_t n)
{
	size_t whole = s.n <= n ? s.n : last_line_end(s.p, n);

	if (whole == 0)
		whole = (size_t)((char *)memchr(s.p, '\n', s.n) - s.p) + 1;
	return str_n(s.p, whole);
}

/*
 * Writes all of s, or fails with an errno after *done bytes.  A pipe takes s
 * undivided if it is at most PIPE_BUF long (write(2) in POSIX).
 */
static int
write_all(int fd, struct str s, size_t *done)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};

	for (*done = 0; *done < s.n;) {
		ssize_t n = write(fd, s.p + *done, s.n - *done);

		if (n >= 0)
			*done += (size_t)n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			poll(&poll_fd, 1, -1);
		else if (errno != EINTR)
			return errno;
	}
	return 0;
}

/* Takes the last n bytes off a file again, if they are its last. */
static void
take_back(int fd, size_t n)
{
	off_t       at = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (n == 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    at != st.st_size || at < (off_t)n)
		return;
	if (ftruncate(fd, at - (off_t)n) == 0)
		lseek(fd, at - (off_t)n, SEEK_SET);
}

/* Writes one block in pieces that leave whole lines behind. */
static int
write_block(int fd, bool is_pipe, struct str s)
{
	while (s.n > 0) {
		struct str piece = is_pipe ? whole_lines(s, PIPE_BUF) : s;
		size_t     done;
		int        error = write_all(fd, piece, &done);

		if (error != 0) {
			take_back(fd, done - last_line_end(piece.p, done));
			return error;
		}
		s = str_n(s.p + piece.n, s.n - piece.n);
	}
	return 0;
}

static void
block_free(struct block *b)
{
	buf_clear(&b->bytes);
	free(b);
}

static int
write_batch(struct writer *w, struct list *batch, bool is_pipe, int error)
{
	struct list *node;

	while ((node = list_pop(batch)) != NULL) {
		struct block *b = CONTAINER_OF(node, struct block, item.node);

		if (error == 0)
			error = write_block(w->fd, is_pipe, buf_str(&b->bytes));
		block_free(b);
	}
	return error;
}

static void *
writer_thread(void *arg)
{
	struct writer *w = arg;
	struct stat    st;
	bool           is_pipe = fstat(w->fd, &st) == 0 && S_ISFIFO(st.st_mode);
	int            error = 0;
	uint64_t       one = 1;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		struct list batch;

		while (list_empty(&w->batch) && !w->ending)
			pthread_cond_wait(&w->work, &w->lock);
		if (list_empty(&w->batch))
			break;
		list_init(&batch);
		list_splice(&batch, &w->batch);
		pthread_mutex_unlock(&w->lock);
		error = write_batch(w, &batch, is_pipe, error);
		pthread_mutex_lock(&w->lock);
		w->batch_taken = false;
		w->batch_error = error;
		if (write(w->done_fd, &one, sizeof(one)) < 0)
			abort(); /* a counter below 2^64 takes any 1 */
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* In the loop: the thread is done with a batch. */
static void
on_batch_done(void *arg, int fd, int what)
{
	struct writer *w = arg;
	uint64_t       count;

	(void)what;
	if (read(fd, &count, sizeof(count)) > 0)
		task_wake(&w->task);
}

static void
wake_owner(struct writer *w)
{
	if (w->owner != NULL)
		task_wake(w->owner);
}

/* Puts the block that is being filled on the queue. */
static void
queue_block(struct writer *w)
{
	bool was_full = w->queue.full;

	if (w->block == NULL)
		return;
	queue_push(&w->queue, &w->block->item, w->block->bytes.n);
	w->block = NULL;
	if (w->queue.full && !was_full)
		wake_owner(w);
}

/* Hands blocks to the thread.  False if there are none. */
static bool
start_batch(struct writer *w)
{
	size_t      n = 0;
	struct list batch;

	list_init(&batch);
	while (n < BATCH_BYTES && queue_has_item(&w->queue, &w->task)) {
		struct queue_item *item = queue_get(&w->queue, &w->task);

		n += item->weight;
		list_push(&batch, &item->node);
	}
	if (n == 0)
		return false;
	pthread_mutex_lock(&w->lock);
	list_splice(&w->batch, &batch);
	w->batch_taken = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	return true;
}

/* Whether the thread is done with its batch; takes over its result. */
static bool
batch_done(struct writer *w)
{
	bool done;

	pthread_mutex_lock(&w->lock);
	done = !w->batch_taken;
	if (done && w->error == 0)
		w->error = w->batch_error;
	pthread_mutex_unlock(&w->lock);
	return done;
}

/* Whether there is something to do; keeps the promise of FLUSH_MS. */
static bool
has_work(struct writer *w)
{
	if (w->closing || (w->block != NULL && task_slept(&w->task)))
		queue_block(w);
	return queue_has_item(&w->queue, &w->task) || w->closing;
}

static void
writer_run(struct task *t)
{
	struct writer *w = CONTAINER_OF(t, struct writer, task);

	switch (t->state) {
	case TASK_NEW:
		for (;;) {
			AWAIT(t, WRITER_IDLE, has_work(w));
			if (!start_batch(w))
				break; /* closing, and nothing is left */
			AWAIT(t, WRITER_BUSY, batch_done(w));
			wake_owner(w);
		}
	}
	w->closed = true;
	wake_owner(w);
	task_done(t);
}

static int
open_output(const char *path)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

struct writer *
writer_open(struct loop *loop, const char *path)
{
	int            fd = open_output(path);
	struct writer *w;

	if (fd < 0)
		return NULL;
	w = XNEW(struct writer);
	w->path = path;
	w->name = strcmp(path, "-") == 0 ? "standard output" : path;
	w->fd = fd;
	w->loop = loop;
	queue_init(&w->queue, LIMIT_OUTPUT_HIGH, LIMIT_OUTPUT_LOW);
	list_init(&w->batch);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	w->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->done_fd >= 0)
		w->done_watch =
		    watch_new(loop, w->done_fd, WATCH_READ, on_batch_done, w);
	if (w->done_watch == NULL ||
	    pthread_create(&w->thread, NULL, writer_thread, w) != 0) {
		log_fatal("cannot start a thread to write %s: %s", w->name,
		    strerror(errno));
		exit(1);
	}
	task_spawn(&w->task, loop_sched(loop), writer_run, NULL);
	return w;
}

void
writer_set_owner(struct writer *w, struct task *owner)
{
	w->owner = owner;
}

/* Room for n bytes of whole lines in the block that is being filled. */
static struct buf *
room(struct writer *w, size_t n)
{
	if (w->block != NULL && w->block->bytes.n + n > BLOCK_BYTES)
		queue_block(w);
	if (w->block == NULL) {
		w->block = XNEW(struct block);
		buf_reserve(
		    &w->block->bytes, n > BLOCK_BYTES ? n : BLOCK_BYTES);
		if (task_slept(&w->task))
			task_sleep(&w->task, FLUSH_MS);
	}
	return &w->block->bytes;
}

void
writer_line(struct writer *w, const struct str *parts, size_t n)
{
	size_t      length = 1;
	struct buf *out;

	for (size_t i = 0; i < n; i++)
		length += parts[i].n;
	out = room(w, length);
	for (size_t i = 0; i < n; i++)
		buf_add(out, parts[i]);
	buf_addc(out, '\n');
}

void
writer_lines(struct writer *w, struct str lines)
{
	while (lines.n > 0) {
		struct str piece = whole_lines(lines, BLOCK_BYTES);

		buf_add(room(w, piece.n), piece);
		lines = str_n(lines.p + piece.n, lines.n - piece.n);
	}
}

bool
writer_has_room(struct writer *w, struct task *t)
{
	return queue_has_room(&w->queue, t);
}

bool
writer_full(const struct writer *w)
{
	return w->queue.full;
}

int
writer_error(const struct writer *w)
{
	return w->error;
}

const char *
writer_name(const struct writer *w)
{
	return w->name;
}

const char *
writer_path(const struct writer *w)
{
	return w->path;
}

void
writer_close(struct writer *w)
{
	w->closing = true;
	task_wake(&w->task);
}

bool
writer_closed(const struct writer *w)
{
	return w->closed;
}

static void
end_thread(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
}

void
writer_free(struct writer *w)
{
	struct list *node;

	if (w == NULL || !w->closed)
		return;
	end_thread(w);
	while ((node = list_pop(&w->queue.items)) != NULL)
		block_free(CONTAINER_OF(node, struct block, item.node));
	if (w->block != NULL)
		block_free(w->block);
	watch_free(w->done_watch);
	close(w->done_fd);
	close(w->fd);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
