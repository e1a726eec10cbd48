/*
 * check.c - a link check from begin to end.
 *
 * check_targets.c has what is to be tested, check_news.c what is heard of it;
 * here is who is next, and what comes first and last.
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "check_int.h"

#include "acrawl/explain.h"
#include "acrawl/log.h"

/* ----------------------------------------------------------------------
 * What is next.
 */

bool
check_accepts(const struct check *ck, int status)
{
	return config_accepts(ck->config->accept, status);
}

bool
check_uses_head(const struct check *ck, const struct page *p)
{
	switch (ck->config->check_method) {
	case CHECK_METHOD_HEAD:
		return true;
	case CHECK_METHOD_GET:
		return false;
	case CHECK_METHOD_AUTO:
		break;
	}
	return !p->entry->lead.again && !check_wants_ids(ck, p) &&
	       (p->entry->host == NULL || !p->entry->host->no_head);
}

bool
check_wants_ids(const struct check *ck, const struct page *p)
{
	uint32_t i =
	    fpmap_get(&ck->targets.by_text, fingerprint(page_source(p)));

	return ck->config->check_method != CHECK_METHOD_HEAD && i != 0 &&
	       target_at(&ck->targets, i)->wants_ids;
}

/* Into the frontier: a probe, or once more the page of the crawl. */
static void
queue(struct check *ck, uint32_t i, bool again)
{
	struct target *t = target_at(&ck->targets, i);
	struct crawl  *c = ck->crawl;
	bool           probe = !t->is_page;
	struct lead    lead = {
	       .turn = c->turns++,
	       .depth = probe ? 1 : t->depth,
	       .free = true,
	       .probe = probe,
	       .again = again,
        };

	if (!url_parse(&ck->url, target_text(&ck->targets, i), NULL))
		abort();
	t->state = TARGET_ASKED;
	ck->pages_open += !probe;
	frontier_add(
	    c->frontier, &ck->url, target_text(&ck->targets, i), &lead);
}

/* All of a list that nobody has tested meanwhile. */
static void
queue_all(struct check *ck, struct numbers *list)
{
	for (size_t k = 0; k < list->n; k++) {
		uint32_t i = list->items[k];

		if (target_at(&ck->targets, i)->state == TARGET_WANTED &&
		    !check_ask_cache(ck, i))
			queue(ck, i, false);
	}
	list->n = 0;
}

/* Whether another look may well show something else. */
static bool
deserves_look(const struct check *ck, uint32_t i)
{
	const struct target *t = target_at(&ck->targets, i);
	struct ending        e;

	if (t->state != TARGET_DONE || t->is_file || t->from_cache ||
	    t->looked || t->next != 0)
		return false;
	e = check_ending(ck, i);
	return e.tested &&
	       (e.verdict == VERDICT_BROKEN ||
		   (e.verdict == VERDICT_BLOCKED && e.status == 429));
}

void
check_note_failure(struct check *ck, uint32_t i)
{
	if (!ck->config->no_second_look && deserves_look(ck, i))
		numbers_push(&ck->failed, i);
}

/*
 * A redirect of the cache whose end fails may lead elsewhere by now.  True if
 * there is one, which is to be asked.
 */
static bool
doubt_cache(struct check *ck)
{
	bool any = false;

	for (uint32_t i = 1; ck->cache != NULL && i <= ck->targets.targets.n;
	     i++) {
		struct target *t = target_at(&ck->targets, i);

		if (!t->from_cache || t->next == 0 ||
		    check_ending(ck, i).verdict != VERDICT_BROKEN)
			continue;
		t->from_cache = t->ids_known = false;
		t->is_stale = any = true;
		t->next = t->fragment = 0;
		t->state = TARGET_WANTED;
		numbers_push(&ck->later, i);
	}
	return any;
}

/* Pages of which some links are there are read again from their first byte. */
static void
remember_places(struct check *ck)
{
	struct fpset pages = {0};

	for (size_t k = 0; k < ck->failed.n; k++) {
		const struct target *t =
		    target_at(&ck->targets, ck->failed.items[k]);

		if (t->read > 0)
			fpset_add(&pages, t->text);
	}
	check_remember_places(ck, &pages);
	fpset_clear(&pages);
}

/*
 * All that failed and had no second look gets it: first those that were not
 * asked for, as their host was given up.  False: nothing did.
 */
static bool
look_again(struct check *ck)
{
	bool any = doubt_cache(ck);

	remember_places(ck);
	for (int asked = 0; asked < 2; asked++) {
		for (size_t k = 0; k < ck->failed.n; k++) {
			uint32_t       i = ck->failed.items[k];
			struct target *t = target_at(&ck->targets, i);

			if (t->requested != asked || !deserves_look(ck, i))
				continue;
			if (!ck->second)
				frontier_look_again(ck->crawl->frontier);
			ck->second = any = true;
			t->looked = true;
			queue(ck, i, true);
		}
	}
	ck->failed.n = 0;
	return any;
}

