/*
 * findings.c - from the table of targets to what is reported.
 *
 * First each target, and each fragment of one, gets its verdict and, if that
 * is worth a report, a finding; then the places are given to their findings;
 * at last all is sorted by what it shows, so that nothing depends on the order
 * in which things were found.
 */
#include <stdlib.h>

#include "check_int.h"
#include "text_file.h"

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int                 d = text_compare(x->page, y->page);

	if (d == 0)
		d = (x->line > y->line) - (x->line < y->line);
	if (d == 0)
		d = (x->column > y->column) - (x->column < y->column);
	return d != 0 ? d : text_compare(x->text, y->text);
}

static int
compare_findings(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int                   d = text_compare(x->target, y->target);

	return d != 0 ? d : text_compare(x->code, y->code);
}

/* A string that lives as long as the findings. */
static struct str
keep(struct check *ck, struct str s)
{
	return texts_get(&ck->found.texts, texts_add(&ck->found.texts, s));
}

static bool
is_failure(const struct check *ck, enum verdict v)
{
	return v == VERDICT_BROKEN || v == VERDICT_INVALID ||
	       (v == VERDICT_BLOCKED && ck->config->strict);
}

/* One finding more.  Its number, from 1. */
static uint32_t
add_finding(struct check *ck, struct str target, enum verdict verdict,
    enum outcome outcome, int status)
{
	struct findings *f = &ck->found.findings;
	struct finding  *one;
	char             code[OUTCOME_CODE_SIZE];
	bool             fails = is_failure(ck, verdict);

	if ((f->n & (f->n - 1)) == 0)
		ck->found.items = xrealloc(ck->found.items,
		    f->n > 0 ? 2 * f->n : 1, sizeof(struct finding));
	one = &ck->found.items[f->n++];
	*one = (struct finding){.verdict = verdict, .target = target};
	one->code = keep(ck, str_c(outcome_code(outcome, status, code)));
	one->why = keep(ck, str_c(outcome_text(outcome, status)));
	one->known = fails && ck->baseline != NULL &&
	             (baseline_knows(ck->baseline, target) ||
			 (ck->config->write_baseline && f->incomplete == NULL));
	one->fails = fails && !one->known;
	f->known += one->known;
	return (uint32_t)f->n;
}

/* Whether a verdict is one to report. */
static bool
is_finding(const struct ending *e)
{
	return e->verdict == VERDICT_BROKEN || e->verdict == VERDICT_BLOCKED ||
	       e->verdict == VERDICT_INVALID || e->permanent;
}

static void
judge_target(struct check *ck, uint32_t i)
{
	const struct target *t = target_at(&ck->targets, i);
	struct findings     *f = &ck->found.findings;
	struct ending        e;
	uint32_t             to;

	e = check_ending(ck, i);
	ck->unread += t->is_unread && e.tested && e.verdict == VERDICT_OK;
	if (t->places == 0)
		return;
	if (!e.tested) {
		f->untested++;
		return;
	}
	f->counts[e.verdict]++;
	if (!is_finding(&e))
		return;
	ck->found.of[i] = add_finding(
	    ck, target_text(&ck->targets, i), e.verdict, e.outcome, e.status);
	to = e.verdict == VERDICT_REDIRECTED ? e.moved_to : e.led_to;
	if (to != 0)
		ck->found.items[ck->found.of[i] - 1].to =
		    target_text(&ck->targets, to);
}

static void
judge_fragment(struct check *ck, uint32_t j)
{
	struct target_fragment *f = pool_at(&ck->targets.fragments, j);
	struct ending           e = check_ending(ck, f->target);
	struct buf              whole;

	if (check_has_fragment(ck, f, &e))
		return;
	buf_init(&whole, 0);
	buf_add(&whole, target_text(&ck->targets, f->target));
	buf_add(&whole, texts_get(&ck->targets.texts, f->text));
	ck->found.of_fragment[j] = add_finding(ck, keep(ck, buf_str(&whole)),
	    VERDICT_BROKEN, OUTCOME_NO_FRAGMENT, 0);
	ck->found.findings.counts[VERDICT_BROKEN]++;
	if (e.led_to != 0)
		ck->found.items[ck->found.of_fragment[j] - 1].to =
		    target_text(&ck->targets, e.led_to);
	buf_clear(&whole);
}

