/*
 * check.c - from links to targets, and to whoever tests them.
 *
 * A target that is wanted waits for the end of the input, since what is listed
 * or found there is a page of the crawl, which tests it; one that the crawl may
 * yet come to, or whose fragments matter, waits until no page is left.
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "check_int.h"

#include "acrawl/explain.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/site.h"

/* ----------------------------------------------------------------------
 * Which links are tested.
 */

/* Attributes whose URLs are for something else than to be fetched. */
static const char *const not_fetched[] = {
    "ping", "action", "formaction", "profile"};

/* Relations whose URLs name a host to connect to, or a service. */
static const char *const not_pages[] = {
    "preconnect", "dns-prefetch", "pingback", "edituri", "search"};

static bool
has_word(struct str words, struct str wanted)
{
	struct str word;

	while ((word = str_next_word(&words)).n > 0)
		if (str_eq_nocase(word, wanted))
			return true;
	return false;
}

/* What is not is mostly neither a href nor a src, which are told at once. */
static bool
is_fetched(const struct link *link)
{
	bool plain = link->attr[0] == 'h' || link->attr[0] == 's';

	for (size_t i = 0;
	     !plain && i < sizeof(not_fetched) / sizeof(*not_fetched); i++)
		if (strcmp(link->attr, not_fetched[i]) == 0)
			return false;
	if (link->tag != NULL && strcmp(link->tag, "link") != 0)
		return true;
	for (size_t i = 0; i < sizeof(not_pages) / sizeof(*not_pages); i++)
		if (has_word(link->rel, str_c(not_pages[i])))
			return false;
	return true;
}

/* ----------------------------------------------------------------------
 * Targets.
 */

static void
push(struct numbers *to, uint32_t target)
{
	if (to->n == to->cap) {
		to->cap = to->cap > 0 ? to->cap * 2 : 256;
		to->items = xrealloc(to->items, to->cap, sizeof(uint32_t));
	}
	to->items[to->n++] = target;
}

/* Whether url is below that of the directories; *path is what is behind. */
static bool
is_below_base(const struct check *ck, const struct url *url, struct str *path)
{
	struct str whole = url_request(url);

	if (ck->base.n == 0 || whole.n < ck->base.n ||
	    memcmp(whole.p, ck->base.p, ck->base.n) != 0)
		return false;
	*path =
	    str_n(whole.p + ck->base.n, url->query_at - (uint32_t)ck->base.n);
	return true;
}

bool
check_is_internal(const struct check *ck, const struct url *url)
{
	struct str path;

	if (ck->base.n > 0 && is_below_base(ck, url, &path))
		return true;
	return scope_has_host(
	    ck->site != NULL ? ck->site : ck->crawl->scope, url);
}

static enum target_skip
why_skip(const struct check *ck, const struct url *url)
{
	const char *which;

	if (!url_is_http(url))
		return SKIP_SCHEME;
	if (!scope_allows(ck->crawl->scope, url, &which))
		return SKIP_EXCLUDED;
	if (ck->config->internal && !check_is_internal(ck, url))
		return SKIP_EXTERNAL;
	if (ck->config->external && check_is_internal(ck, url))
		return SKIP_INTERNAL;
	return SKIP_NOT;
}

/* The target of a URL, without its fragment.  0: no room. */
static uint32_t
target_of(struct check *ck, const struct url *url)
{
	struct str text = url_request(url);

	/* Links to places of one page often stand together. */
	if (ck->last == 0 || !str_eq(text, target_text(&ck->targets, ck->last)))
		ck->last = targets_find(&ck->targets, text);
	return ck->last;
}

static void want(struct check *ck, uint32_t i, const struct url *url);

/*
 * What a target leads to may be wanted now, because of a shorter way to it, or
 * for its ids.
 */
static void
pull(struct check *ck, uint32_t i)
{
	struct target *t = target_at(&ck->targets, i);
	struct target *next;
	struct url     url;
	bool           more = true;

	url_init(&url);
	for (; more && t->next != 0; t = next) {
		unsigned hops = t->hops + !(t->is_file && t->status == 0);

		next = target_at(&ck->targets, t->next);
		more = next->state == TARGET_NEW || hops < next->hops ||
		       (t->wants_ids && !next->wants_ids);
		if (hops < next->hops)
			next->hops = (uint8_t)hops;
		if (next->state == TARGET_DONE && next->requested &&
		    t->wants_ids && !next->wants_ids && !next->is_page &&
		    next->next == 0 && next->outcome == OUTCOME_OK)
			next->state = TARGET_NEW; /* was asked for less */
		next->wants_ids |= t->wants_ids;
		if (next->state == TARGET_NEW &&
		    hops <= (unsigned)ck->config->max_redirects &&
		    url_parse(&url, target_text(&ck->targets, t->next), NULL))
			want(ck, t->next, &url);
	}
	url_clear(&url);
}

