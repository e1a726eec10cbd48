/*
 * crawl_setup.c - everything that can fail before the first page, and the end
 * of it all.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crawl_int.h"

#include "acrawl/check.h"
#include "acrawl/log.h"
#include "acrawl/report.h"

/* Descriptors beside those of the transfers: outputs, inputs, loop. */
#define SPARE_DESCRIPTORS 20

/* A transfer may need some for DNS, or sockets to two addresses at once. */
#define DESCRIPTORS_PER_TRANSFER 3

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

/* Whether two outputs that exist are one regular file. */
static bool
same_file(const char *a, const char *b)
{
	struct stat st_a, st_b;

	return file_stat(a, STDOUT_FILENO, &st_a) &&
	       file_stat(b, STDOUT_FILENO, &st_b) && S_ISREG(st_a.st_mode) &&
	       st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
}

/* Whether path is a file that is read or kept for the next run; if so, says. */
static bool
is_needed(const struct crawl *c, const char *path)
{
	const struct config *config = c->config;
	const char *const    kept[] = {
	       config->baseline, config->cache, config->ignore_file};

	if (input_is_file(c->input, path)) {
		log_plain(
		    "%s is an input; writing to it would destroy it", path);
		return true;
	}
	for (size_t i = 0; i < c->outputs_n; i++) {
		if (!same_file(writer_path(c->outputs[i]), path))
			continue;
		log_plain("%s is an output already", path);
		return true;
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (kept[i] == NULL ||
		    (strcmp(kept[i], path) != 0 && !same_file(kept[i], path)))
			continue;
		log_plain("%s is the baseline, cache or ignore file; give the "
			  "report another one",
		    path);
		return true;
	}
	return false;
}

static struct writer *
open_output(struct crawl *c, const char *path)
{
	struct writer *w;

	if (is_needed(c, path))
		return NULL;
	w = writer_open(c->loop, path);
	if (w == NULL)
		log_plain("cannot write %s: %s",
		    strcmp(path, "-") == 0 ? "standard output" : path,
		    strerror(errno));
	else
		writer_set_owner(w, &c->story);
	if (w != NULL) {
		c->outputs = xrealloc(
		    c->outputs, c->outputs_n + 1, sizeof(struct writer *));
		c->outputs[c->outputs_n++] = w;
	}
	return w;
}

