/*
 * crawl.c - a run from begin to end.
 *
 *	input -> admit -> page -> collect
 *	           |  ^      \       \
 *	           v  |       links   rows
 *	         frontier       \       \
 *	                         writers' queues
 *
 * admit lets pages in while there is a slot and room in the outputs; pages
 * live their lives (page.c); collect takes them when they are done, as
 * completed or, with --ordered, gathered; story begins and ends it all.
 */
#include "acrawl/crawl.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/report.h"

/* Descriptors beside those of the transfers: outputs, inputs, loop. */
#define SPARE_DESCRIPTORS 20

/* A transfer may need some for DNS, or sockets to two addresses at once. */
#define DESCRIPTORS_PER_TRANSFER 3

/* After a second signal, how long the outputs have to take what they can. */
#define HURRY_MS 250

/* Which task a state belongs to, and who wakes it there. */
enum crawl_state {
	ADMIT_WAITS = 1, /* frontier, input, outputs' queues, collect */
	COLLECT_WAITS,   /* the group of pages */
	STORY_RUNS,      /* signals, deadline, outputs, collect */
	STORY_ENDS,      /* the same, and the timer `grace` */
	STORY_COLLECTS,  /* collect */
	STORY_CLOSES,    /* outputs, a second signal, the timer `grace` */
};

/* ----------------------------------------------------------------------
 * For pages.
 */

static bool
is_head(const struct crawl *c, const struct page *p)
{
	return c->pages.order == GROUP_AS_COMPLETED ||
	       p->entry->turn == c->pages.turn;
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
		p->gave_way = true;
		crawl_drop_held(c, p);
		return;
	}
	for (size_t i = 0; i < n; i++)
		buf_add(&p->held, parts[i]);
	buf_addc(&p->held, '\n');
	c->held_bytes += length;
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
 * admit: from the input to pages.
 */

static struct page *
spawn_page(struct crawl *c, struct entry *e)
{
	struct page *p = page_new(c, e);

	group_spawn(&c->pages, &p->task, e->turn, loop_sched(c->loop), page_run,
	    page_cancel);
	return p;
}

/* A line that is no URL we can fetch: it is said, and gets its row. */
static void
refuse_line(struct crawl *c, const struct input_line *line, struct str text,
    enum outcome outcome)
{
	char        place[32] = "";
	const char *why =
	    line->too_long ? "URL too long" : outcome_text(outcome, 0);

	if (line->line != 0)
		snprintf(place, sizeof(place),
		    "%llu:", (unsigned long long)line->line);
	log_error("%s:%s %s: %.*s", line->file, place, why,
	    text.n > 200 ? 200 : (int)text.n, text.p);
	page_finish(spawn_page(c, entry_new(text, c->turns++)), outcome);
}

/* One line of the input: a new URL for the frontier, or a row at once. */
static void
take_line(struct crawl *c, const struct input_line *line)
{
	struct buf   text;
	struct url   url;
	enum outcome outcome = OUTCOME_OK;
	struct str   source;

	buf_init(&text, 0);
	url_init(&url);
	buf_add_printable(&text, line->text);
	source = buf_str(&text);
	if (line->too_long || !url_parse(&url, source, NULL))
		outcome = OUTCOME_BAD_URL;
	else if (!url_is_http(&url))
		outcome = OUTCOME_BAD_SCHEME;
	if (outcome == OUTCOME_OK && frontier_learn(c->frontier, &url))
		frontier_add(c->frontier, &url, entry_new(source, c->turns++));
	else if (outcome == OUTCOME_OK)
		log_info("%s:%llu: listed before: %.*s", line->file,
		    (unsigned long long)line->line, (int)source.n, source.p);
	else
		refuse_line(c, line, source, outcome);
	url_clear(&url);
	buf_clear(&text);
}

/*
 * A file of a directory: a new page, or nothing if its URL is known.  There
 * is nobody to be polite to, so it does not go through the frontier.
 */
static void
take_file(struct crawl *c, const struct input_line *line)
{
	struct url   url;
	struct page *p;

	url_init(&url);
	/* A base URL that is valid, and a path that is made to be. */
	if (!url_parse(&url, line->text, NULL))
		abort();
	if (frontier_learn(c->frontier, &url)) {
		p = spawn_page(
		    c, entry_new_file(line->text, line->path, c->turns++));
		c->files++;
		if (crawl_is_ending(c))
			page_finish(p, OUTCOME_NOT_STARTED);
	} else {
		log_info("%s: listed before: %.*s", line->file,
		    (int)line->text.n, line->text.p);
	}
	url_clear(&url);
}

