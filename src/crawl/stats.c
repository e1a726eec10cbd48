/*
 * stats.c - counters, progress, summary.
 */
#include "acrawl/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "acrawl/log.h"
#include "acrawl/str.h"

/* On a terminal the line is drawn in place; elsewhere each is a line more. */
#define TICK_TERMINAL_MS 200
#define TICK_FILE_MS     5000

enum ticker_state {
	TICKER_SLEEPS = 1, /* its timer */
};

static uint64_t
done(const struct stats *s)
{
	return s->ok + s->failed + s->interrupted;
}

static double
seconds(const struct stats *s)
{
	return (double)(sched_now(s->sched) - s->began_ms) / 1000;
}

/* Pages a second; a run that took no time that could be seen took 1 ms. */
static double
rate(const struct stats *s)
{
	return (double)done(s) / (seconds(s) > 0 ? seconds(s) : 0.001);
}

static void
draw(const struct stats *s)
{
	char line[256];
	int  t = (int)seconds(s);

	snprintf(line, sizeof(line),
	    "acrawl: %" PRIu64 " done, %" PRIu64 " failed, %" PRIu64
	    " in flight, %" PRIu64 " waiting, %" PRIu64
	    " links, %.0f pages/s, %d:%02d",
	    s->ok, s->failed, s->in_flight, s->queued, s->links, rate(s),
	    t / 60, t % 60);
	log_status(line);
}

static void
ticker_run(struct task *t)
{
	struct stats *s = CONTAINER_OF(t, struct stats, ticker);

	switch (t->state) {
	case TASK_NEW:
		for (;;) {
			task_sleep(t, isatty(STDERR_FILENO) ? TICK_TERMINAL_MS
							    : TICK_FILE_MS);
			AWAIT(t, TICKER_SLEEPS, task_slept(t));
			draw(s);
		}
	}
}

void
stats_begin(struct stats *s, struct sched *sched, bool progress)
{
	*s = (struct stats){.sched = sched, .began_ms = sched_now(sched)};
	s->progress = progress;
	if (progress)
		task_spawn(&s->ticker, sched, ticker_run, NULL);
}

void
stats_count(struct stats *s, enum outcome o, uint64_t bytes)
{
	uint64_t *counter = o == OUTCOME_OK            ? &s->ok
	                    : o == OUTCOME_INTERRUPTED ? &s->interrupted
	                    : o == OUTCOME_NOT_STARTED ? &s->not_started
	                                               : &s->failed;

	++*counter;
	s->bytes += bytes;
}

void
stats_end(struct stats *s)
{
	if (!s->progress)
		return;
	task_stop(&s->ticker);
	log_status(NULL);
}

void
stats_summary(const struct stats *s, const char *why)
{
	struct buf line;

	buf_init(&line, 0);
	buf_addf(&line, "%" PRIu64 " URLs: %" PRIu64 " ok, %" PRIu64 " failed",
	    done(s) + s->not_started, s->ok, s->failed);
	if (s->interrupted > 0)
		buf_addf(&line, ", %" PRIu64 " interrupted", s->interrupted);
	if (s->not_started > 0)
		buf_addf(&line, ", %" PRIu64 " not started", s->not_started);
	buf_addf(&line, "; %" PRIu64 " links, %.1f MB in %.2f s (%.0f pages/s)",
	    s->links, (double)s->bytes / 1e6, seconds(s), rate(s));
	if (why != NULL)
		buf_addf(&line, "; incomplete: %s", why);
	log_plain("%s", buf_cstr(&line));
	buf_clear(&line);
}
