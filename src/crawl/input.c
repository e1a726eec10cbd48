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
#include "acrawl/site.h"
#include "acrawl/url.h"

#define READ_BYTES (64 * 1024)

struct input {
	struct loop          *loop;
	const struct strings *names;
	struct buf            base_url;
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
	bool         skipping; /* the rest of a line that is too long */
	struct site *site;     /* the current directory; NULL: none */
	bool         failed;
};

static bool
is_url(const char *name)
{
	return str_starts_nocase(str_c(name), STR_LIT("http://")) ||
	       str_starts_nocase(str_c(name), STR_LIT("https://"));
}

/* Looks for what can be known before anything is fetched. */
static bool
check_name(const char *name, const char *base_url)
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
	if (S_ISDIR(st.st_mode) && base_url == NULL) {
		log_plain("%s is a directory; name the URL that its files are "
			  "published under, as in --base-url "
			  "https://example.org/",
		    name);
		return false;
	}
	return true;
}

bool
input_is_directory(const char *name)
{
	struct stat st;

	return strcmp(name, "-") != 0 && !is_url(name) &&
	       stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
has_directory(const struct strings *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (input_is_directory(names->items[i]))
			return true;
	return false;
}

/* Makes the URL to which the paths of files are appended. */
static bool
read_base_url(struct buf *base, const char *text)
{
	struct url url;
	bool       ok;

	url_init(&url);
	ok = url_parse(&url, str_c(text), NULL) && url_is_http(&url) &&
	     url.query_at == url.href.n;
	if (ok) {
		buf_add(base, url_href(&url));
		if (base->p[base->n - 1] != '/')
			buf_addc(base, '/');
	} else {
		log_plain("--base-url wants an http or https URL without query "
			  "and fragment, not '%s'",
		    text);
	}
	url_clear(&url);
	return ok;
}

static bool
check_names(const struct strings *names, const char *base_url)
{
	for (size_t i = 0; i < names->n; i++)
		if (!check_name(names->items[i], base_url))
			return false;
	if (base_url != NULL && !has_directory(names)) {
		log_plain("--base-url is for a directory, and no input is one");
		return false;
	}
	return true;
}

struct input *
input_new(struct loop *loop, const struct strings *names, const char *base_url)
{
	struct input *in;

	if (!check_names(names, base_url))
		return NULL;
	in = XNEW(struct input);
	in->loop = loop;
	in->names = names;
	in->fd = -1;
	buf_init(&in->base_url, 0);
	buf_init(&in->bytes, LIMIT_URL_BYTES + READ_BYTES);
	if (base_url != NULL && !read_base_url(&in->base_url, base_url)) {
		input_free(in);
		return NULL;
	}
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
	site_free(in->site);
	buf_clear(&in->base_url);
	buf_clear(&in->bytes);
	free(in);
}

struct str
input_base_url(const struct input *in)
{
	return buf_str(&in->base_url);
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
	bool        is_there = file_stat(path, STDOUT_FILENO, &a);

	if (is_there && !S_ISREG(a.st_mode))
		return false;
	for (size_t i = 0; i < in->names->n; i++) {
		const char *name = in->names->items[i];

		if (!file_stat(name, STDIN_FILENO, &b))
			continue;
		if (S_ISDIR(b.st_mode) ? site_has(name, path)
				       : is_there && a.st_dev == b.st_dev &&
					     a.st_ino == b.st_ino)
			return true;
	}
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
open_directory(struct input *in, const char *name)
{
	in->file = name;
	in->site = site_new(name, buf_str(&in->base_url));
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

/* The next file of the directory. */
static enum input_result
next_file(struct input *in, struct input_line *line)
{
	struct site_file file;

	switch (site_next(in->site, &file)) {
	case SITE_FILE:
		*line = (struct input_line){
		    .file = in->file, .text = file.url, .path = file.path};
		return INPUT_FILE;
	case SITE_MORE:
		return INPUT_MORE;
	case SITE_END:
		break;
	}
	in->failed = in->failed || site_failed(in->site);
	site_free(in->site);
	in->site = NULL;
	return INPUT_END;
}

/* The next line of the file. */
static enum input_result
next_line(struct input *in, struct input_line *line, struct task *t)
{
	for (;;) {
		struct str text;
		bool       too_long;

		if (cut_line(in, &text, &too_long)) {
			if (text.n == 0 || text.p[0] == '#')
				continue;
			*line = (struct input_line){.file = in->file,
			    .line = in->line,
			    .text = text,
			    .too_long = too_long};
			return INPUT_LINE;
		}
		if (in->eof) {
			close_file(in);
			return INPUT_END;
		}
		if (!read_more(in, t))
			return INPUT_WAIT;
	}
}

enum input_result
input_next(struct input *in, struct input_line *line, struct task *t)
{
	for (;;) {
		enum input_result result = INPUT_END;
		const char       *name;

		if (in->site != NULL)
			result = next_file(in, line);
		else if (in->fd >= 0)
			result = next_line(in, line, t);
		if (result != INPUT_END)
			return result;
		if (in->next == in->names->n)
			return INPUT_END;
		name = in->names->items[in->next++];
		if (is_url(name))
			return argument(name, line);
		if (input_is_directory(name))
			open_directory(in, name);
		else
			open_file(in, name);
	}
}
