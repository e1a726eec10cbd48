/*
 * crawl_follow.c - from the links of a page to the frontier.
 *
 * What a page links to is gathered while it is read, and goes to the frontier
 * when it is done: with --ordered in its turn, so that each URL gets the same
 * place each time, and only if no `meta` at the page's end forbids it.
 */
#include "crawl_int.h"

#include "acrawl/check.h"
#include "acrawl/limits.h"
#include "acrawl/robots.h"

/* One URL that was found, before its text in page->found. */
struct found {
	uint32_t n;
};

/* Whether a URL at a depth is to be fetched; if it is left out, that counts. */
static bool
is_wanted(struct crawl *c, const struct url *url, uint32_t depth,
    uint64_t left_out[LEFT_COUNT])
{
	static const enum left_out why[] = {
	    [SCOPE_OUT] = LEFT_SCOPE,
	    [SCOPE_EXCLUDED] = LEFT_EXCLUDED,
	    [SCOPE_TOO_LONG] = LEFT_TOO_LONG,
	};
	enum scope_verdict verdict = scope_of(c->scope, url);

	if (verdict != SCOPE_IN) {
		left_out[why[verdict]]++;
		return false;
	}
	if (frontier_knows(c->frontier, url))
		return false;
	if (c->config->depth >= 0 && depth > c->config->depth) {
		left_out[LEFT_DEPTH]++;
		return false;
	}
	return true;
}

/* A URL in scope, for the frontier, unless it is known or beyond. */
static void
add_found(struct crawl *c, const struct url *url, const struct lead *found,
    uint64_t left_out[LEFT_COUNT])
{
	struct lead lead = *found;
	uint64_t   *count;

	if (crawl_is_ending(c) || frontier_knows(c->frontier, url))
		return;
	/* As many rows, but apart, for what is forbidden and not fetched. */
	lead.free = found->depth > 0 && crawl_forbids(c, url);
	count = lead.free ? &c->forbidden : &c->admitted;
	if (*count >= crawl_max_pages(c)) {
		left_out[LEFT_MAX_PAGES]++;
		return;
	}
	if (!lead.free && c->config->max_pages_per_host > 0 &&
	    frontier_host(c->frontier, url)->pages >=
		(uint64_t)c->config->max_pages_per_host) {
		left_out[LEFT_PER_HOST]++;
		return;
	}
	frontier_learn(c->frontier, url);
	if (c->check != NULL)
		check_add_page(c->check, url, found->depth);
	++*count;
	lead.turn = c->turns++;
	frontier_add(c->frontier, url, url_request(url), &lead);
}

static struct source *
source_of(struct page *p)
{
	if (p->source == NULL)
		p->source = source_new(page_source(p));
	return p->source;
}

/* What p found goes to the frontier, or is left out. */
static void
put_found(struct crawl *c, struct page *p)
{
	struct str  rest = buf_str(&p->found);
	struct lead lead = {.depth = p->entry->lead.depth + 1};

	if (rest.n > 0)
		lead.source = source_of(p);
	while (rest.n > 0) {
		struct found f;

		memcpy(&f, rest.p, sizeof(f));
		rest = str_n(rest.p + sizeof(f), rest.n - sizeof(f));
		if (p->nofollow)
			p->left_out[LEFT_NOFOLLOW]++;
		else
			crawl_found(c, str_n(rest.p, f.n), &lead, p->left_out);
		rest = str_n(rest.p + f.n, rest.n - f.n);
	}
	buf_clear(&p->found);
}

/* Makes room when a page finds more than it may hold. */
static void
make_room(struct crawl *c, struct page *p)
{
	if (crawl_is_turn(c, p))
		put_found(c, p);
	else
		crawl_give_way(c, p);
}

void
crawl_follow(struct crawl *c, struct page *p, const struct link *link)
{
	struct found f;

	if (c->scope == NULL || c->config->depth == 0 || link->url == NULL ||
	    !link->leads || p->gave_way)
		return;
	if (c->config->nofollow &&
	    str_has_word(link->rel, STR_LIT("nofollow"))) {
		p->left_out[LEFT_NOFOLLOW]++;
		return;
	}
	/* With --ordered, scope and frontier are not yet what they will be. */
	if (!c->config->ordered &&
	    !is_wanted(c, link->url, p->entry->lead.depth + 1, p->left_out))
		return;
	if (p->found.n > LIMIT_FOUND_BYTES)
		make_room(c, p);
	f.n = (uint32_t)url_request(link->url).n;
	buf_add(&p->found, str_n((char *)&f, sizeof(f)));
	buf_add(&p->found, url_request(link->url));
}

