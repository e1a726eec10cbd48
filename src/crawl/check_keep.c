/*
 * check_keep.c - what a link check keeps for the next run: the baseline, and
 * good answers in a cache.
 */
#include <stdlib.h>

#include "check_int.h"

/* What fails now, and of what was known before that which was not tested. */
void
check_write_baseline(struct check *ck)
{
	const struct findings *f = &ck->found.findings;
	size_t                 known = baseline_n(ck->baseline);
	struct baseline_entry *entries =
	    xcalloc(f->n + known + 1, sizeof(*entries));
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->items[i].known)
			entries[n++] = (struct baseline_entry){
			    f->items[i].code, f->items[i].target};
	for (size_t i = 0; i < known; i++)
		if (!baseline_seen(ck->baseline, i) &&
		    !check_is_over(ck, baseline_target(ck->baseline, i)))
			entries[n++] = (struct baseline_entry){
			    baseline_code(ck->baseline, i),
			    baseline_target(ck->baseline, i)};
	ck->keep_failed |= !baseline_write(ck->config->baseline, entries, n);
	free(entries);
}

/* The URL of a fragment; into ck->text. */
static struct str
with_fragment(struct check *ck, const struct target_fragment *f)
{
	buf_reset(&ck->text);
	buf_add(&ck->text, target_text(&ck->targets, f->target));
	buf_add(&ck->text, texts_get(&ck->targets.texts, f->text));
	return buf_str(&ck->text);
}

/* Where a target leads, with the fragment that this brings; into ck->text. */
static struct str
leads_to(struct check *ck, const struct target *t)
{
	buf_reset(&ck->text);
	if (t->next != 0) {
		buf_add(&ck->text, target_text(&ck->targets, t->next));
		buf_add(&ck->text, texts_get(&ck->targets.texts, t->fragment));
	}
	return buf_str(&ck->text);
}

/* Only good answers, of servers that were asked for no more than that. */
void
check_fill_cache(struct check *ck)
{
	struct cache_answer answer;

	for (uint32_t i = 1; i <= ck->targets.targets.n; i++) {
		const struct target *t = target_at(&ck->targets, i);
		struct ending        e;

		if (!t->requested || t->is_page || t->from_cache)
			continue;
		e = check_ending(ck, i);
		if (!e.tested || (e.verdict != VERDICT_OK &&
				     e.verdict != VERDICT_REDIRECTED))
			continue;
		answer.status = t->status;
		answer.to = leads_to(ck, t);
		cache_put(ck->cache, target_text(&ck->targets, i), &answer);
	}
	for (uint32_t j = 1; j <= ck->targets.fragments.n; j++) {
		struct target_fragment *f = pool_at(&ck->targets.fragments, j);
		struct ending           e = check_ending(ck, f->target);

		if (!target_at(&ck->targets, e.last)->has_ids ||
		    target_at(&ck->targets, e.last)->is_page ||
		    !check_has_fragment(ck, f, &e))
			continue;
		answer = (struct cache_answer){.status = 200};
		cache_put(ck->cache, with_fragment(ck, f), &answer);
	}
	cache_save(ck->cache);
}

/* Marks the targets of which each fragment is known to be there. */
static void
find_known_fragments(struct check *ck)
{
	struct cache_answer answer;

	ck->fragments_known = true;
	for (int unknown = 0; unknown < 2; unknown++) {
		for (uint32_t j = 1; j <= ck->targets.fragments.n; j++) {
			struct target_fragment *f =
			    pool_at(&ck->targets.fragments, j);
			struct target *t = target_at(&ck->targets, f->target);

			if (!unknown)
				t->ids_known = true;
			else if (!cache_get(
				     ck->cache, with_fragment(ck, f), &answer))
				t->ids_known = false;
		}
	}
}

bool
check_ask_cache(struct check *ck, uint32_t i)
{
	struct target      *t = target_at(&ck->targets, i);
	struct cache_answer answer;

	if (ck->cache == NULL || t->is_page || t->is_stale)
		return false;
	if (!ck->fragments_known)
		find_known_fragments(ck);
	if ((t->wants_ids && !t->ids_known) ||
	    !cache_get(ck->cache, target_text(&ck->targets, i), &answer))
		return false;
	if (answer.to.n > 0 ? !url_parse(&ck->url, answer.to, NULL)
			    : !check_accepts(ck, answer.status))
		return false;
	t->from_cache = true;
	t->status = (uint16_t)answer.status;
	t->outcome = answer.to.n > 0 ? OUTCOME_REDIRECT : OUTCOME_OK;
	t->state = TARGET_DONE;
	if (answer.to.n > 0)
		check_leads_to(ck, i, &ck->url, true);
	return true;
}