void
check_leads_to(struct check *ck, uint32_t i, const struct url *to)
{
	struct target *t = target_at(&ck->targets, i);

	t->next = target_of(ck, to);
	t->fragment = texts_add(&ck->targets.texts, url_fragment(to));
	t->state = TARGET_DONE;
	pull(ck, i);
}

/* The URL of the directory's file of that name; into ck->text. */
static struct str
file_url(struct check *ck, struct str name)
{
	buf_reset(&ck->text);
	buf_add(&ck->text, ck->base);
	site_url_of(&ck->text, name);
	return buf_str(&ck->text);
}

/* The URL with a slash behind its path; into ck->text. */
static struct str
with_slash(struct check *ck, const struct url *url)
{
	struct str whole = url_request(url);

	buf_reset(&ck->text);
	buf_add(&ck->text, str_n(whole.p, url->query_at));
	buf_addc(&ck->text, '/');
	buf_add(
	    &ck->text, str_n(whole.p + url->query_at, whole.n - url->query_at));
	return buf_str(&ck->text);
}

/* The file `name` stands for a target; it may be a page that is read. */
static void
answer_by_file(struct check *ck, uint32_t i, struct str name)
{
	struct target *t = target_at(&ck->targets, i);
	struct target *page;
	uint32_t       at;

	t->state = TARGET_DONE;
	if (site_content_type(name) == NULL)
		return;
	at = targets_find(&ck->targets, file_url(ck, name));
	if (at == 0)
		return;
	page = target_at(&ck->targets, at);
	page->is_file = true;
	if (page->state == TARGET_NEW || at == i)
		page->state = TARGET_TESTED_AS_PAGE;
	if (at != i)
		t->next = at;
}

/* What a web server would answer from one of the directories. */
static void
test_file(struct check *ck, uint32_t i, const struct url *url, struct str path)
{
	struct target   *t = target_at(&ck->targets, i);
	enum site_answer answer = SITE_ANSWER_NONE;
	struct url       slashed;
	struct buf       name;
	size_t           d;

	buf_init(&name, 0);
	t->is_file = true;
	for (d = 0; d < ck->finders_n && answer == SITE_ANSWER_NONE; d++)
		answer = site_find(ck->finders[d], path, &name);
	check_trace_file(ck, i, answer, d > 0 ? d - 1 : 0, buf_str(&name));
	switch (answer) {
	case SITE_ANSWER_FILE:
	case SITE_ANSWER_INDEX:
	case SITE_ANSWER_FALLBACK:
		answer_by_file(ck, i, buf_str(&name));
		break;
	case SITE_ANSWER_SLASH:
		url_init(&slashed);
		t->status = 301;
		if (url_parse(&slashed, with_slash(ck, url), NULL))
			check_leads_to(ck, i, &slashed);
		url_clear(&slashed);
		break;
	case SITE_ANSWER_NONE:
		t->outcome = OUTCOME_NO_FILE;
		t->state = TARGET_DONE;
		break;
	}
	buf_clear(&name);
}

/* Whether it has to wait until no page is left. */
static bool
has_to_wait(const struct check *ck, const struct url *url)
{
	const struct config *config = ck->config;

	return config->fragments ||
	       (config->recursive &&
		   (config->depth >= 0 ||
		       scope_of(ck->crawl->scope, url) == SCOPE_IN));
}

/* A target is to be tested, unless that is under way, or not to be. */
static void
want(struct check *ck, uint32_t i, const struct url *url)
{
	struct target *t = target_at(&ck->targets, i);
	struct str     path;

	if (t->state != TARGET_NEW)
		return;
	t->skip = (uint8_t)why_skip(ck, url);
	if (t->skip != SKIP_NOT) {
		t->state = TARGET_DONE;
	} else if (is_below_base(ck, url, &path)) {
		test_file(ck, i, url, path);
	} else {
		t->state = TARGET_WANTED;
		push(has_to_wait(ck, url) ? &ck->later : &ck->soon, i);
		task_wake(&ck->crawl->admit);
	}
}

