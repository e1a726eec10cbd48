/*
 * crawl.c - a run from begin to end.
 *
 *	input -> admit -> page -> collect
 *	           |  ^      \       \
 *	           v  |       links   rows
 *	         frontier       \       \
 *	                         writers' queues
 *
 * admit (crawl_admit.c) lets pages in while there is a slot and room in the
 * outputs; pages live their lives (page.c); collect takes them when they are
 * done, as completed or, with --ordered, gathered; story begins and ends it
 * all.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crawl_int.h"

#include "acrawl/check.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/report.h"

/* After a second signal, how long the outputs have to take what they can. */
#define HURRY_MS 250

/* ----------------------------------------------------------------------
 * For pages.
 */

static bool
is_head(const struct crawl *c, const struct page *p)
{
	return c->pages.order == GROUP_AS_COMPLETED ||
	       p->entry->lead.turn == c->pages.turn;
}

bool
crawl_is_turn(struct crawl *c, struct page *p)
{
	if (is_head(c, p))
		return true;
	waitlist_add(&c->turn_waiters, &p->task);
	return false;
}

struct links *
crawl_take_links(struct crawl *c)
{
	return c->readers_n > 0 ? c->readers[--c->readers_n]
	                        : links_new(&c->links_options);
}

void
crawl_give_links(struct crawl *c, struct links *links)
{
	links_trim(links);
	c->readers =
	    xrealloc(c->readers, c->readers_n + 1, sizeof(struct links *));
	c->readers[c->readers_n++] = links;
}

void
crawl_drop_held(struct crawl *c, struct page *p)
{
	c->held_bytes -= p->held.n;
	buf_clear(&p->held);
}

/* Puts out what p held, now that it is its turn. */
static void
release_held(struct crawl *c, struct page *p)
{
	if (p->held.n == 0)
		return;
	writer_lines(c->output, buf_str(&p->held));
	crawl_drop_held(c, p);
}

void
crawl_give_way(struct crawl *c, struct page *p)
{
	p->gave_way = true;
	crawl_drop_held(c, p);
}

/* Holds a line until p's turn, or has p give way if that is too much. */
static void
hold(struct crawl *c, struct page *p, const struct str *parts, size_t n)
{
	size_t length = 1;

	for (size_t i = 0; i < n; i++)
		length += parts[i].n;
	if (p->gave_way)
		return;
	if (c->held_bytes + length > LIMIT_ORDERED_HELD_BYTES) {
		crawl_give_way(c, p);
		return;
	}
	for (size_t i = 0; i < n; i++)
		buf_add(&p->held, parts[i]);
	buf_addc(&p->held, '\n');
	c->held_bytes += length;
}

uint64_t
crawl_max_pages(const struct crawl *c)
{
	return c->config->max_pages > 0 ? (uint64_t)c->config->max_pages
	                                : LIMIT_PAGES_DEFAULT;
}

void
crawl_file_done(struct crawl *c)
{
	c->files--;
	task_wake(&c->admit);
}

void
crawl_put_link(struct crawl *c, struct page *p, const struct link *link)
{
	struct str parts[REPORT_LINK_PARTS];
	size_t     n = report_link(parts, &c->line, c->config->format, p, link);

	if (is_head(c, p)) {
		release_held(c, p);
		writer_line(c->output, parts, n);
	} else {
		hold(c, p, parts, n);
	}
}

/* ----------------------------------------------------------------------
 * collect: from pages to rows.
 */

static void
log_result(const struct page *p)
{
	const struct page_result *r = &p->result;
	struct str                source = page_source(p);
	char                      code[OUTCOME_CODE_SIZE];

	if (r->outcome == OUTCOME_BAD_URL ||
	    r->outcome == OUTCOME_NOT_STARTED ||
	    (r->outcome == OUTCOME_BAD_SCHEME && r->attempts == 0))
		return; /* that was said, or will be */
	if (r->links > 0 || r->outcome == OUTCOME_OK)
		log_info("Found %llu links for URL: %.*s",
		    (unsigned long long)r->links, (int)source.n, source.p);
	if (r->outcome == OUTCOME_INTERRUPTED)
		log_info(
		    "Got interrupted for URL: %.*s", (int)source.n, source.p);
	else if (stats_is_skipped(r->outcome, r->status, page_is_listed(p)))
		log_info("Skipped [%s] URL: %.*s",
		    outcome_code(r->outcome, r->status, code), (int)source.n,
		    source.p);
	else if (r->outcome != OUTCOME_OK)
		log_error("Got error [%s] for URL: %.*s (%s)",
		    outcome_code(r->outcome, r->status, code), (int)source.n,
		    source.p, outcome_text(r->outcome, r->status));
}