bool
check_go_on(struct check *ck)
{
	struct crawl *c = ck->crawl;

	if (crawl_is_ending(c))
		return false;
	if (!c->input_ended)
		return true;
	if (ck->trace != NULL)
		explain_go_on(ck);
	queue_all(ck, &ck->soon);
	if (ck->pages_open == 0)
		queue_all(ck, &ck->later);
	if (frontier_queued(c->frontier) > 0 || !group_empty(&c->pages) ||
	    !group_empty(&c->services) || ck->soon.n > 0 || ck->later.n > 0)
		return true;
	if (!look_again(ck))
		return false;
	queue_all(ck, &ck->later);
	return true;
}

/* ----------------------------------------------------------------------
 * Begin and end.
 */

/* Whether the crawl under a check is its user's. */
static bool
crawls(const struct config *user)
{
	return user->recursive && user->explain == NULL;
}

struct config
check_config(const struct config *user)
{
	struct config config = *user;

	config.ordered = false;
	if (crawls(user))
		return config;
	config.recursive = true;
	config.depth = 0;
	config.scope = SCOPE_ANY;
	config.sitemap = "never";
	if (user->robots != ROBOTS_ALWAYS)
		config.robots = ROBOTS_NEVER;
	return config;
}

static void
make_finders(struct check *ck)
{
	static const char *const none[] = {NULL};
	const struct strings    *inputs = &ck->config->inputs;
	const char *const       *extensions = ck->config->fallback_ext.items;

	ck->base = input_base_url(ck->crawl->input);
	ck->finders = xcalloc(inputs->n, sizeof(struct site_finder *));
	for (size_t i = 0; i < inputs->n; i++)
		if (input_is_directory(inputs->items[i]))
			ck->finders[ck->finders_n++] =
			    site_finder_new(inputs->items[i],
				extensions != NULL ? extensions : none);
}

/* Milliseconds since 1970. */
static int64_t
wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* An empty name stands for no file. */
static bool
read_ignore_file(struct check *ck)
{
	const char *path = ck->config->ignore_file;

	return (path != NULL && *path == '\0') ||
	       ignore_read(path, &ck->ignore);
}

struct check *
check_new(struct crawl *c, const struct config *user)
{
	struct check *ck = XNEW(struct check);

	ck->crawl = c;
	ck->config = user;
	targets_init(&ck->targets);
	url_init(&ck->url);
	buf_init(&ck->text, 0);
	ck->cwd = getcwd(NULL, 0);
	make_finders(ck);
	if (!crawls(user))
		ck->site = scope_new(user);
	if (user->explain != NULL)
		ck->trace = trace_new();
	if (user->baseline != NULL)
		ck->baseline = baseline_read(user->baseline,
		    user->write_baseline || user->explain != NULL);
	if (user->cache != NULL)
		ck->cache =
		    cache_open(user->cache, user->cache_age_ms, wall_ms());
	if (!read_ignore_file(ck) || !scope_exclude(c->scope, &ck->ignore) ||
	    (!crawls(user) && ck->site == NULL) ||
	    (user->baseline != NULL && ck->baseline == NULL)) {
		check_free(ck);
		return NULL;
	}
	return ck;
}

void
check_free(struct check *ck)
{
	if (ck == NULL)
		return;
	check_forget_findings(ck);
	trace_free(ck->trace);
	targets_clear(&ck->targets);
	scope_free(ck->site);
	for (size_t i = 0; i < ck->finders_n; i++)
		site_finder_free(ck->finders[i]);
	free(ck->finders);
	free(ck->cwd);
	ignore_clear(&ck->ignore);
	baseline_free(ck->baseline);
	cache_free(ck->cache);
	free(ck->reports);
	free(ck->soon.items);
	free(ck->later.items);
	free(ck->failed.items);
	fpset_clear(&ck->places);
	url_clear(&ck->url);
	buf_clear(&ck->text);
	free(ck);
}

void
check_add_report(
    struct check *ck, enum check_report kind, struct writer *w, bool colour)
{
	ck->reports =
	    xrealloc(ck->reports, ck->reports_n + 1, sizeof(*ck->reports));
	ck->reports[ck->reports_n++] = (struct report_to){kind, w, colour};
}

void
check_report_all(struct check *ck, const char *why)
{
	struct buf lines;

	check_find(ck, why);
	if (ck->trace != NULL) {
		buf_init(&lines, 0);
		explain_add(ck, &lines);
		writer_lines(ck->crawl->output, buf_str(&lines));
		buf_clear(&lines);
		return;
	}
	if (ck->config->write_baseline && why == NULL)
		check_write_baseline(ck);
	if (ck->cache != NULL)
		check_fill_cache(ck);
	if (ck->pages_read == 0 && ck->targets.places.n == 0 && why == NULL) {
		log_plain("nothing to check: no page is among the inputs");
		ck->is_empty = true;
	}
	for (size_t i = 0; i < ck->reports_n; i++) {
		const struct report_to *to = &ck->reports[i];

		buf_init(&lines, 0);
		check_report(to->kind, &ck->found.findings, to->colour, &lines);
		writer_lines(to->writer, buf_str(&lines));
		buf_clear(&lines);
	}
}

bool
check_failed(const struct check *ck)
{
	for (size_t i = 0; i < ck->found.findings.n; i++)
		if (ck->found.items[i].fails)
			return true;
	return ck->keep_failed || ck->is_empty || ck->unread > 0;
}

bool
check_is_full(const struct check *ck)
{
	return ck->is_full;
}
