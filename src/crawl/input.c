/*
 * input.c - the lists of URLs, line by line, as they are needed.
 */
#include "acrawl/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"

#define READ_BYTES (64 * 1024)

struct input {
	struct loop          *loop;
	const struct strings *names;
	size_t                next;     /* the name after the current one */
	const char           *file;     /* for messages */
	int                   fd;       /* -1: none is open */
	bool                  may_wait; /* fd is no regular file */
	struct watch         *watch;
	struct task          *waiter;
	uint64_t              line;
	struct buf            bytes; /* read; those before `at` are done with */
	size_t                at;
	bool                  eof;
	bool skipping; /* the rest of a line that is too long */
	bool failed;
};

static bool
is_url(const char *name)
{
	return str_starts_nocase(str_c(name), STR_LIT("http://")) ||
	       str_starts_nocase(str_c(name), STR_LIT("https://"));
}

/* Looks for what can be known before anything is fetched. */
static bool
check_name(const char *name)
{
	struct stat st;

	if (strcmp(name, "-") == 0 || is_url(name))
		return true;
	if (strstr(name, "://") != NULL) {
		log_plain("%s: only http and https URLs can be fetched", name);
		return false;
	}
	if (stat(name, &st) != 0 || access(name, R_OK) != 0) {
		log_plain("cannot read %s: %s%s", name, strerror(errno),
		    errno == ENOENT ? " (a URL begins with http:// or https://)"
				    : "");
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		log_plain("cannot read %s: it is a directory; name a file of "
			  "URLs",
		    name);
		return false;
	}
	return true;
}

struct input *
input_new(struct loop *loop, const struct strings *names)
{
	struct input *in;

	for (size_t i = 0; i < names->n; i++)
		if (!check_name(names->items[i]))
			return NULL;
	in = XNEW(struct input);
	in->loop = loop;
	in->names = names;
	in->fd = -1;
	buf_init(&in->bytes, LIMIT_URL_BYTES + READ_BYTES);
	return in;
}

static void
close_file(struct input *in)
{
	watch_free(in->watch);
	in->watch = NULL;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

void
input_free(struct input *in)
{
	if (in == NULL)
		return;
	close_file(in);
	buf_clear(&in->bytes);
	free(in);
}

bool
input_failed(const struct input *in)
{
	return in->failed;
}

bool
file_stat(const char *name, int standard_fd, struct stat *st)
{
	return (strcmp(name, "-") == 0 ? fstat(standard_fd, st)
				       : stat(name, st)) == 0;
}

bool
input_is_file(const struct input *in, const char *path)
{
	struct stat a, b;

	if (!file_stat(path, STDOUT_FILENO, &a) || !S_ISREG(a.st_mode))
		return false;
	for (size_t i = 0; i < in->names->n; i++)
		if (file_stat(in->names->items[i], STDIN_FILENO, &b) &&
		    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
			return true;
	return false;
}

static void
fail(struct input *in)
{
	log_fatal("cannot read %s: %s", in->file, strerror(errno));
	in->failed = true;
	in->eof = true;
}

/* Opens the next file.  A FIFO that nobody writes to yet is no reason to wait.
 */
static void
open_file(struct input *in, const char *name)
{
	struct stat st;

	in->file = strcmp(name, "-") == 0 ? "standard input" : name;
	in->line = 0;
	in->at = 0;
	buf_reset(&in->bytes);
	in->eof = in->skipping = false;
	in->fd = strcmp(name, "-") == 0
	             ? STDIN_FILENO
	             : open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &st) != 0)
		fail(in);
	else
		in->may_wait = !S_ISREG(st.st_mode);
}

static void
on_readable(void *arg, int fd, int what)
{
	struct input *in = arg;

	(void)fd;
	(void)what;
	watch_free(in->watch);
	in->watch = NULL;
	task_wake(in->waiter);
}

/* Whether a read would wait; if so, t is woken when it would not. */
static bool
must_wait(struct input *in, struct task *t)
{
	struct pollfd pfd = {.fd = in->fd, .events = POLLIN};

	if (!in->may_wait || poll(&pfd, 1, 0) != 0)
		return false;
	in->waiter = t;
	if (in->watch == NULL)
		in->watch =
		    watch_new(in->loop, in->fd, WATCH_READ, on_readable, in);
	/* What can't be watched can be read without waiting. */
	return in->watch != NULL;
}

/* Reads some more bytes.  False if there are none now. */
static bool
read_more(struct input *in, struct task *t)
{
	ssize_t n;

	if (must_wait(in, t))
		return false;
	if (in->at > 0) {
		memmove(
		    in->bytes.p, in->bytes.p + in->at, in->bytes.n - in->at);
		in->bytes.n -= in->at;
		in->at = 0;
	}
	buf_reserve(&in->bytes, READ_BYTES);
	n = read(in->fd, in->bytes.p + in->bytes.n, READ_BYTES);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return errno == EINTR;
	if (n < 0)
		fail(in);
	else if (n == 0)
		in->eof = true;
	else
		in->bytes.n += (size_t)n;
	return true;
}

/* Cuts the next line off what was read.  False if it is not all there. */
static bool
cut_line(struct input *in, struct str *text, bool *too_long)
{
	struct str  rest = str_n(in->bytes.p + in->at, in->bytes.n - in->at);
	const char *end = rest.n > 0 ? memchr(rest.p, '\n', rest.n) : NULL;
	size_t      n = end != NULL ? (size_t)(end - rest.p) : rest.n;

	*too_long = n > LIMIT_URL_BYTES;
	if (end == NULL && !*too_long && !(in->eof && rest.n > 0))
		return false;
	*text = str_n(rest.p, *too_long ? LIMIT_URL_BYTES : n);
	in->at += n + (end != NULL);
	if (in->skipping) {
		/* Still the line that was reported as too long. */
		in->skipping = end == NULL;
		*text = STR_LIT("");
		return true;
	}
	in->skipping = end == NULL && !in->eof;
	in->line++;
	if (in->line == 1 && text->n >= 3 &&
	    memcmp(text->p, "\xEF\xBB\xBF", 3) == 0)
		*text = str_n(text->p + 3, text->n - 3);
	*text = str_trim(*text);
	return true;
}

/* A URL of the command line is a list of one line. */
static enum input_result
argument(const char *name, struct input_line *line)
{
	*line =
	    (struct input_line){.file = "command line", .text = str_c(name)};
	line->too_long = line->text.n > LIMIT_URL_BYTES;
	if (line->too_long)
		line->text.n = LIMIT_URL_BYTES;
	return INPUT_LINE;
}

enum input_result
input_next(struct input *in, struct input_line *line, struct task *t)
{
	for (;;) {
		if (in->fd < 0) {
			const char *name;

			if (in->next == in->names->n)
				return INPUT_END;
			name = in->names->items[in->next++];
			if (is_url(name))
				return argument(name, line);
			open_file(in, name);
		}
		if (in->fd >= 0 && cut_line(in, &line->text, &line->too_long)) {
			if (line->text.n == 0 || line->text.p[0] == '#')
				continue;
			line->file = in->file;
			line->line = in->line;
			return INPUT_LINE;
		}
		if (in->eof)
			close_file(in);
		else if (!read_more(in, t))
			return INPUT_WAIT;
	}
}