/* What a page has instead of a URL. */
static uint32_t
invalid_target(struct check *ck, struct str raw)
{
	uint32_t i;

	buf_reset(&ck->text);
	buf_add_printable(&ck->text, str_trim(raw));
	if (ck->text.n == 0)
		buf_add(&ck->text, STR_LIT("(empty)"));
	i = targets_find(&ck->targets, buf_str(&ck->text));
	if (i == 0)
		return 0;
	target_at(&ck->targets, i)->outcome = OUTCOME_BAD_URL;
	target_at(&ck->targets, i)->state = TARGET_DONE;
	return i;
}

/* A place more, at a URL or (NULL) at what is none. */
void
check_add_place(struct check *ck, struct target_place *place,
    const struct url *url, struct str raw)
{
	struct target *t;

	place->target =
	    url != NULL ? target_of(ck, url) : invalid_target(ck, raw);
	if (place->target == 0) {
		ck->targets.lost++;
		return;
	}
	t = target_at(&ck->targets, place->target);
	if (url != NULL && ck->config->fragments && url_fragment(url).n > 1 &&
	    url_is_http(url)) {
		place->fragment = targets_add_fragment(
		    &ck->targets, place->target, url_fragment(url));
		t->wants_ids = true;
	}
	t->hops = 0;
	targets_add_place(&ck->targets, place);
	if (t->state == TARGET_NEW)
		want(ck, place->target, url);
	else if (t->next != 0)
		pull(ck, place->target);
}

/* ----------------------------------------------------------------------
 * News.
 */

/* How a file is named in reports: from the working directory. */
static struct str
shown_path(const struct check *ck, const char *path)
{
	size_t n = ck->cwd != NULL ? strlen(ck->cwd) : 0;

	if (n > 1 && strncmp(path, ck->cwd, n) == 0 && path[n] == '/')
		path += n + 1;
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	return str_c(path);
}

/* The page that links, made with its first link. */
static uint32_t
page_of(struct check *ck, struct page *p)
{
	const char *path = entry_path(p->entry);

	if (p->target_page == 0)
		p->target_page = targets_add_page(&ck->targets,
		    path != NULL ? shown_path(ck, path) : page_source(p),
		    path != NULL);
	return p->target_page;
}

void
check_input(struct check *ck, const struct input_line *line,
    const struct url *url, struct str text)
{
	struct target_place place = {
	    .line = (uint32_t)line->line,
	    .column = line->line > 0,
	    .page = targets_add_page(
		&ck->targets, str_c(line->file), line->line > 0),
	};

	if (ck->site != NULL && url != NULL)
		scope_add(ck->site, url);
	if (ck->trace != NULL)
		return;
	check_add_place(ck, &place, url, text);
}

void
check_link(struct check *ck, struct page *p, const struct link *link)
{
	struct target_place place = {
	    .line = (uint32_t)link->line,
	    .column = (uint32_t)link->column,
	};

	if (!is_fetched(link) || ck->trace != NULL)
		return;
	ck->links++;
	place.page = page_of(ck, p);
	place.text = texts_add(&ck->targets.texts, link->text);
	check_add_place(ck, &place, link->url, link->raw);
}

/* The target that a page is. */
static uint32_t
target_of_page(struct check *ck, const struct page *p)
{
	/* It did parse when it was listed, or it is said already. */
	return url_parse(&ck->url, page_source(p), NULL)
	           ? target_of(ck, &ck->url)
	           : 0;
}

void
check_id(struct check *ck, struct page *p, struct str id)
{
	if (p->target == 0)
		p->target = target_of_page(ck, p);
	if (p->target != 0)
		targets_add_id(&ck->targets, p->target, id);
}

void
check_add_page(struct check *ck, const struct url *url, uint32_t depth)
{
	uint32_t       i = target_of(ck, url);
	struct target *t;

	ck->pages_open++;
	if (i == 0)
		return;
	t = target_at(&ck->targets, i);
	t->state = TARGET_TESTED_AS_PAGE;
	t->is_page = true;
	t->depth = depth;
}

/* Where a response led to, if it did, whatever became of that. */
static const struct url *
led_to(const struct page *p)
{
	switch ((int)p->result.outcome) {
	case OUTCOME_REDIRECT:
	case OUTCOME_OUT_OF_SCOPE:
		return &p->url;
	case OUTCOME_TOO_MANY_REDIRECTS:
	case OUTCOME_BAD_SCHEME:
		return p->redirected && !p->bad_redirect ? &p->next : NULL;
	default:
		return NULL;
	}
}