/* Reads one line.  False if there is none (now). */
static bool
read_line(struct crawl *c)
{
	struct input_line line;

	if (c->input_ended)
		return false;
	switch (input_next(c->input, &line, &c->admit)) {
	case INPUT_LINE:
		take_line(c, &line);
		return true;
	case INPUT_FILE:
		take_file(c, &line);
		return true;
	case INPUT_MORE:
		task_wake(&c->admit);
		break;
	case INPUT_WAIT:
		/* A run that ends does not wait for more. */
		c->input_ended = crawl_is_ending(c);
		break;
	case INPUT_END:
		c->input_ended = true;
		break;
	}
	if (c->input_ended)
		task_wake(&c->story);
	return false;
}

/* Whether lines that are read now can be of use now. */
static bool
may_read(const struct crawl *c)
{
	if (c->pages.order == GROUP_GATHERED &&
	    c->turns >= c->pages.turn + LIMIT_ORDERED_AHEAD)
		return false;
	return frontier_has_slot(c->frontier) && c->files < LIMIT_FILES_ALIVE;
}

/* A run that ends: a URL that was not begun gets its row. */
static bool
refuse_entry(struct crawl *c)
{
	struct entry *e = frontier_take_any(c->frontier);

	if (e == NULL)
		return false;
	page_finish(spawn_page(c, e), OUTCOME_NOT_STARTED);
	return true;
}

static bool
outputs_have_room(struct crawl *c)
{
	return writer_has_room(c->output, &c->admit) &&
	       (c->report == NULL || writer_has_room(c->report, &c->admit));
}

/* Lets one page in, or reads one line.  False if neither can be done now. */
static bool
admit_one(struct crawl *c)
{
	struct entry *e;
	struct slot   slot;
	struct page  *p;
	/* Pages that have begun go on; they'd never end otherwise. */
	bool full = c->pages.alive >= LIMIT_PAGES_ALIVE;

	if (!outputs_have_room(c))
		return false;
	if (crawl_is_ending(c) && refuse_entry(c))
		return true;
	switch (frontier_next(c->frontier, full, &e, &slot)) {
	case FRONTIER_PAGE:
		return true;
	case FRONTIER_ENTRY:
		p = spawn_page(c, e);
		slot_move(&p->slot, &slot, &p->task);
		return true;
	case FRONTIER_NOBODY:
		break;
	}
	return (crawl_is_ending(c) || (may_read(c) && !full)) && read_line(c);
}

static bool
is_finished(const struct crawl *c)
{
	return c->input_ended && frontier_queued(c->frontier) == 0 &&
	       group_empty(&c->pages);
}

/* Admits what can be admitted, but lets the loop turn in between. */
static bool
admit_some(struct crawl *c)
{
	int64_t delay_ms;
	int     n = 0;

	while (n < LIMIT_LINES_PER_TURN && admit_one(c))
		n++;
	delay_ms = frontier_delay_ms(c->frontier);
	if (n == LIMIT_LINES_PER_TURN)
		task_wake(&c->admit);
	else if (delay_ms >= 0)
		task_sleep(&c->admit, delay_ms);
	c->stats.queued = frontier_queued(c->frontier);
	c->stats.in_flight = c->pages.alive;
	return is_finished(c);
}

static void
admit_run(struct task *t)
{
	struct crawl *c = CONTAINER_OF(t, struct crawl, admit);

	switch (t->state) {
	case TASK_NEW:
		AWAIT(t, ADMIT_WAITS, admit_some(c));
	}
	task_done(t);
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

	if (p->started_ms == 0)
		return; /* refused or not started: that was said, or will be */
	if (r->links > 0 || r->outcome == OUTCOME_OK)
		log_info("Found %llu links for URL: %.*s",
		    (unsigned long long)r->links, (int)source.n, source.p);
	if (r->outcome == OUTCOME_INTERRUPTED)
		log_info(
		    "Got interrupted for URL: %.*s", (int)source.n, source.p);
	else if (r->outcome != OUTCOME_OK)
		log_error("Got error [%s] for URL: %.*s (%s)",
		    outcome_code(r->outcome, r->status, code), (int)source.n,
		    source.p, outcome_text(r->outcome, r->status));
}

static void
take_page(struct crawl *c, struct page *p)
{
	release_held(c, p);
	if (c->report != NULL)
		report_page(c->report, p);
	stats_count(&c->stats, p->result.outcome, p->result.bytes);
	c->stats.links += p->result.links;
	log_result(p);
	page_free(p);
	/* The next page's turn may have come, and there is one fewer alive. */
	waitlist_wake(&c->turn_waiters);
	task_wake(&c->admit);
	task_wake(&c->story);
}