static void
take_page(struct crawl *c, struct page *p)
{
	const struct page_result *r = &p->result;

	release_held(c, p);
	crawl_take_found(c, p);
	if (c->check != NULL)
		check_take(c->check, p);
	if (c->report != NULL)
		report_page(c->report, p, c->config->recursive);
	stats_count(
	    &c->stats, r->outcome, r->status, page_is_listed(p), r->bytes);
	c->stats.links += r->links;
	c->stats.asked += r->attempts > 0;
	if (c->check == NULL)
		log_result(p);
	if (p->entry->host != NULL)
		frontier_done(p->entry->host, p->entry->level);
	page_free(p);
	/* The next page's turn may have come, and there is one fewer alive. */
	waitlist_wake(&c->turn_waiters);
	task_wake(&c->admit);
	task_wake(&c->story);
}

void
crawl_collect_run(struct task *t)
{
	struct crawl *c = CONTAINER_OF(t, struct crawl, collect);

	switch (t->state) {
	case TASK_NEW:
		for (;;) {
			AWAIT(t, COLLECT_WAITS,
			    (c->taken = group_next(&c->pages, t)) != NULL);
			take_page(c, CONTAINER_OF(c->taken, struct page, task));
		}
	}
}

void
crawl_serve_run(struct task *t)
{
	struct crawl *c = CONTAINER_OF(t, struct crawl, serve);
	struct page  *p;

	switch (t->state) {
	case TASK_NEW:
		for (;;) {
			AWAIT(t, SERVE_WAITS,
			    (c->served = group_next(&c->services, t)) != NULL);
			p = CONTAINER_OF(c->served, struct page, task);
			crawl_take_service(c, p);
			page_free(p);
			task_wake(&c->story);
		}
	}
}

/* ----------------------------------------------------------------------
 * story: begin and end.
 */

static bool
output_failed(const struct crawl *c)
{
	for (size_t i = 0; i < c->outputs_n; i++)
		if (writer_error(c->outputs[i]) != 0)
			return true;
	return false;
}

static bool
outputs_closed(const struct crawl *c)
{
	for (size_t i = 0; i < c->outputs_n; i++)
		if (!writer_closed(c->outputs[i]))
			return false;
	return true;
}

static bool
output_is_full(const struct crawl *c)
{
	for (size_t i = 0; i < c->outputs_n; i++)
		if (writer_full(c->outputs[i]))
			return true;
	return false;
}

/* While an output is full, nothing more is read from the network. */
static void
pace(struct crawl *c)
{
	fetcher_pause(c->fetcher, !output_failed(c) && output_is_full(c));
}

/* Whether the run has to end now, though it is not finished. */
static bool
must_end(struct crawl *c)
{
	if (output_failed(c))
		c->stop = STOP_OUTPUT;
	else if (c->stop == STOP_NOT && c->config->deadline_ms > 0 &&
		 timer_expired(&c->deadline))
		c->stop = STOP_DEADLINE;
	return c->stop != STOP_NOT;
}

static void
begin_end(struct crawl *c)
{
	static const char *const why[] = {
	    [STOP_DEADLINE] = "deadline: ending what is in flight",
	    [STOP_SIGNAL] = "signal: ending what is in flight; once more ends "
			    "at once",
	    [STOP_OUTPUT] = NULL, /* that is said at the end */
	};

	timer_start(&c->grace, loop_sched(c->loop), LIMIT_GRACE_MS, &c->story);
	if (why[c->stop] != NULL)
		log_fatal("%s", why[c->stop]);
	/* Pages before another attempt end with what they have. */
	LIST_EACH (node, &c->pages.members)
		task_wake(CONTAINER_OF(node, struct task, member));
	LIST_EACH (node, &c->services.members)
		task_wake(CONTAINER_OF(node, struct task, member));
	task_wake(&c->admit);
}

/* Ends all pages that are still alive. */
static void
cancel_pages(struct crawl *c)
{
	/* Gathering needs each turn; otherwise a hurry leaves the queue be. */
	if (!c->hurry || c->pages.order == GROUP_GATHERED)
		while (crawl_refuse_entry(c))
			continue;
	c->input_ended = true;
	group_cancel(&c->services);
	group_cancel(&c->pages);
}