void
crawl_forget_found(struct page *p)
{
	buf_reset(&p->found);
	memset(p->left_out, 0, sizeof(p->left_out));
	p->nofollow = false;
}

bool
crawl_is_nofollow(const struct crawl *c, struct str robots_tag)
{
	return c->scope != NULL && c->config->robots != ROBOTS_NEVER &&
	       robots_tag_nofollow(robots_tag, c->agent);
}

enum outcome
crawl_judge_redirect(const struct crawl *c, const struct page *p)
{
	struct str           to = url_request(&p->next);
	const struct source *from = NULL;

	if (c->scope == NULL)
		return OUTCOME_OK;
	if (p->kind == &page_probe)
		return OUTCOME_REDIRECT;
	if (p->kind == &page_sitemap)
		return page_is_listed(p) || scope_has_host(c->scope, &p->next)
		           ? OUTCOME_OK
		           : OUTCOME_OUT_OF_SCOPE;
	/* To itself, or to what was redirected here. */
	if (str_eq(to, url_request(&p->url)))
		return OUTCOME_TOO_MANY_REDIRECTS;
	if (p->entry->lead.hops > 0)
		from = p->entry->lead.source;
	for (; from != NULL; from = from->from)
		if (str_eq(to, source_text(from)))
			return OUTCOME_TOO_MANY_REDIRECTS;
	return OUTCOME_REDIRECT;
}

/* The URL that p leads to becomes one like p, with a row of its own. */
static void
follow_redirect(struct crawl *c, struct page *p)
{
	struct lead lead = {
	    .depth = p->entry->lead.depth,
	    .hops = (uint8_t)(p->entry->lead.hops + 1),
	    .source = source_of(p),
	};
	bool in;

	if (!url_parse(&c->url, page_source(p), NULL))
		return;
	if (p->entry->lead.hops > 0 && p->source->from == NULL)
		p->source->from = source_hold(p->entry->lead.source);
	if (page_is_listed(p))
		scope_redirect(c->scope, &c->url, &p->url);
	if (page_is_listed(p) && c->check != NULL)
		check_redirect(c->check, &c->url, &p->url);
	in = page_is_listed(p) ? scope_has_host(c->scope, &p->url)
	                       : scope_of(c->scope, &p->url) == SCOPE_IN;
	if (in)
		add_found(c, &p->url, &lead, p->left_out);
	else
		p->result.outcome = OUTCOME_OUT_OF_SCOPE;
}

/*
 * Whether a URL that did count need not: its host's rules forbade it only when
 * they came, or it was listed and another one stands for it.
 */
static bool
has_to_be_uncounted(const struct page *p)
{
	if (p->entry->host == NULL || p->entry->lead.free)
		return false;
	return p->result.outcome == OUTCOME_ROBOTS_DENIED ||
	       (p->result.outcome == OUTCOME_REDIRECT && page_is_listed(p));
}

void
crawl_take_found(struct crawl *c, struct page *p)
{
	if (c->scope == NULL || p->kind != &page_document)
		return;
	put_found(c, p);
	if (has_to_be_uncounted(p)) {
		c->admitted--;
		frontier_uncount(p->entry->host);
	}
	if (p->result.outcome == OUTCOME_REDIRECT)
		follow_redirect(c, p);
	for (size_t i = 0; i < LEFT_COUNT; i++)
		c->stats.left_out[i] += p->left_out[i];
}

void
crawl_found(struct crawl *c, struct str text, const struct lead *lead,
    uint64_t left_out[LEFT_COUNT])
{
	/* It did parse when it was found. */
	if (url_parse(&c->url, text, NULL) &&
	    is_wanted(c, &c->url, lead->depth, left_out))
		add_found(c, &c->url, lead, left_out);
}