static void
collect_run(struct task *t)
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

/* ----------------------------------------------------------------------
 * story: begin and end.
 */

static bool
output_failed(const struct crawl *c)
{
	return writer_error(c->output) != 0 ||
	       (c->report != NULL && writer_error(c->report) != 0);
}

static bool
outputs_closed(const struct crawl *c)
{
	return writer_closed(c->output) &&
	       (c->report == NULL || writer_closed(c->report));
}

/* While an output is full, nothing more is read from the network. */
static void
pace(struct crawl *c)
{
	fetcher_pause(
	    c->fetcher, !output_failed(c) &&
			    (writer_full(c->output) ||
				(c->report != NULL && writer_full(c->report))));
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
	task_wake(&c->admit);
}

/* Ends all pages that are still alive. */
static void
cancel_pages(struct crawl *c)
{
	/* Gathering needs each turn; otherwise a hurry leaves the queue be. */
	if (!c->hurry || c->pages.order == GROUP_GATHERED)
		while (refuse_entry(c))
			continue;
	c->input_ended = true;
	group_cancel(&c->pages);
}

static void
close_outputs(struct crawl *c)
{
	stats_end(&c->stats);
	writer_close(c->output);
	if (c->report != NULL)
		writer_close(c->report);
}

static void
story_run(struct task *t)
{
	struct crawl *c = CONTAINER_OF(t, struct crawl, story);

	pace(c);
	switch (t->state) {
	case TASK_NEW:
		if (c->config->deadline_ms > 0)
			timer_start(
			    &c->deadline, t->sched, c->config->deadline_ms, t);
		AWAIT(t, STORY_RUNS, must_end(c) || is_finished(c));
		if (!is_finished(c)) {
			begin_end(c);
			AWAIT(t, STORY_ENDS,
			    is_finished(c) || output_failed(c) || c->hurry ||
				timer_expired(&c->grace));
			cancel_pages(c);
			AWAIT(t, STORY_COLLECTS, group_empty(&c->pages));
		}
		close_outputs(c);
		AWAIT(t, STORY_CLOSES,
		    outputs_closed(c) ||
			(c->hurry && timer_expired(&c->grace)));
	}
	loop_stop(c->loop);
	task_done(t);
}

static void
on_signal(void *arg, int signal_number, int what)
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

/* ----------------------------------------------------------------------
 * Setting up and taking down.
 */

/* Each transfer needs a descriptor: as many as allowed, or fewer transfers. */
static size_t
affordable_concurrency(size_t wanted)
{
	struct rlimit limit;
	size_t enough = wanted * DESCRIPTORS_PER_TRANSFER + SPARE_DESCRIPTORS;
	size_t most;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return wanted;
	if (limit.rlim_cur < enough) {
		limit.rlim_cur =
		    enough < limit.rlim_max ? enough : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	most = limit.rlim_cur > SPARE_DESCRIPTORS + DESCRIPTORS_PER_TRANSFER
	           ? (limit.rlim_cur - SPARE_DESCRIPTORS) /
	                 DESCRIPTORS_PER_TRANSFER
	           : 1;
	if (most < wanted)
		log_plain("only %zu descriptors (ulimit -n): %zu pages in "
			  "flight instead of %zu",
		    (size_t)limit.rlim_cur, most, wanted);
	return most < wanted ? most : wanted;
}

static struct writer *
open_output(struct crawl *c, const char *path)
{
	struct writer *w;

	if (input_is_file(c->input, path)) {
		log_plain(
		    "%s is an input; writing to it would destroy it", path);
		return NULL;
	}
	w = writer_open(c->loop, path);
	if (w == NULL)
		log_plain("cannot write %s: %s",
		    strcmp(path, "-") == 0 ? "standard output" : path,
		    strerror(errno));
	else
		writer_set_owner(w, &c->story);
	return w;
}

/* Whether two outputs that exist are one regular file. */
static bool
same_file(const char *a, const char *b)
{
	struct stat st_a, st_b;

	return file_stat(a, STDOUT_FILENO, &st_a) &&
	       file_stat(b, STDOUT_FILENO, &st_b) && S_ISREG(st_a.st_mode) &&
	       st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
}

static bool
open_outputs(struct crawl *c)
{
	c->output = open_output(c, c->config->output);
	if (c->output == NULL)
		return false;
	if (c->config->pages != NULL) {
		if (same_file(c->config->output, c->config->pages)) {
			log_plain("--output and --pages are the same file, %s",
			    c->config->pages);
			return false;
		}
		c->report = open_output(c, c->config->pages);
		if (c->report == NULL)
			return false;
	}
	if (c->config->no_header)
		return true;
	if (c->config->format == FORMAT_TSV)
		report_links_header(c->output);
	if (c->report != NULL)
		report_pages_header(c->report);
	return true;
}

static bool
make_fetcher(struct crawl *c, size_t concurrency)
{
	const struct config *config = c->config;
	const char          *error;
	struct fetch_options options = {
	    .timeout_ms = config->timeout_ms,
	    .connect_timeout_ms = config->connect_timeout_ms,
	    .max_size =
		config->max_size > 0 ? (uint64_t)config->max_size : UINT64_MAX,
	    .user_agent = config->user_agent,
	    .headers = config->headers.items,
	    .proxy = config->proxy,
	    .cacert = config->cacert,
	    .resolve = config->resolve.items,
	    .insecure = config->insecure,
	    .ip_version = (int)config->ip_version,
	    .connections = concurrency,
	};

	if (config->cacert != NULL && access(config->cacert, R_OK) != 0) {
		log_plain(
		    "cannot read %s: %s", config->cacert, strerror(errno));
		return false;
	}
	c->fetcher = fetcher_new(c->loop, &options, &error);
	if (c->fetcher == NULL)
		log_plain("libcurl refuses its option %s; is it the one that "
			  "acrawl was built with?",
		    error);
	return c->fetcher != NULL;
}

static bool
watch_signals(struct crawl *c)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

	/* A broken pipe or a full file is an error of write(). */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		c->signals[i] = watch_signal(c->loop, numbers[i], on_signal, c);
		if (c->signals[i] == NULL)
			return false;
	}
	return true;
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

