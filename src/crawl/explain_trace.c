/*
 * explain_trace.c - one target of a link check, from its begin to its end, and
 * what is done for it.
 */
#include <stdlib.h>

#include "check_int.h"
#include "crawl_int.h"
#include "explain_int.h"

#include "acrawl/limits.h"
#include "acrawl/site.h"

struct trace *
trace_new(void)
{
	return XNEW(struct trace);
}

void
trace_free(struct trace *tr)
{
	if (tr == NULL)
		return;
	for (size_t i = 0; i < tr->n; i++) {
		struct step *s = &tr->steps[i];

		free(s->url);
		free(s->address);
		free(s->detail);
		free(s->location);
		free(s->path);
	}
	free(tr->steps);
	free(tr->location);
	free(tr);
}

/* One more; NULL if there are too many. */
static struct step *
add_step(struct trace *tr, struct str url)
{
	struct step *s;

	if (tr->n == LIMIT_EXPLAIN_STEPS)
		return NULL;
	tr->steps = xrealloc(tr->steps, tr->n + 1, sizeof(struct step));
	s = &tr->steps[tr->n++];
	*s = (struct step){.url = str_dup(url)};
	return s;
}

void
check_trace_head(
    struct check *ck, const struct page *p, const struct fetch_response *r)
{
	(void)p;
	if (ck->trace == NULL)
		return;
	free(ck->trace->location);
	ck->trace->location = r->location.n > 0 ? str_dup(r->location) : NULL;
}

/* What the page makes of the Location of its response. */
static void
note_location(struct trace *tr, struct step *s, const struct page *p)
{
	s->bad_location = p->bad_redirect;
	if (p->bad_redirect)
		s->location = tr->location;
	else if (p->redirected)
		s->location = str_dup(url_href(&p->next));
	if (s->location == tr->location)
		tr->location = NULL;
}

/* What became of a request, which may be one that the run's end cut off. */
static enum outcome
outcome_of(const struct page *p, const struct fetch_result *r)
{
	bool cut = crawl_is_ending(p->crawl) && r->outcome == OUTCOME_FAILED &&
	           r->detail[0] == '\0';

	return cut ? OUTCOME_INTERRUPTED : p->result.outcome;
}

void
check_trace_end(
    struct check *ck, const struct page *p, const struct fetch_result *r)
{
	struct step *s;

	if (ck->trace == NULL || entry_path(p->entry) != NULL || p->crowded)
		return;
	s = add_step(ck->trace, url_request(&p->url));
	if (s == NULL)
		return;
	s->is_robots = p->kind == &page_robots;
	s->head = p->head_only;
	s->again = p->entry->lead.again;
	s->trusted = p->trusted;
	s->attempt = p->result.attempts;
	s->ms = sched_now(p->task.sched) - p->hop_ms;
	s->retry_after_ms = r->retry_after_ms;
	s->status = r->status;
	s->outcome = outcome_of(p, r);
	s->address = xstrdup(r->address != NULL ? r->address : "");
	if (r->outcome != OUTCOME_OK && r->detail[0] != '\0')
		s->detail = xstrdup(r->detail);
	note_location(ck->trace, s, p);
}

/* The path of a file of the directory that has this number. */
static char *
path_of(const struct check *ck, size_t finder, struct str name, size_t *name_at)
{
	const struct strings *inputs = &ck->config->inputs;
	struct buf            path;

	buf_init(&path, 0);
	for (size_t i = 0; i < inputs->n && path.n == 0; i++)
		if (input_is_directory(inputs->items[i]) && finder-- == 0)
			buf_add(&path, str_c(inputs->items[i]));
	if (path.n > 0 && path.p[path.n - 1] != '/')
		buf_addc(&path, '/');
	*name_at = path.n;
	buf_add(&path, name);
	buf_addc(&path, '\0');
	return path.p;
}

void
check_trace_file(struct check *ck, uint32_t target, enum site_answer answer,
    size_t finder, struct str name)
{
	struct step *s;

	if (ck->trace == NULL)
		return;
	s = add_step(ck->trace, target_text(&ck->targets, target));
	if (s == NULL)
		return;
	s->is_file = true;
	s->answer = answer;
	if (answer != SITE_ANSWER_NONE)
		s->path = path_of(ck, finder, name, &s->name_at);
	s->read = answer == SITE_ANSWER_SLASH || s->path == NULL ||
	          site_content_type(name) == NULL;
	task_wake(&ck->crawl->admit);
}

/* ----------------------------------------------------------------------
 * Begin and go on.
 */

/* The target, as if a page linked to it. */
static void
begin(struct check *ck)
{
	struct target_place place = {
	    .page = targets_add_page(&ck->targets, STR_LIT("--explain"), false),
	};
	struct url url, base;
	struct str text = str_c(ck->config->explain);
	bool       has_base;

	url_init(&url);
	url_init(&base);
	has_base = ck->base.n > 0 && url_parse(&base, ck->base, NULL);
	if (text.n <= LIMIT_URL_BYTES &&
	    url_parse(&url, text, has_base ? &base : NULL))
		check_add_place(ck, &place, &url, text);
	else
		check_add_place(ck, &place, NULL, text);
	ck->trace->place = (uint32_t)ck->targets.places.n;
	url_clear(&base);
	url_clear(&url);
}

/* A file that answers is a page, which is to be read. */
static void
read_file(struct check *ck, struct step *s)
{
	struct buf        url;
	struct input_line line = {.file = s->path, .path = str_c(s->path)};
	struct str        name = line.path;

	buf_init(&url, 0);
	buf_add(&url, ck->base);
	site_url_of(&url, str_n(name.p + s->name_at, name.n - s->name_at));
	line.text = buf_str(&url);
	crawl_take_file(ck->crawl, &line);
	buf_clear(&url);
}

void
explain_go_on(struct check *ck)
{
	struct trace *tr = ck->trace;

	if (!tr->begun) {
		tr->begun = true;
		begin(ck);
	}
	for (size_t i = 0; i < tr->n; i++) {
		if (!tr->steps[i].is_file || tr->steps[i].read)
			continue;
		tr->steps[i].read = true;
		read_file(ck, &tr->steps[i]);
	}
}
