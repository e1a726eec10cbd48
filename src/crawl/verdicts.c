/*
 * verdicts.c - from what became of targets to what is said of links.
 *
 * A link fares as the target at the end of its redirects.  This is worked out
 * when all is tested, from the table alone, so that it does not matter in which
 * order answers came.
 */
#include "check_int.h"

/* Statuses by which servers turn robots, or strangers, away. */
static bool
is_blocking(int status)
{
	return status == 401 || status == 403 || status == 407 ||
	       status == 429 || status == 451 || status == 999;
}

/* Whether the outcome is that of a response whose status tells. */
static bool
is_answered(enum outcome o)
{
	switch ((int)o) {
	case OUTCOME_OK:
	case OUTCOME_HTTP:
	case OUTCOME_NOT_HTML:
	case OUTCOME_LINKS_LIMITED:
	case OUTCOME_TOO_LARGE:
	case OUTCOME_BAD_MARKUP:
		return true;
	default:
		return false;
	}
}

static enum verdict
verdict_of_status(const struct check *ck, int status)
{
	if (check_accepts(ck, status))
		return VERDICT_OK;
	return is_blocking(status) ? VERDICT_BLOCKED : VERDICT_BROKEN;
}

/* What is said of a target that leads nowhere else. */
static void
judge(const struct check *ck, const struct target *t, struct ending *e)
{
	e->outcome = (enum outcome)t->outcome;
	e->status = t->status;
	e->tested = t->state == TARGET_DONE || t->looked;
	if (t->skip != SKIP_NOT) {
		e->verdict = VERDICT_SKIPPED;
	} else if (t->is_file && !t->is_page && t->state != TARGET_DONE) {
		/* A file that is there, though nobody has read it. */
		e->tested = true;
		e->verdict = VERDICT_OK;
	} else if (t->is_file) {
		e->verdict = t->outcome == OUTCOME_NO_FILE ||
		                     t->outcome == OUTCOME_UNREADABLE
		                 ? VERDICT_BROKEN
		                 : VERDICT_OK;
	} else if (is_answered(e->outcome) && t->status > 0) {
		e->verdict = verdict_of_status(ck, t->status);
		if (e->verdict != VERDICT_OK)
			e->outcome = OUTCOME_HTTP;
	} else {
		e->verdict = VERDICT_BROKEN;
	}
}

/* The outcomes that say it all. */
static void
judge_outcome(struct ending *e)
{
	switch ((int)e->outcome) {
	case OUTCOME_BAD_URL:
		if (e->verdict != VERDICT_SKIPPED)
			e->verdict = VERDICT_INVALID;
		break;
	case OUTCOME_BOT_WALL:
		e->verdict = VERDICT_BLOCKED;
		break;
	case OUTCOME_ROBOTS_DENIED:
		e->verdict = VERDICT_SKIPPED;
		break;
	case OUTCOME_INTERRUPTED:
	case OUTCOME_NOT_STARTED:
		e->tested = false;
		break;
	default:
		break;
	}
}

struct ending
check_ending(const struct check *ck, uint32_t i)
{
	const struct target *t = target_at(&ck->targets, i);
	struct ending        e = {.last = i};
	int64_t              hops = 0;
	int                  first = t->status;
	bool                 moved = true; /* each hop so far for good */
	bool                 cookies = false;

	for (; t->next != 0; t = target_at(&ck->targets, t->next)) {
		e.last = t->next;
		if (t->is_file && t->status == 0)
			continue; /* a file that stands for it */
		e.led_to = t->next;
		cookies = cookies || t->sets_cookie;
		if (t->fragment != 0)
			e.fragment = t->fragment;
		moved = moved && (t->status == 301 || t->status == 308);
		if (moved)
			e.moved_to = t->next;
		if (++hops > ck->config->max_redirects) {
			e.verdict = cookies ? VERDICT_BLOCKED : VERDICT_BROKEN;
			e.outcome = cookies ? OUTCOME_WANTS_COOKIES
			                    : OUTCOME_TOO_MANY_REDIRECTS;
			e.tested = true;
			return e;
		}
	}
	judge(ck, t, &e);
	judge_outcome(&e);
	if (hops == 0 ||
	    (e.verdict != VERDICT_OK && e.verdict != VERDICT_SKIPPED))
		return e;
	/* It leads to what is not to be tested: then all is well so far. */
	e.verdict = VERDICT_REDIRECTED;
	e.outcome = OUTCOME_HTTP;
	e.status = first;
	e.permanent = first == 301 || first == 308;
	return e;
}

bool
check_has_fragment(struct check *ck, const struct target_fragment *f,
    const struct ending *ending)
{
	struct str text = texts_get(&ck->targets.texts,
	    ending->fragment != 0 ? ending->fragment : f->text);

	if (!ending->tested || (ending->verdict != VERDICT_OK &&
				   ending->verdict != VERDICT_REDIRECTED))
		return true;
	return !target_at(&ck->targets, ending->last)->has_ids ||
	       targets_has_id(&ck->targets, ending->last, text);
}