/* Everything that can fail before the first page. */
static bool
set_up(struct crawl *c, const struct config *config)
{
	size_t        concurrency;
	struct sched *sched;

	c->config = config;
	c->links_options = (struct links_options){
	    .set = config->links,
	    .libxml2 = config->html_parser == HTML_PARSER_LIBXML2,
	    .details = config->format == FORMAT_JSONL,
	    .schemes = config->schemes.items,
	};
	waitlist_init(&c->turn_waiters);
	group_init(
	    &c->pages, config->ordered ? GROUP_GATHERED : GROUP_AS_COMPLETED);
	concurrency = affordable_concurrency((size_t)config->concurrency);
	c->loop = loop_new();
	if (c->loop == NULL) {
		log_plain("cannot make an event loop: %s", strerror(errno));
		return false;
	}
	sched = loop_sched(c->loop);
	c->frontier = frontier_new(sched,
	    &(struct frontier_options){.concurrency = concurrency,
		.per_host = (size_t)config->per_host,
		.delay_ms = config->delay_ms},
	    &c->admit);
	task_spawn(&c->admit, sched, admit_run, NULL);
	task_spawn(&c->collect, sched, collect_run, NULL);
	task_spawn(&c->story, sched, story_run, NULL);
	c->input = input_new(c->loop, &config->inputs, config->base_url);
	return c->input != NULL && make_fetcher(c, concurrency) &&
	       open_outputs(c) && watch_signals(c);
}

static void
take_down(struct crawl *c)
{
	for (size_t i = 0; i < c->readers_n; i++)
		links_free(c->readers[i]);
	free(c->readers);
	buf_clear(&c->line);
	fetcher_free(c->fetcher);
	frontier_free(c->frontier);
	input_free(c->input);
	writer_free(c->output);
	writer_free(c->report);
	for (size_t i = 0; i < sizeof(c->signals) / sizeof(struct watch *); i++)
		watch_free(c->signals[i]);
	group_clear(&c->pages);
	loop_free(c->loop);
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
	static const char *const why[] = {
	    [STOP_DEADLINE] = "the deadline has passed",
	    [STOP_SIGNAL] = "a signal came",
	    [STOP_OUTPUT] = "an output can't be written",
	};
	bool        incomplete = c->stop != STOP_NOT || output_failed(c);
	const char *reason = why[output_failed(c) ? STOP_OUTPUT : c->stop];

	if (input_failed(c->input)) {
		incomplete = true;
		reason = "an input can't be read";
	}
	report_failure(c->output);
	report_failure(c->report);
	if (!c->config->quiet)
		stats_summary(&c->stats, reason);
	return incomplete ? 3 : c->stats.failed > 0 ? 2 : 0;
}

int
crawl_run(const struct config *config)
{
	struct crawl c = {0};
	int          status = 1;

	if (set_up(&c, config)) {
		stats_begin(
		    &c.stats, loop_sched(c.loop), wants_progress(config));
		loop_run(c.loop);
		status = conclude(&c);
	}
	take_down(&c);
	return status;
}