static bool
is_standard_output(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* Colour is for terminals, and for who wants it (no-color.org). */
static bool
wants_colour(const char *path)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return is_standard_output(path) && isatty(STDOUT_FILENO) &&
	       (no == NULL || *no == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

/* The output of that name, if there is one already; else NULL. */
static struct writer *
find_output(const struct crawl *c, const char *path)
{
	for (size_t i = 0; i < c->outputs_n; i++)
		if (strcmp(writer_path(c->outputs[i]), path) == 0)
			return c->outputs[i];
	return NULL;
}

/* KIND=FILE, which is well-formed.  False if it can't be opened. */
static bool
open_report(struct crawl *c, const char *text, bool *standard)
{
	const char       *path = strchr(text, '=') + 1;
	enum check_report kind = CHECK_REPORT_TEXT;
	struct writer    *w = find_output(c, path);

	check_report_kind(str_n(text, (size_t)(path - text) - 1), &kind);
	*standard = *standard || is_standard_output(path);
	if (w == NULL)
		w = open_output(c, path);
	if (w == NULL)
		return false;
	check_add_report(c->check, kind, w, wants_colour(path));
	return true;
}

/* The text for people goes to --output, unless that takes another report. */
static bool
open_reports(struct crawl *c)
{
	const struct config *config = c->config;
	bool                 standard = false;

	c->output = open_output(c, config->output);
	if (c->output == NULL)
		return false;
	if (config->explain != NULL) /* takes the place of all reports */
		return true;
	for (size_t i = 0; i < config->reports.n; i++)
		if (!open_report(c, config->reports.items[i], &standard))
			return false;
	if (!standard || !is_standard_output(config->output))
		check_add_report(c->check, CHECK_REPORT_TEXT, c->output,
		    wants_colour(config->output));
	return true;
}

static bool
open_outputs(struct crawl *c)
{
	if (c->check != NULL)
		return open_reports(c);
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
		report_pages_header(c->report, c->config->recursive);
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
	    .addresses = config->per_address > 0,
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
		c->signals[i] =
		    watch_signal(c->loop, numbers[i], crawl_on_signal, c);
		if (c->signals[i] == NULL)
			return false;
	}
	return true;
}

/* Through a proxy all hosts have its address. */
static bool
has_proxy(const struct config *config)
{
	static const char *const names[] = {"http_proxy", "https_proxy",
	    "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return true;
	}
	return config->proxy != NULL && *config->proxy != '\0';
}

static void
make_frontier(struct crawl *c, size_t concurrency)
{
	const struct config    *config = c->config;
	struct frontier_options options = {
	    .concurrency = concurrency,
	    .per_host = (size_t)config->per_host,
	    .per_address = has_proxy(config) ? 0 : (size_t)config->per_address,
	    .delay_ms = config->delay_ms,
	    .crawling = config->recursive || config->robots == ROBOTS_ALWAYS,
	    .levels = config->depth > 0 && !config->ordered,
	    .in_turn = config->ordered,
	};

	c->frontier = frontier_new(loop_sched(c->loop), &options, &c->admit);
}

/* What a crawl of a site needs besides.  False if it can't, which is said. */
static bool
make_scope(struct crawl *c)
{
	c->agent = str_c(c->config->user_agent);
	if (!c->config->recursive)
		return true;
	c->scope = scope_new(c->config);
	if (c->scope == NULL)
		return false;
	if (c->config->robots != ROBOTS_NEVER)
		c->links_options.agent = c->agent;
	return true;
}

/* Something in a page that a fragment may name. */
static void
on_id(void *arg, struct str id)
{
	struct page *p = arg;

	check_id(p->crawl->check, p, id);
}

static bool
make_check(struct crawl *c, const struct config *user)
{
	if (!user->check)
		return true;
	c->goes_on = true;
	c->check = check_new(c, user);
	return c->check != NULL;
}

bool
crawl_set_up(struct crawl *c, const struct config *config)
{
	size_t        concurrency;
	struct sched *sched;

	const struct config *user = config;

	if (user->check) {
		c->own = check_config(user);
		config = &c->own;
	}
	c->config = config;
	c->links_options = (struct links_options){
	    .set = config->links,
	    .libxml2 = config->html_parser == HTML_PARSER_LIBXML2,
	    .details = config->format == FORMAT_JSONL || config->nofollow ||
	               config->check,
	    .schemes = config->schemes.items,
	    .places = config->check,
	    .texts = config->check,
	    .id = config->fragments ? on_id : NULL,
	};
	waitlist_init(&c->turn_waiters);
	group_init(&c->services, GROUP_AS_COMPLETED);
	group_init(
	    &c->pages, config->ordered ? GROUP_GATHERED : GROUP_AS_COMPLETED);
	concurrency = affordable_concurrency((size_t)config->concurrency);
	c->loop = loop_new();
	if (c->loop == NULL) {
		log_plain("cannot make an event loop: %s", strerror(errno));
		return false;
	}
	sched = loop_sched(c->loop);
	make_frontier(c, concurrency);
	task_spawn(&c->admit, sched, crawl_admit_run, NULL);
	task_spawn(&c->collect, sched, crawl_collect_run, NULL);
	task_spawn(&c->serve, sched, crawl_serve_run, NULL);
	task_spawn(&c->story, sched, crawl_story_run, NULL);
	/* To explain a target needs no input, but a directory has its URL. */
	c->input = input_new(c->loop, &config->inputs,
	    config->inputs.n > 0 ? config->base_url : NULL);
	return c->input != NULL && make_scope(c) && make_check(c, user) &&
	       make_fetcher(c, concurrency) && open_outputs(c) &&
	       watch_signals(c);
}

void
crawl_take_down(struct crawl *c)
{
	for (size_t i = 0; i < c->readers_n; i++)
		links_free(c->readers[i]);
	free(c->readers);
	buf_clear(&c->line);
	url_clear(&c->url);
	fetcher_free(c->fetcher);
	frontier_free(c->frontier);
	scope_free(c->scope);
	input_free(c->input);
	check_free(c->check);
	for (size_t i = 0; i < c->outputs_n; i++)
		writer_free(c->outputs[i]);
	free(c->outputs);
	for (size_t i = 0; i < sizeof(c->signals) / sizeof(struct watch *); i++)
		watch_free(c->signals[i]);
	group_clear(&c->pages);
	group_clear(&c->services);
	loop_free(c->loop);
}
