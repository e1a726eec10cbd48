/*
 * log.c - what people read on standard error.
 *
 * Each message is put together in one buffer and leaves in one write, so that
 * lines of several processes that share a standard error stay whole.
 */
#include "acrawl/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "acrawl/str.h"

#define LINE_MAX_BYTES   4096
#define STATUS_MAX_BYTES 512

static enum log_level shown = LOG_ERROR;
static char           status[STATUS_MAX_BYTES];

static const char *const names[] = {"CRITICAL", "ERROR", "INFO", "DEBUG"};

void
log_set_level(enum log_level level)
{
	shown = level;
}

bool
log_enabled(enum log_level level)
{
	return level <= shown;
}

static void
write_out(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDERR_FILENO, p, n);

		if (done < 0 && errno != EINTR)
			return; /* nobody left to tell */
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
}

static size_t
terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return 80;
	return size.ws_col;
}

/* Appends the status line as it is drawn on a terminal. */
static void
add_status(struct buf *out)
{
	size_t n = strlen(status);
	size_t most = terminal_columns() - 1;

	buf_add(out, str_n(status, n < most ? n : most));
}

static void
emit(struct buf *line)
{
	for (size_t i = 0; i < line->n; i++)
		if ((unsigned char)line->p[i] < 0x20 || line->p[i] == 0x7f)
			line->p[i] = '?';
	if (status[0] == '\0') {
		buf_addc(line, '\n');
		write_out(line->p, line->n);
	} else {
		struct buf out;

		buf_init(&out, 0);
		buf_add(&out, STR_LIT("\r\033[K"));
		buf_add(&out, buf_str(line));
		buf_addc(&out, '\n');
		add_status(&out);
		write_out(out.p, out.n);
		buf_clear(&out);
	}
}

static void add_message(struct buf *line, const char *fmt, va_list ap)
    PRINTF_LIKE(2, 0);
static void log_line(enum log_level level, const char *fmt, va_list ap)
    PRINTF_LIKE(2, 0);

static void
add_message(struct buf *line, const char *fmt, va_list ap)
{
	char message[LINE_MAX_BYTES];

	vsnprintf(message, sizeof(message), fmt, ap);
	buf_add(line, str_c(message));
}

static void
log_line(enum log_level level, const char *fmt, va_list ap)
{
	struct buf line;
	struct tm  tm;
	time_t     now = time(NULL);

	if (!log_enabled(level))
		return;
	buf_init(&line, 0);
	localtime_r(&now, &tm);
	buf_addf(&line, "%02d:%02d:%02d %s:acrawl: ", tm.tm_hour, tm.tm_min,
	    tm.tm_sec, names[level]);
	add_message(&line, fmt, ap);
	emit(&line);
	buf_clear(&line);
}

#define LOG_FUNCTION(name, level)                                              \
	void name(const char *fmt, ...)                                        \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		log_line(level, fmt, ap);                                      \
		va_end(ap);                                                    \
	}

LOG_FUNCTION(log_fatal, LOG_FATAL)
LOG_FUNCTION(log_error, LOG_ERROR)
LOG_FUNCTION(log_info, LOG_INFO)
LOG_FUNCTION(log_debug, LOG_DEBUG)

void
log_plain(const char *fmt, ...)
{
	struct buf line;
	va_list    ap;

	buf_init(&line, 0);
	buf_add(&line, STR_LIT("acrawl: "));
	va_start(ap, fmt);
	add_message(&line, fmt, ap);
	va_end(ap);
	emit(&line);
	buf_clear(&line);
}

void
log_status(const char *text)
{
	struct buf out;

	if (text == NULL && status[0] == '\0')
		return;
	buf_init(&out, 0);
	if (isatty(STDERR_FILENO)) {
		snprintf(
		    status, sizeof(status), "%s", text != NULL ? text : "");
		buf_add(&out, STR_LIT("\r\033[K"));
		add_status(&out);
	} else if (text != NULL) {
		buf_addf(&out, "%s\n", text);
	}
	write_out(out.p, out.n);
	buf_clear(&out);
}
