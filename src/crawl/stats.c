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
	return s->ok + s->failed + s->skipped + s->interrupted;
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

/*
 * How long it will take, by the rate so far: while a site is crawled at least
 * so long, as nobody knows what is still to be found.
 */
static void
add_estimate(const struct stats *s, struct buf *line)
{
	uint64_t left = s->queued + s->in_flight;
	uint64_t ms;

	if (s->most > 0 && left > s->most - done(s))
		left = s->most - done(s);
	if (left == 0 || done(s) == 0)
		return;
	ms = (uint64_t)((double)left / rate(s) * 1000);
	buf_addf(line, ", at least %" PRIu64 ":%02" PRIu64 " left", ms / 60000,
	    ms / 1000 % 60);
}

/* What matters most comes first, as a terminal may cut the line. */
static void
add_crawl(const struct stats *s, struct buf *line)
{
	buf_addf(line,
	    "acrawl: %" PRIu64 " done, %" PRIu64 " queued, %" PRIu64
	    " host%s, %.0f pages/s",
	    s->ok + s->failed + s->skipped, s->queued, s->hosts,
	    s->hosts == 1 ? "" : "s", rate(s));
	add_estimate(s, line);
	buf_addf(line,
	    ", %" PRIu64 " failed, %" PRIu64 " in flight, %" PRIu64 " links",
	    s->failed, s->in_flight, s->links);
}

static void
add_list(const struct stats *s, struct buf *line)
{
	buf_addf(line,
	    "acrawl: %" PRIu64 " done, %" PRIu64 " failed, %" PRIu64
	    " in flight, %" PRIu64 " waiting, %" PRIu64 " links, %.0f pages/s",
	    s->ok, s->failed, s->in_flight, s->queued, s->links, rate(s));
}

static void
draw(const struct stats *s)
{
	struct buf line;
	int        t = (int)seconds(s);

	buf_init(&line, 0);
	if (s->hosts > 0)
		add_crawl(s, &line);
	else
		add_list(s, &line);
	buf_addf(&line, ", %d:%02d", t / 60, t % 60);
	log_status(buf_cstr(&line));
	buf_clear(&line);
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

bool
stats_is_skipped(enum outcome o, int status, bool listed)
{
	return o == OUTCOME_REDIRECT ||
	       (!listed && (outcome_traits(o, status) & OUTCOME_SKIPPED) != 0);
}

void
stats_count(
    struct stats *s, enum outcome o, int status, bool listed, uint64_t bytes)
{
	bool      skipped = stats_is_skipped(o, status, listed);
	uint64_t *counter = o == OUTCOME_OK            ? &s->ok
	                    : o == OUTCOME_INTERRUPTED ? &s->interrupted
	                    : o == OUTCOME_NOT_STARTED ? &s->not_started
	                    : skipped                  ? &s->skipped
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

/* One more line if links were not followed: how many, and why. */
static void
account_for_links(const struct stats *s)
{
	static const char *const why[LEFT_COUNT] = {
	    [LEFT_SCOPE] = "out of scope",
	    [LEFT_EXCLUDED] = "excluded",
	    [LEFT_TOO_LONG] = "too long",
	    [LEFT_NOFOLLOW] = "nofollow",
	    [LEFT_DEPTH] = "too deep",
	    [LEFT_MAX_PAGES] = "beyond --max-pages",
	    [LEFT_PER_HOST] = "beyond --max-pages-per-host",
	};
	struct buf line;

	buf_init(&line, 0);
	for (size_t i = 0; i < LEFT_COUNT; i++)
		if (s->left_out[i] > 0)
			buf_addf(&line, "%s%" PRIu64 " %s",
			    line.n > 0 ? ", " : "", s->left_out[i], why[i]);
	if (line.n > 0)
		log_plain("links not followed: %s", buf_cstr(&line));
	buf_clear(&line);
}

void
stats_summary(const struct stats *s, const char *why)
{
	struct buf line;

	buf_init(&line, 0);
	if (s->checking) {
		buf_addf(&line, "asked for %" PRIu64 " URLs, %.1f MB in %.2f s",
		    s->asked, (double)s->bytes / 1e6, seconds(s));
		if (why != NULL)
			buf_addf(&line, "; incomplete: %s", why);
		log_plain("%s", buf_cstr(&line));
		buf_clear(&line);
		return;
	}
	buf_addf(&line, "%" PRIu64 " URLs: %" PRIu64 " ok, %" PRIu64 " failed",
	    done(s) + s->not_started, s->ok, s->failed);
	if (s->skipped > 0)
		buf_addf(&line, ", %" PRIu64 " skipped", s->skipped);
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
	account_for_links(s);
}
