/*
 * crawl_admit.c - who goes next: from the input and the frontier to pages.
 */
#include <stdio.h>
#include <stdlib.h>

#include "crawl_int.h"

#include "acrawl/check.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"

static struct page *
spawn_page(struct crawl *c, struct entry *e)
{
	struct page *p =
	    page_new(c, e->lead.probe ? &page_probe : &page_document, e);

	group_spawn(&c->pages, &p->task, e->lead.turn, loop_sched(c->loop),
	    page_run, page_cancel);
	return p;
}

/* Where the next URL of the input stands. */
static struct lead
next_lead(struct crawl *c)
{
	return (struct lead){.turn = c->turns++};
}

/* A URL of the input goes into the frontier. */
static void
add_listed(struct crawl *c, const struct url *url, struct str text)
{
	struct lead lead = next_lead(c);

	c->admitted++;
	if (c->check != NULL)
		check_add_page(c->check, url, 0);
	if (c->scope != NULL)
		scope_add(c->scope, url);
	if (crawl_has_rules(c))
		frontier_host(c->frontier, url)->listed = true;
	frontier_add(c->frontier, url, text, &lead);
}

/* A line that is no URL we can fetch: it is said, and gets its row. */
static void
refuse_line(struct crawl *c, const struct input_line *line, struct str text,
    enum outcome outcome)
{
	struct lead lead = next_lead(c);
	char        place[32] = "";
	const char *why =
	    line->too_long ? "URL too long" : outcome_text(outcome, 0);

	if (line->line != 0)
		snprintf(place, sizeof(place),
		    "%llu:", (unsigned long long)line->line);
	log_error("%s:%s %s: %.*s", line->file, place, why,
	    text.n > 200 ? 200 : (int)text.n, text.p);
	page_finish(spawn_page(c, entry_new(text, &lead)), outcome);
}

/* What is explained may trust its host, but it is not fetched. */
static void
note_listed(struct crawl *c, const struct url *url)
{
	if (url != NULL)
		frontier_host(c->frontier, url)->listed = true;
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
	if (c->check != NULL)
		check_input(c->check, line,
		    outcome == OUTCOME_BAD_URL ? NULL : &url, source);
	if (c->config->explain != NULL)
		note_listed(c, outcome == OUTCOME_OK ? &url : NULL);
	else if (outcome == OUTCOME_OK && frontier_learn(c->frontier, &url))
		add_listed(c, &url, source);
	else if (outcome == OUTCOME_OK)
		log_info("%s:%llu: listed before: %.*s", line->file,
		    (unsigned long long)line->line, (int)source.n, source.p);
	else if (c->check == NULL)
		refuse_line(c, line, source, outcome);
	url_clear(&url);
	buf_clear(&text);
}

void
crawl_take_file(struct crawl *c, const struct input_line *line)
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
		if (c->check != NULL)
			check_add_page(c->check, &url, 0);
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
		if (c->config->explain == NULL)
			crawl_take_file(c, &line);
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
	if (c->input_ended) {
		task_wake(&c->story);
		task_wake(&c->admit);
	}
	return false;
}

/*
 * Whether lines that are read now can be of use now.  A crawl of a site has to
 * know all of them before it begins: they are its scope.
 */
static bool
may_read(const struct crawl *c)
{
	if (c->scope != NULL)
		return c->files < LIMIT_FILES_ALIVE;
	if (c->pages.order == GROUP_GATHERED &&
	    c->turns >= c->pages.turn + LIMIT_ORDERED_AHEAD)
		return false;
	return frontier_has_slot(c->frontier) && c->files < LIMIT_FILES_ALIVE;
}

bool
crawl_refuse_entry(struct crawl *c)
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
	for (size_t i = 0; i < c->outputs_n; i++)
		if (!writer_has_room(c->outputs[i], &c->admit))
			return false;
	return true;
}

/* Whether the first page may begin: a crawl of a site reads its input first. */
static bool
may_begin(struct crawl *c)
{
	if (c->scope == NULL)
		return true;
	if (!c->began && c->input_ended) {
		c->began = true;
		crawl_begin_sitemap(c);
	}
	return c->began && !c->waits;
}

/* --ordered: pages begin only so far ahead of the oldest unfinished one. */
static void
move_limit(struct crawl *c)
{
	if (c->pages.order != GROUP_GATHERED ||
	    c->turn_limit >= c->pages.turn + LIMIT_ORDERED_AHEAD / 2)
		return;
	c->turn_limit = c->pages.turn + LIMIT_ORDERED_AHEAD;
	frontier_limit(c->frontier, c->turn_limit);
}

/* Lets one page in, or reads one line.  False if neither can be done now. */
static bool
admit_one(struct crawl *c)
{
	struct entry *e;
	struct slot   slot;
	struct page  *p;
	/* Pages that have begun go on; they'd never end otherwise. */
	bool full = c->pages.alive >= LIMIT_PAGES_ALIVE || !may_begin(c);

	if (!outputs_have_room(c))
		return false;
	if (crawl_is_ending(c) && crawl_refuse_entry(c))
		return true;
	move_limit(c);
	switch (frontier_next(c->frontier, full, &e, &slot)) {
	case FRONTIER_PAGE:
		return true;
	case FRONTIER_ENTRY:
		p = spawn_page(c, e);
		slot_move(&p->slot, &slot, &p->task);
		return true;
	case FRONTIER_REFUSED:
		page_finish(spawn_page(c, e), OUTCOME_HOST_GIVEN_UP);
		return true;
	case FRONTIER_NOBODY:
		break;
	}
	full = c->pages.alive >= LIMIT_PAGES_ALIVE;
	return (crawl_is_ending(c) || (may_read(c) && !full)) && read_line(c);
}

bool
crawl_is_finished(const struct crawl *c)
{
	return c->input_ended && frontier_queued(c->frontier) == 0 &&
	       group_empty(&c->pages) && group_empty(&c->services) &&
	       !c->goes_on;
}

/* Whether a link check has more to test. */
static void
go_on(struct crawl *c)
{
	bool did = c->goes_on;

	c->goes_on = check_go_on(c->check);
	if (did && !c->goes_on)
		task_wake(&c->story);
}

/* Admits what can be admitted, but lets the loop turn in between. */
static bool
admit_some(struct crawl *c)
{
	int64_t delay_ms;
	int     n = 0;

	while (n < LIMIT_LINES_PER_TURN && admit_one(c))
		n++;
	if (c->check != NULL)
		go_on(c);
	delay_ms = frontier_delay_ms(c->frontier);
	if (n == LIMIT_LINES_PER_TURN)
		task_wake(&c->admit);
	else if (delay_ms >= 0 && outputs_have_room(c))
		task_sleep(&c->admit, delay_ms);
	c->stats.queued = frontier_queued(c->frontier);
	c->stats.in_flight = c->pages.alive;
	if (c->scope != NULL)
		c->stats.hosts = frontier_hosts(c->frontier);
	fetcher_hosts(c->fetcher, frontier_hosts(c->frontier));
	return crawl_is_finished(c);
}

void
crawl_admit_run(struct task *t)
{
	struct crawl *c = CONTAINER_OF(t, struct crawl, admit);

	switch (t->state) {
	case TASK_NEW:
		AWAIT(t, ADMIT_WAITS, admit_some(c));
	}
	task_done(t);
}
