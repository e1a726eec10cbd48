/*
 * check_targets.c - what a link check has to test, and who tests it.
 *
 * A target that is wanted waits for the end of the input, since what is listed
 * there is a page of the crawl, which tests it; one that the crawl may yet come
 * to, or whose fragments matter, waits until no page is left.
 */
#include "check_int.h"

#include "acrawl/explain.h"
#include "acrawl/site.h"

void
numbers_push(struct numbers *to, uint32_t target)
{
	if (to->n == to->cap) {
		to->cap = to->cap > 0 ? to->cap * 2 : 256;
		to->items = xrealloc(to->items, to->cap, sizeof(uint32_t));
	}
	to->items[to->n++] = target;
}

/*
 * Whether url is below that of the directories; *path is what is behind.  Of
 * the base itself without its slash path->p is NULL.
 */
static bool
is_below_base(const struct check *ck, const struct url *url, struct str *path)
{
	struct str whole = str_n(url_href(url).p, url->query_at);

	*path = str_n(NULL, 0);
	if (ck->base.n == 0 || whole.n + 1 < ck->base.n ||
	    memcmp(whole.p, ck->base.p, ck->base.n - 1) != 0)
		return false;
	if (whole.n + 1 == ck->base.n)
		return true;
	if (whole.p[ck->base.n - 1] != '/')
		return false;
	*path = str_n(whole.p + ck->base.n, whole.n - ck->base.n);
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
uint32_t
check_target_of(struct check *ck, const struct url *url)
{
	struct str text = url_request(url);

	/* Links to places of one page often stand together. */
	if (ck->last == 0 || !str_eq(text, target_text(&ck->targets, ck->last)))
		ck->last = targets_find(&ck->targets, text);
	ck->is_full = ck->is_full || ck->last == 0;
	return ck->last;
}

static void want(struct check *ck, uint32_t i, const struct url *url);

/*
 * Somebody links to a fragment of a target.  If it was asked for less, or is of
 * the cache, it is to be asked again.
 */
static void
want_ids(const struct check *ck, struct target *t)
{
	bool asked = t->wants_ids && !t->from_cache;

	t->wants_ids = true;
	if (asked || t->state != TARGET_DONE || t->has_ids || t->is_page ||
	    t->next != 0 || t->outcome != OUTCOME_OK ||
	    ck->config->check_method == CHECK_METHOD_HEAD ||
	    !(t->requested || t->from_cache))
		return;
	t->state = TARGET_NEW;
	t->from_cache = t->ids_known = false;
}

/*
 * What a target leads to may be wanted now, because of a shorter way to it, or
 * for its ids.  Each turn changes something, and none twice: a circle ends.
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
		bool     ids = t->wants_ids && !(t->from_cache && t->ids_known);

		next = target_at(&ck->targets, t->next);
		ids = ids && (!next->wants_ids ||
				 (next->from_cache && next->next == 0));
		more = next->state == TARGET_NEW || hops < next->hops || ids;
		if (hops < next->hops)
			next->hops = (uint8_t)hops;
		if (ids)
			want_ids(ck, next);
		if (next->state == TARGET_NEW &&
		    hops <= (unsigned)ck->config->max_redirects &&
		    url_parse(&url, target_text(&ck->targets, t->next), NULL))
			want(ck, t->next, &url);
	}
	url_clear(&url);
}

void
check_leads_to(
    struct check *ck, uint32_t i, const struct url *to, bool brings_fragment)
{
	struct target *t = target_at(&ck->targets, i);

	t->next = check_target_of(ck, to);
	t->fragment = brings_fragment
	                  ? texts_add(&ck->targets.texts, url_fragment(to))
	                  : 0;
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
		page->state = TARGET_ASKED;
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
	if (path.p == NULL)
		answer = SITE_ANSWER_SLASH;
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
			check_leads_to(ck, i, &slashed, false);
		url_clear(&slashed);
		break;
	case SITE_ANSWER_NONE:
		t->outcome = OUTCOME_NO_FILE;
		t->state = TARGET_DONE;
		break;
	}
	buf_clear(&name);
}

/*
 * Whether it has to wait until no page is left: a page that is listed, too, may
 * yet be redirected to it.
 */
static bool
has_to_wait(const struct check *ck, const struct url *url)
{
	const struct config *config = ck->config;

	return config->fragments || config->depth >= 0 ||
	       (config->recursive ? scope_of(ck->crawl->scope, url) == SCOPE_IN
				  : check_is_internal(ck, url));
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
		numbers_push(has_to_wait(ck, url) ? &ck->later : &ck->soon, i);
		task_wake(&ck->crawl->admit);
	}
}