/* A page that nobody links to can fail too: one of a sitemap, or a file. */
static void
name_place(struct check *ck, const struct page *p, uint32_t i)
{
	struct str          from = source_text(p->entry->lead.source);
	const char         *path = entry_path(p->entry);
	struct target_place place = {.target = i};

	if (path != NULL)
		from = shown_path(ck, path);
	if (target_at(&ck->targets, i)->places > 0 || from.n == 0 ||
	    p->entry->lead.hops > 0 ||
	    check_ending(ck, i).verdict != VERDICT_BROKEN)
		return;
	place.page = targets_add_page(&ck->targets, from, path != NULL);
	targets_add_place(&ck->targets, &place);
}

/* Notes what became of a target. */
static void
note(struct target *t, const struct page *p)
{
	const struct page_result *r = &p->result;
	const struct host        *h = p->entry->host;

	t->outcome = (uint8_t)r->outcome;
	t->status = (uint16_t)r->status;
	t->state = TARGET_DONE;
	t->is_file = entry_path(p->entry) != NULL;
	t->requested = !t->is_file;
	t->was_read |= r->links > 0;
	/* It fared as the others of its host, whichever those were. */
	if (h != NULL && h->why != OUTCOME_OK &&
	    (r->outcome == OUTCOME_HOST_GIVEN_UP ||
		(r->outcome == OUTCOME_ROBOTS_UNREACHABLE &&
		    h->why != OUTCOME_HTTP))) {
		t->outcome = h->why;
		t->status = h->why_status;
	}
	if (r->outcome == OUTCOME_OK && p->has_ids)
		t->has_ids = true;
}

/* A page that is there, and was not read to its end, may have more links. */
static void
count_page(struct check *ck, const struct page *p, uint32_t i)
{
	const struct page_result *r = &p->result;
	char                      code[OUTCOME_CODE_SIZE];

	if (p->kind != &page_document)
		return;
	ck->pages_read += r->outcome == OUTCOME_OK || r->links > 0;
	if (r->outcome == OUTCOME_OK || r->outcome == OUTCOME_NOT_HTML ||
	    r->outcome == OUTCOME_INTERRUPTED ||
	    r->outcome == OUTCOME_NOT_STARTED ||
	    check_ending(ck, i).verdict != VERDICT_OK)
		return;
	ck->partial++;
	log_error("Got error [%s] for URL: %.*s (%s)",
	    outcome_code(r->outcome, r->status, code), (int)page_source(p).n,
	    page_source(p).p, outcome_text(r->outcome, r->status));
}

void
check_take(struct check *ck, const struct page *p)
{
	uint32_t          i = target_of_page(ck, p);
	const struct url *to = led_to(p);

	ck->pages_open -= p->kind == &page_document;
	if (i == 0)
		return;
	note(target_at(&ck->targets, i), p);
	if (to != NULL)
		check_leads_to(ck, i, to);
	name_place(ck, p, i);
	count_page(ck, p, i);
}

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
	bool           probe = !t->is_page || t->was_read;
	struct lead    lead = {
	       .turn = c->turns++,
	       .depth = probe ? 1 : t->depth,
	       .free = true,
	       .probe = probe,
	       .again = again,
        };

	if (!url_parse(&ck->url, target_text(&ck->targets, i), NULL))
		abort();
	t->state = TARGET_TESTED_AS_PAGE;
	ck->pages_open += !probe;
	frontier_learn(c->frontier, &ck->url);
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

	if (t->state != TARGET_DONE || !t->requested || t->looked ||
	    t->next != 0)
		return false;
	e = check_ending(ck, i);
	return e.tested &&
	       (e.verdict == VERDICT_BROKEN ||
		   (e.verdict == VERDICT_BLOCKED && e.status == 429));
}

/* All that failed and had no second look gets it.  False: nothing did. */
static bool
look_again(struct check *ck)
{
	bool any = false;

	if (ck->config->no_second_look)
		return false;
	for (uint32_t i = 1; i <= ck->targets.targets.n; i++) {
		if (!deserves_look(ck, i))
			continue;
		if (!ck->second)
			frontier_look_again(ck->crawl->frontier);
		ck->second = any = true;
		target_at(&ck->targets, i)->looked = true;
		queue(ck, i, true);
	}
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
	return look_again(ck);
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
	if (!ignore_read(user->ignore_file, &ck->ignore) ||
	    !scope_exclude(c->scope, &ck->ignore) ||
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
	return ck->keep_failed;
}