/* The finding that a place belongs to; NULL: none. */
static struct finding *
finding_of(const struct check *ck, const struct target_place *p)
{
	uint32_t n = ck->found.of[p->target];

	if (p->fragment != 0 && ck->found.of_fragment[p->fragment] != 0)
		n = ck->found.of_fragment[p->fragment];
	return n != 0 ? &ck->found.items[n - 1] : NULL;
}

/* There were more places than the table holds. */
static void
count_unlisted(struct check *ck)
{
	uint32_t *listed = xcalloc(ck->targets.targets.n + 1, sizeof(uint32_t));

	for (uint32_t k = 1; k <= ck->targets.places.n; k++)
		listed[((const struct target_place *)pool_at(
			    &ck->targets.places, k))
			   ->target]++;
	for (uint32_t i = 1; i <= ck->targets.targets.n; i++)
		if (ck->found.of[i] != 0)
			ck->found.items[ck->found.of[i] - 1].unlisted =
			    target_at(&ck->targets, i)->places - listed[i];
	free(listed);
}

/* Gives each finding its part of one array of places. */
static void
share_places(struct check *ck)
{
	struct finding *items = ck->found.items;
	size_t          n = 0;

	if (items == NULL)
		return;
	for (uint32_t k = 1; k <= ck->targets.places.n; k++) {
		struct finding *f =
		    finding_of(ck, pool_at(&ck->targets.places, k));

		if (f != NULL) {
			f->places_n++;
			n++;
		}
	}
	if (ck->targets.lost > 0)
		count_unlisted(ck);
	ck->found.places = xcalloc(n > 0 ? n : 1, sizeof(struct place));
	n = 0;
	for (size_t i = 0; i < ck->found.findings.n; i++) {
		items[i].places = ck->found.places + n;
		n += items[i].places_n;
		items[i].places_n = 0;
	}
}

static void
add_places(struct check *ck)
{
	const struct targets *t = &ck->targets;

	for (uint32_t k = 1; k <= t->places.n; k++) {
		const struct target_place *p = pool_at(&t->places, k);
		struct finding            *f = finding_of(ck, p);
		const struct target_page  *page;

		if (f == NULL || p->page == 0)
			continue;
		page = pool_at(&t->pages, p->page);
		ck->found.places[f->places - ck->found.places + f->places_n] =
		    (struct place){
			.page = texts_get(&t->texts, page->text),
			.is_file = page->is_file,
			.line = p->line,
			.column = p->column,
			.text = texts_get(&t->texts, p->text),
		    };
		f->places_n++;
	}
}

/*
 * A page that nobody links to is reported, if it fails, as named by a sitemap
 * or as the file that it is.
 */
static void
add_named_places(struct check *ck)
{
	for (uint32_t i = 1; i <= ck->targets.targets.n; i++) {
		const struct target *t = target_at(&ck->targets, i);
		struct target_place  place = {.target = i};
		struct ending        e;

		if (t->places > 0 || t->named_by == 0)
			continue;
		e = check_ending(ck, i);
		if (!e.tested || !is_failure(ck, e.verdict))
			continue;
		place.page = targets_add_page(&ck->targets,
		    texts_get(&ck->targets.texts, t->named_by),
		    t->named_by_file);
		targets_add_place(&ck->targets, &place);
	}
}

/* Findings all of whose links are those of another, to a fragment, go. */
static void
drop_empty(struct check *ck)
{
	struct findings *f = &ck->found.findings;
	size_t           kept = 0;

	for (size_t i = 0; i < f->n; i++)
		if (ck->found.items[i].places_n > 0 ||
		    ck->found.items[i].unlisted > 0)
			ck->found.items[kept++] = ck->found.items[i];
		else
			f->counts[ck->found.items[i].verdict]--;
	f->n = kept;
}

enum fate {
	FATE_FAILS, /* or is not known */
	FATE_WORKS,
	FATE_GONE, /* nobody links to it */
};