/* What a page has instead of a URL. */
static uint32_t
invalid_target(struct check *ck, struct str raw)
{
	struct target *t;
	const char    *which;
	uint32_t       i;

	buf_reset(&ck->text);
	buf_add_printable(&ck->text, str_trim(raw));
	if (ck->text.n == 0)
		buf_add(&ck->text, STR_LIT("(empty)"));
	i = targets_find(&ck->targets, buf_str(&ck->text));
	if (i == 0)
		return 0;
	t = target_at(&ck->targets, i);
	t->outcome = OUTCOME_BAD_URL;
	t->state = TARGET_DONE;
	if (!scope_allows_text(ck->crawl->scope, buf_str(&ck->text), &which))
		t->skip = SKIP_EXCLUDED;
	return i;
}

void
check_probe(struct check *ck, uint32_t i)
{
	struct target *t = target_at(&ck->targets, i);

	t->is_page = false;
	t->is_unread = true;
	t->state = TARGET_WANTED;
	numbers_push(&ck->later, i);
}

/* The fragment of a link. */
static uint32_t
fragment_of(struct check *ck, uint32_t i, const struct url *url)
{
	uint32_t n = ck->targets.fragments.n;
	uint32_t fragment;

	if (!ck->config->fragments || url_fragment(url).n < 2 ||
	    !url_is_http(url))
		return 0;
	fragment = targets_add_fragment(&ck->targets, i, url_fragment(url));
	if (ck->targets.fragments.n > n)
		want_ids(ck, target_at(&ck->targets, i));
	return fragment;
}

/* What tells a place from all others. */
static uint64_t
place_key(const struct check *ck, const struct target_place *p)
{
	const struct target_page *page = pool_at(&ck->targets.pages, p->page);
	uint32_t                  words[] = {
			     page->text, p->target, p->fragment, p->line, p->column};

	return fingerprint(str_n((char *)words, sizeof(words)));
}

void
check_remember_places(struct check *ck, const struct fpset *pages)
{
	fpset_clear(&ck->places);
	for (uint32_t k = 1; pages->n > 0 && k <= ck->targets.places.n; k++) {
		const struct target_place *p = pool_at(&ck->targets.places, k);
		const struct target_page  *page;

		if (p->page == 0)
			continue;
		page = pool_at(&ck->targets.pages, p->page);
		if (fpset_has(pages, page->text))
			fpset_add(&ck->places, place_key(ck, p));
	}
}

bool
check_add_place(struct check *ck, struct target_place *place,
    const struct url *url, struct str raw)
{
	struct target *t;

	place->target =
	    url != NULL ? check_target_of(ck, url) : invalid_target(ck, raw);
	if (place->target == 0) {
		ck->is_full = true;
		return false;
	}
	t = target_at(&ck->targets, place->target);
	if (url != NULL)
		place->fragment = fragment_of(ck, place->target, url);
	if (ck->places.n > 0 && place->page != 0 &&
	    fpset_has(&ck->places, place_key(ck, place)))
		return false;
	t->hops = 0;
	targets_add_place(&ck->targets, place);
	if (t->state == TARGET_NEW && url != NULL)
		want(ck, place->target, url);
	else if (t->next != 0)
		pull(ck, place->target);
	return true;
}
