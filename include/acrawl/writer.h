/*
 * writer.h - lines to a file, a pipe or standard output, without waiting.
 *
 * A bounded queue of blocks between the loop and a thread.  Whoever has a line
 * appends it, which never waits; a task takes full blocks off the queue (and,
 * after a tenth of a second, one that is not full) and hands them to the
 * thread, which alone may wait for a disk or a slow reader.
 *
 * Invariants: lines come out whole and in the order in which they were put,
 * whatever becomes of the output.  What is written to a pipe goes in pieces
 * of whole lines of at most PIPE_BUF bytes, which the system does not divide
 * (a single longer line apart); a regular file that can take no more is cut
 * back to its last whole line.
 *
 * While the queue is full (LIMIT_OUTPUT_HIGH, until LIMIT_OUTPUT_LOW) the
 * producers are expected to stop soon; what they still put is taken.
 */
#ifndef ACRAWL_WRITER_H
#define ACRAWL_WRITER_H

#include <stdbool.h>

#include "acrawl/loop.h"
#include "acrawl/str.h"

struct writer;

/*
 * Opens path for writing, truncated; "-" is standard output.  NULL, with
 * errno set, if it can't be opened.  Borrows path for its life.  `owner` is
 * woken when the writer gets full, has room again, fails, or is closed.
 */
struct writer *writer_open(struct loop *loop, const char *path);
void           writer_set_owner(struct writer *w, struct task *owner);

/* Appends one line: its parts one after the other, and a line feed. */
void writer_line(struct writer *w, const struct str *parts, size_t n);

/* Appends bytes that are whole lines. */
void writer_lines(struct writer *w, struct str lines);

/* Whether t may go on; if not, it is woken when there is room. */
bool writer_has_room(struct writer *w, struct task *t);

/* Whether the queue is full just now. */
bool writer_full(const struct writer *w);

/* The errno of the write that failed; 0 if none did.  It never recovers. */
int writer_error(const struct writer *w);

/* What it writes to, for a message. */
const char *writer_name(const struct writer *w);

/* The path that it was opened with. */
const char *writer_path(const struct writer *w);

/* No more lines will come: writes out the rest. */
void writer_close(struct writer *w);

/* Whether all is written, or never will be, after writer_close(). */
bool writer_closed(const struct writer *w);

/*
 * Frees a writer.  If it is not closed its thread may hang in a write; it is
 * then left alone, and the process must end without it.
 */
void writer_free(struct writer *w);

#endif