/* What has become of a target of the baseline that did not fail. */
static enum fate
fate_of(struct check *ck, struct str text)
{
	const char            *hash = memchr(text.p, '#', text.n);
	struct str             request = text;
	struct target_fragment fragment;
	struct ending          e;
	uint32_t               at;

	/* What is no URL may have a '#', too. */
	at = fpmap_get(&ck->targets.by_text, fingerprint(text));
	if (at == 0 && hash != NULL) {
		request.n = (size_t)(hash - text.p);
		at = fpmap_get(&ck->targets.by_text, fingerprint(request));
		if (!ck->config->fragments)
			return FATE_FAILS;
	} else {
		hash = NULL;
	}
	if (at == 0 || (target_at(&ck->targets, at)->places == 0 &&
			   target_at(&ck->targets, at)->named_by == 0))
		return FATE_GONE;
	e = check_ending(ck, at);
	if (!e.tested ||
	    (e.verdict != VERDICT_OK && e.verdict != VERDICT_REDIRECTED))
		return FATE_FAILS;
	if (hash == NULL)
		return FATE_WORKS;
	fragment.target = at;
	fragment.text = targets_get_fragment(
	    &ck->targets, at, str_n(hash, text.n - request.n));
	if (fragment.text == 0)
		return FATE_GONE;
	fragment = *(struct target_fragment *)pool_at(
	    &ck->targets.fragments, fragment.text);
	return check_has_fragment(ck, &fragment, &e) ? FATE_WORKS : FATE_FAILS;
}

bool
check_is_over(struct check *ck, struct str target)
{
	return fate_of(ck, target) != FATE_FAILS;
}

/* Of the baseline: what works again, and what nobody links to. */
static void
compare_with_baseline(struct check *ck)
{
	struct baseline *b = ck->baseline;
	struct findings *f = &ck->found.findings;
	size_t           n = b != NULL ? baseline_n(b) : 0;

	if (n == 0 || f->incomplete != NULL)
		return;
	f->again = ck->found.again = xcalloc(n, sizeof(struct str));
	f->gone = ck->found.gone = xcalloc(n, sizeof(struct str));
	for (size_t i = 0; i < n; i++) {
		struct str target = baseline_target(b, i);

		if (baseline_seen(b, i))
			continue;
		switch (fate_of(ck, target)) {
		case FATE_FAILS:
			break;
		case FATE_WORKS:
			ck->found.again[f->again_n++] = target;
			break;
		case FATE_GONE:
			ck->found.gone[f->gone_n++] = target;
			break;
		}
	}
}

static void
sort(struct check *ck)
{
	struct findings *f = &ck->found.findings;

	if (f->n == 0)
		return;
	for (size_t i = 0; i < f->n; i++) {
		struct finding *one = &ck->found.items[i];
		size_t          at = (size_t)(one->places - ck->found.places);

		qsort(ck->found.places + at, one->places_n,
		    sizeof(struct place), compare_places);
	}
	qsort(ck->found.items, f->n, sizeof(struct finding), compare_findings);
}

void
check_find(struct check *ck, const char *why)
{
	struct found_all *all = &ck->found;

	all->findings.incomplete = why;
	add_named_places(ck);
	all->of = xcalloc(ck->targets.targets.n + 1, sizeof(uint32_t));
	all->of_fragment =
	    xcalloc(ck->targets.fragments.n + 1, sizeof(uint32_t));
	for (uint32_t i = 1; i <= ck->targets.targets.n; i++)
		judge_target(ck, i);
	for (uint32_t j = 1; j <= ck->targets.fragments.n; j++)
		judge_fragment(ck, j);
	share_places(ck);
	add_places(ck);
	drop_empty(ck);
	sort(ck);
	all->findings.items = all->items;
	all->findings.pages = ck->pages_read;
	all->findings.partial = ck->partial + ck->unread;
	all->findings.links = ck->links;
	compare_with_baseline(ck);
}

void
check_forget_findings(struct check *ck)
{
	struct found_all *all = &ck->found;

	free(all->items);
	free(all->places);
	free(all->again);
	free(all->gone);
	free(all->of);
	free(all->of_fragment);
	texts_clear(&all->texts);
	*all = (struct found_all){.of = NULL};
}
