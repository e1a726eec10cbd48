/*
 * check_news.c - what a link check learns: links of pages, and what became of
 * those.
 */
#include "check_int.h"

#include "acrawl/log.h"

/* ----------------------------------------------------------------------
 * Which links are tested.
 */

/* Attributes whose URLs are for something else than to be fetched. */
static const char *const not_fetched[] = {
    "ping", "action", "formaction", "profile"};

/* Relations whose URLs name a host to connect to, or a service. */
static const char *const not_pages[] = {
    "preconnect", "dns-prefetch", "pingback", "edituri", "search"};

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
		if (str_has_word(link->rel, str_c(not_pages[i])))
			return false;
	return true;
}

/* ----------------------------------------------------------------------
 * News.
 */

/* Appends a path without "." and "..", and with single slashes. */
static void
add_clean(struct buf *to, struct str path)
{
	while (path.n > 0) {
		const char *slash = memchr(path.p, '/', path.n);
		size_t n = slash != NULL ? (size_t)(slash - path.p) : path.n;
		struct str name = str_n(path.p, n);

		path = str_n(path.p + n, path.n - n);
		if (path.n > 0)
			path = str_n(path.p + 1, path.n - 1);
		if (name.n == 0 || str_eq(name, STR_LIT(".")))
			continue;
		if (str_eq(name, STR_LIT(".."))) {
			while (to->n > 0 && to->p[--to->n] != '/')
				continue;
			continue;
		}
		buf_addc(to, '/');
		buf_add(to, name);
	}
}

/*
 * How a file is named in reports: from the working directory if it is below
 * that.  Lives in ck->text.
 */
static struct str
shown_path(struct check *ck, const char *path)
{
	size_t n = ck->cwd != NULL ? strlen(ck->cwd) : 0;

	if (n == 0)
		return str_c(path);
	buf_reset(&ck->text);
	if (path[0] != '/')
		add_clean(&ck->text, str_n(ck->cwd, n));
	add_clean(&ck->text, str_c(path));
	if (n > 1 && ck->text.n > n && memcmp(ck->text.p, ck->cwd, n) == 0 &&
	    ck->text.p[n] == '/')
		return str_n(ck->text.p + n + 1, ck->text.n - n - 1);
	return buf_str(&ck->text);
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

/* The target that a page is. */
static uint32_t
target_of_page(struct check *ck, const struct page *p)
{
	/* It did parse when it was listed, or it is said already. */
	return url_parse(&ck->url, page_source(p), NULL)
	           ? check_target_of(ck, &ck->url)
	           : 0;
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
	place.page = page_of(ck, p);
	place.text = texts_add(&ck->targets.texts, link->text);
	ck->links += check_add_place(ck, &place, link->url, link->raw);
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
	uint32_t       i = check_target_of(ck, url);
	struct target *t;

	ck->pages_open++;
	if (i == 0)
		return;
	t = target_at(&ck->targets, i);
	t->state = TARGET_ASKED;
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

/*
 * A page that nobody links to can fail too: one of a sitemap, or a file.  If so
 * it is reported as named by that (findings.c).
 */
static void
note_name(struct check *ck, const struct page *p, uint32_t i)
{
	struct target *t = target_at(&ck->targets, i);
	const char    *path = entry_path(p->entry);
	struct str     from = path != NULL ? shown_path(ck, path)
	                                   : source_text(p->entry->lead.source);

	if (from.n == 0 || p->entry->lead.hops > 0)
		return;
	t->named_by = texts_add(&ck->targets.texts, from);
	t->named_by_file = path != NULL;
	t->hops = 0;
}

/* Whether the run ended before there was an answer. */
static bool
has_no_answer(const struct page *p)
{
	return p->result.outcome == OUTCOME_INTERRUPTED ||
	       p->result.outcome == OUTCOME_NOT_STARTED;
}

/* It fared as the others of its host, whichever those were. */
static void
note_host(struct target *t, const struct page *p)
{
	const struct host *h = p->entry->host;

	if (h == NULL || h->why == OUTCOME_OK ||
	    (p->result.outcome != OUTCOME_HOST_GIVEN_UP &&
		(p->result.outcome != OUTCOME_ROBOTS_UNREACHABLE ||
		    h->why == OUTCOME_HTTP)))
		return;
	t->outcome = h->why;
	t->status = h->why_status;
}

/* Notes what became of a target. */
static void
note(struct target *t, const struct page *p)
{
	const struct page_result *r = &p->result;

	t->state = TARGET_DONE;
	if (t->looked && has_no_answer(p))
		return; /* the first look stands */
	t->outcome = (uint8_t)r->outcome;
	t->status = (uint16_t)r->status;
	t->is_file = entry_path(p->entry) != NULL;
	t->requested = r->attempts > 0 && !t->is_file;
	if (t->requested && p->kind == &page_document && page_is_listed(p))
		t->skip = SKIP_NOT; /* it was to be read, whatever it is */
	if (p->kind == &page_document && r->links > t->read)
		t->read = (uint32_t)r->links;
	note_host(t, p);
	t->sets_cookie = p->sets_cookie;
	if (r->outcome == OUTCOME_OK && p->has_ids)
		t->has_ids = true;
}

/* A page that is there, and was not read to its end, may have more links. */
static void
count_page(struct check *ck, const struct page *p, uint32_t i, bool read_before)
{
	const struct page_result *r = &p->result;
	char                      code[OUTCOME_CODE_SIZE];

	if (p->kind != &page_document)
		return;
	ck->pages_read +=
	    !read_before && (r->outcome == OUTCOME_OK || r->links > 0);
	if (r->outcome == OUTCOME_OK || r->outcome == OUTCOME_HTTP ||
	    r->outcome == OUTCOME_NOT_HTML || has_no_answer(p) ||
	    check_ending(ck, i).verdict != VERDICT_OK)
		return;
	ck->partial++;
	log_error("Got error [%s] for URL: %.*s (%s)",
	    outcome_code(r->outcome, r->status, code), (int)page_source(p).n,
	    page_source(p).p, outcome_text(r->outcome, r->status));
}

/*
 * A page that may not be read, since its host's robots.txt can't be, may be
 * asked for as any other target.
 */
static bool
has_to_be_probed(const struct check *ck, const struct page *p)
{
	return p->result.outcome == OUTCOME_ROBOTS_UNREACHABLE &&
	       ck->config->robots != ROBOTS_ALWAYS;
}

void
check_take(struct check *ck, const struct page *p)
{
	uint32_t          i = target_of_page(ck, p);
	const struct url *to = led_to(p);
	bool              read_before;

	ck->pages_open -= p->kind == &page_document;
	if (i == 0)
		return;
	read_before = p->entry->lead.again && target_at(&ck->targets, i)->read;
	note(target_at(&ck->targets, i), p);
	note_name(ck, p, i);
	if (to != NULL)
		check_leads_to(ck, i, to, p->brings_fragment);
	count_page(ck, p, i, read_before);
	if (has_to_be_probed(ck, p))
		check_probe(ck, i);
	else
		check_note_failure(ck, i);
}

void
check_redirect(struct check *ck, const struct url *from, const struct url *to)
{
	if (ck->site != NULL)
		scope_redirect(ck->site, from, to);
}
