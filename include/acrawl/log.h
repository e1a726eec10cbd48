/*
 * log.h - what people read on standard error.
 *
 * A log line is "18:30:44 INFO:acrawl: Got response [200] for URL: ...":
 * local time, level, one line.  Control bytes in it are shown as ?, so that
 * nothing from outside reaches a terminal raw.  On a terminal a status line
 * may stand below the log; it is wiped before each line and drawn again.
 *
 * The level and the status line are the only things that are global; they
 * belong to the main thread.
 */
#ifndef ACRAWL_LOG_H
#define ACRAWL_LOG_H

#include <stdbool.h>

#include "acrawl/mem.h"

enum log_level {
	LOG_FATAL, /* the run can't begin, or can't go on: always shown */
	LOG_ERROR, /* a page failed: shown, but with -q */
	LOG_INFO,  /* the story of each page: -v */
	LOG_DEBUG, /* what goes on inside: -vv */
};

void log_set_level(enum log_level level);
bool log_enabled(enum log_level level);

void log_fatal(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * For what is said before or after a run: "acrawl: ..." without time and
 * level.  Shown at any level.
 */
void log_plain(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * Shows a status line; NULL takes it away.  On a terminal it is redrawn in
 * place and cut to its width; elsewhere it is a line like any other.
 */
void log_status(const char *text);

#endif
