/*
 * loop.h - one event loop, by libevent.
 *
 * A turn of the loop: run the tasks that are ready, then sleep until a
 * descriptor, a signal or the next timer has something for them.  There is no
 * fixed period; a loop with nothing to do sleeps for ever.
 *
 * Callbacks run inside the sleep.  They note what happened and wake tasks;
 * the tasks do the work (task.h, rule 1).
 */
#ifndef ACRAWL_LOOP_H
#define ACRAWL_LOOP_H

#include <stdbool.h>

#include "acrawl/task.h"

struct loop;
struct watch;

enum { WATCH_READ = 1, WATCH_WRITE = 2 };

/* what: WATCH_READ, WATCH_WRITE or both. */
typedef void watch_fn(void *arg, int fd, int what);

/* A loop on the monotonic clock.  Owned; NULL if the system refuses one. */
struct loop *loop_new(void);

/* Frees the loop.  All watches must be gone; tasks are forgotten. */
void loop_free(struct loop *loop);

/* The tasks of this loop. */
struct sched *loop_sched(struct loop *loop);

/* Turns until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/*
 * Calls fn when fd can be read or written, again and again.  Owned by the
 * caller, who frees it before closing fd.  NULL if fd can't be watched, as a
 * regular file can't.
 */
struct watch *watch_new(
    struct loop *loop, int fd, int what, watch_fn *fn, void *arg);

/* Changes what is watched; 0 watches nothing.  Cheap if nothing changes. */
void watch_set(struct watch *w, int what);

/* Idempotent: NULL is nothing. */
void watch_free(struct watch *w);

/* Calls fn (with what 0) in the loop when the process gets a signal. */
struct watch *watch_signal(
    struct loop *loop, int signal, watch_fn *fn, void *arg);

#endif