/* Why the run ended early; NULL: it did not. */
static const char *
why_incomplete(const struct crawl *c)
{
	static const char *const why[] = {
	    [STOP_NOT] = NULL,
	    [STOP_DEADLINE] = "the deadline has passed",
	    [STOP_SIGNAL] = "a signal came",
	    [STOP_OUTPUT] = "an output can't be written",
	};

	if (output_failed(c))
		return why[STOP_OUTPUT];
	if (c->stats.left_out[LEFT_MAX_PAGES] > 0 && c->config->max_pages == 0)
		return "more pages than the default of --max-pages";
	if (c->check != NULL && check_is_full(c->check))
		return "more distinct links than can be held";
	if (input_failed(c->input))
		return "an input can't be read";
	return why[c->stop];
}

static void
close_outputs(struct crawl *c)
{
	stats_end(&c->stats);
	if (c->check != NULL)
		check_report_all(c->check, why_incomplete(c));
	for (size_t i = 0; i < c->outputs_n; i++)
		writer_close(c->outputs[i]);
}

void
crawl_story_run(struct task *t)
{
	struct crawl *c = CONTAINER_OF(t, struct crawl, story);

	pace(c);
	switch (t->state) {
	case TASK_NEW:
		if (c->config->deadline_ms > 0)
			timer_start(
			    &c->deadline, t->sched, c->config->deadline_ms, t);
		AWAIT(t, STORY_RUNS, must_end(c) || crawl_is_finished(c));
		if (!crawl_is_finished(c)) {
			begin_end(c);
			AWAIT(t, STORY_ENDS,
			    crawl_is_finished(c) || output_failed(c) ||
				c->hurry || timer_expired(&c->grace));
			cancel_pages(c);
			AWAIT(t, STORY_COLLECTS,
			    group_empty(&c->pages) &&
				group_empty(&c->services));
		}
		close_outputs(c);
		AWAIT(t, STORY_CLOSES,
		    outputs_closed(c) ||
			(c->hurry && timer_expired(&c->grace)));
	}
	loop_stop(c->loop);
	task_done(t);
}

void
crawl_on_signal(void *arg, int signal_number, int what)
{
	struct crawl *c = arg;

	(void)signal_number;
	(void)what;
	if (c->stop != STOP_NOT && !c->hurry) {
		c->hurry = true;
		timer_start(
		    &c->grace, loop_sched(c->loop), HURRY_MS, &c->story);
	}
	if (c->stop == STOP_NOT)
		c->stop = STOP_SIGNAL;
	task_wake(&c->story);
}

/* Says which output failed, and how. */
static void
report_failure(const struct writer *w)
{
	if (w != NULL && writer_error(w) != 0)
		log_fatal("cannot write %s: %s", writer_name(w),
		    strerror(writer_error(w)));
}

static int
conclude(const struct crawl *c)
{
	const char *reason = why_incomplete(c);

	for (size_t i = 0; i < c->outputs_n; i++)
		report_failure(c->outputs[i]);
	if (!c->config->quiet && c->config->explain == NULL)
		stats_summary(&c->stats, reason);
	if (reason != NULL)
		return 3;
	if (c->check != NULL)
		return check_failed(c->check) || c->sitemap_failed ? 2 : 0;
	return c->stats.failed > 0 || c->sitemap_failed ? 2 : 0;
}

/* Progress goes to a terminal, unless the links go there too. */
static bool
wants_progress(const struct config *config)
{
	bool shared = strcmp(config->output, "-") == 0 && isatty(STDOUT_FILENO);

	switch (config->progress) {
	case PROGRESS_ALWAYS:
		return true;
	case PROGRESS_NEVER:
		return false;
	case PROGRESS_AUTO:
		break;
	}
	return isatty(STDERR_FILENO) && !shared && !config->quiet;
}

int
crawl_run(const struct config *config)
{
	struct crawl c = {0};
	int          status = 1;

	if (crawl_set_up(&c, config)) {
		stats_begin(
		    &c.stats, loop_sched(c.loop), wants_progress(config));
		c.stats.checking = c.check != NULL;
		c.stats.most = c.scope != NULL ? crawl_max_pages(&c) : 0;
		loop_run(c.loop);
		status = conclude(&c);
	}
	crawl_take_down(&c);
	return status;
}
