/*
 * frontier.c - the URLs that are still to be fetched, host by host.
 *
 * host_settle() alone decides where a host belongs:
 *
 *	refusing  given up, with pages that are to be told so
 *	dropping  the same with URLs in its queue
 *	again     pages wait for it, a slot is free, no delay
 *	turn      the same with URLs in its queue, and it is its turn
 *	ready     the same, and it waits for its turn
 *	deep      its next URL has to wait for others that come first
 *	blocked   too many slots of its address are taken: two lists there, as
 *	          it would be on `again` or `ready`
 *	later     delayed: a heap by the time when it may be asked again
 *	(none)    all its slots are taken, or nothing to do
 *	freed     nothing left, and not crawling
 */
#include "acrawl/frontier.h"

#include <stdlib.h>

#include "acrawl/hash.h"
#include "acrawl/limits.h"

/* The pause of a host that is busy, and says not how long; it doubles. */
#define BUSY_MS 1000

/* A host's slots grow again by one after so many answers for each. */
#define ANSWERS_PER_SLOT 4

/*
 * URLs of a host in one turn of a crawl: its connections are worth to be used
 * again.  URLs of a list come one by one.
 */
#define URLS_PER_TURN 64

#define ADDRESS_BUCKETS 4096

/* An address that hosts resolve to. */
struct address {
	struct address *chain; /* in its bucket */
	uint64_t        fp;
	size_t          hosts; /* that have it */
	size_t          held;  /* their slots */
	struct list     again; /* those that are blocked */
	struct list     ready;
};

struct frontier {
	struct sched           *sched;
	struct frontier_options options;
	struct task            *admitter;
	struct fpset            known;
	struct host           **buckets;
	size_t                  buckets_n; /* a power of two */
	size_t                  sweep; /* the bucket of frontier_take_any() */
	size_t                  hosts;
	struct address         *addresses[ADDRESS_BUCKETS];
	struct list             again;
	struct list             turn;
	struct list             ready;
	struct list             deep;
	struct list             refusing;
	struct list             dropping;
	struct heap             later;
	struct levels           levels; /* of all hosts; counts only */
	size_t                  held;
	size_t                  queued;
	uint64_t                turn_limit; /* URLs from here on wait */
};

/* ----------------------------------------------------------------------
 * The table of hosts.  Hosts are told apart by their fingerprints (hash.h).
 */

static struct host **
bucket_of(const struct frontier *fr, uint64_t fp)
{
	return &fr->buckets[fp & (fr->buckets_n - 1)];
}

static void
grow_table(struct frontier *fr)
{
	struct host **old = fr->buckets;
	size_t        old_n = fr->buckets_n;

	fr->buckets_n = old_n * 2;
	fr->sweep = 0;
	fr->buckets = xcalloc(fr->buckets_n, sizeof(struct host *));
	for (size_t i = 0; i < old_n; i++) {
		while (old[i] != NULL) {
			struct host  *h = old[i];
			struct host **bucket = bucket_of(fr, h->fp);

			old[i] = h->chain;
			h->chain = *bucket;
			*bucket = h;
		}
	}
	free(old);
}

/* Of scheme, name and port. */
static uint64_t
host_fingerprint(const struct url *url)
{
	uint64_t fp = fingerprint(
	    str_n(url_href(url).p + url->host_at, url->path_at - url->host_at));

	return str_eq(url_scheme(url), STR_LIT("https")) ? ~fp : fp;
}

struct host *
frontier_host(struct frontier *fr, const struct url *url)
{
	uint64_t      fp = host_fingerprint(url);
	struct host **bucket = bucket_of(fr, fp);
	struct host  *h;

	for (h = *bucket; h != NULL; h = h->chain)
		if (h->fp == fp)
			return h;
	if (fr->hosts == fr->buckets_n) {
		grow_table(fr);
		bucket = bucket_of(fr, fp);
	}
	h = XNEW(struct host);
	h->fp = fp;
	h->frontier = fr;
	h->most = fr->options.crawling ? 1 : fr->options.per_host;
	h->delay_ms = fr->options.delay_ms;
	list_init(&h->turn);
	list_init(&h->waiting);
	waitlist_init(&h->rules.waiters);
	h->chain = *bucket;
	*bucket = h;
	fr->hosts++;
	return h;
}

/* ----------------------------------------------------------------------
 * Where a host belongs.
 */

static bool
is_idle(const struct host *h)
{
	return h->held == 0 && h->levels.first == NULL &&
	       list_empty(&h->waiting);
}

/* Nobody needs it any more, but it may have a delay to keep. */
static bool
is_forgotten(const struct host *h)
{
	return is_idle(h) && !h->frontier->options.crawling;
}

static bool
is_delayed(const struct host *h)
{
	return h->not_before > sched_now(h->frontier->sched);
}

/*
 * Whether an unfinished page may yet lead to the next URL, or to what that
 * leads to, by fewer links; or it is too far ahead of its turn.
 */
static bool
is_deep(const struct host *h)
{
	const struct frontier *fr = h->frontier;
	const struct levels *of = fr->options.levels ? &fr->levels : &h->levels;
	uint32_t             level;
	uint64_t             turn;

	return levels_next(&h->levels, &level, &turn) &&
	       (level > levels_lowest(of) || turn >= fr->turn_limit);
}

static bool
is_blocked(const struct host *h)
{
	return h->address != NULL &&
	       h->address->held >= h->frontier->options.per_address;
}

/* The list for a host that is not delayed; NULL: none. */
static struct list *
place_of(const struct host *h)
{
	struct frontier *fr = h->frontier;
	bool             waiting = !list_empty(&h->waiting);

	if (!waiting && h->levels.queued == 0)
		return NULL;
	if (h->given_up)
		return waiting ? &fr->refusing : &fr->dropping;
	if (h->held >= h->most || h->sending || (!waiting && h->shut))
		return NULL;
	if (!waiting && is_deep(h))
		return &fr->deep;
	if (is_blocked(h))
		return waiting ? &h->address->again : &h->address->ready;
	if (waiting)
		return &fr->again;
	return h->left > 0 ? &fr->turn : &fr->ready;
}

static void
move_to(struct host *h, struct list *place)
{
	if (h->on == place)
		return;
	list_remove(&h->turn);
	if (place != NULL)
		list_push(place, &h->turn);
	h->on = place;
}

/* Whether a host may be granted a slot now. */
static bool
is_offered(const struct host *h)
{
	const struct frontier *fr = h->frontier;

	return h->on == &fr->again || h->on == &fr->turn || h->on == &fr->ready;
}

/* There, or later.  Who is delayed may not stand in a row with others. */
static void
put(struct host *h, struct list *place)
{
	struct frontier *fr = h->frontier;

	if (is_delayed(h) &&
	    (is_forgotten(h) ||
		(place != NULL && place != &fr->deep && !h->given_up))) {
		move_to(h, NULL);
		heap_put(&fr->later, &h->later, h->not_before);
		return;
	}
	heap_remove(&fr->later, &h->later);
	move_to(h, place);
}

/*
 * There may be a slot more of an address: the host that waits longest, first
 * of those where pages wait, since there may be no new ones.
 */
static void
unblock(struct address *a)
{
	struct list *row = list_empty(&a->again) ? &a->ready : &a->again;
	struct host *h;

	while (!list_empty(row)) {
		h = CONTAINER_OF(row->next, struct host, turn);
		if (is_blocked(h))
			return;
		put(h, place_of(h));
		if (is_offered(h))
			return;
		row = list_empty(&a->again) ? &a->ready : &a->again;
	}
}

/* The address, made if it is new. */
static struct address *
find_address(struct frontier *fr, struct str name)
{
	uint64_t         fp = fingerprint(name);
	struct address **bucket = &fr->addresses[fp % ADDRESS_BUCKETS];
	struct address  *a;

	for (a = *bucket; a != NULL; a = a->chain)
		if (a->fp == fp)
			return a;
	a = XNEW(struct address);
	a->fp = fp;
	a->chain = *bucket;
	list_init(&a->again);
	list_init(&a->ready);
	*bucket = a;
	return a;
}

static void
enter_address(struct host *h, struct str name)
{
	h->address = find_address(h->frontier, name);
	h->address->hosts++;
	h->address->held += h->held;
}

/* The last host that leaves an address frees it. */
static void
leave_address(struct host *h)
{
	struct address  *a = h->address;
	struct address **at;

	if (a == NULL)
		return;
	h->address = NULL;
	a->held -= h->held;
	if (--a->hosts > 0) {
		for (size_t i = 0; i <= h->held; i++)
			unblock(a);
		return;
	}
	at = &h->frontier->addresses[a->fp % ADDRESS_BUCKETS];
	while (*at != a)
		at = &(*at)->chain;
	*at = a->chain;
	free(a);
}

static void
free_host(struct host *h)
{
	struct frontier *fr = h->frontier;
	struct host    **at = bucket_of(fr, h->fp);

	while (*at != h)
		at = &(*at)->chain;
	*at = h->chain;
	list_remove(&h->turn);
	heap_remove(&fr->later, &h->later);
	leave_address(h);
	levels_clear(&h->levels);
	rules_clear(&h->rules);
	fr->hosts--;
	free(h);
}

/*
 * Puts a host where it belongs after anything about it has changed.  If it
 * does not take what it was offered, another one of its address may.
 */
static void
host_settle(struct host *h)
{
	struct list *was = is_offered(h) ? h->on : NULL;

	put(h, place_of(h));
	if (was != NULL && h->on != was && h->address != NULL)
		unblock(h->address);
	if (is_forgotten(h) && !heap_has(&h->later))
		free_host(h);
}

/* All of a list, since what they waited for has changed. */
static void
settle_all(struct list *hosts)
{
	struct list  moved;
	struct list *node;

	list_init(&moved);
	while ((node = list_pop(hosts)) != NULL) {
		CONTAINER_OF(node, struct host, turn)->on = NULL;
		list_push(&moved, node);
	}
	while ((node = list_pop(&moved)) != NULL)
		host_settle(CONTAINER_OF(node, struct host, turn));
}

/* ----------------------------------------------------------------------
 * The frontier.
 */

struct frontier *
frontier_new(struct sched *sched, const struct frontier_options *options,
    struct task *admitter)
{
	struct frontier *fr = XNEW(struct frontier);

	fr->sched = sched;
	fr->options = *options;
	fr->admitter = admitter;
	fr->buckets_n = 64;
	fr->buckets = xcalloc(fr->buckets_n, sizeof(struct host *));
	fr->turn_limit = UINT64_MAX;
	list_init(&fr->again);
	list_init(&fr->turn);
	list_init(&fr->ready);
	list_init(&fr->deep);
	list_init(&fr->refusing);
	list_init(&fr->dropping);
	return fr;
}

void
frontier_free(struct frontier *fr)
{
	if (fr == NULL)
		return;
	for (size_t i = 0; i < fr->buckets_n; i++)
		while (fr->buckets[i] != NULL)
			free_host(fr->buckets[i]);
	levels_clear(&fr->levels);
	heap_clear(&fr->later);
	fpset_clear(&fr->known);
	free(fr->buckets);
	free(fr);
}

bool
frontier_learn(struct frontier *fr, const struct url *url)
{
	return fpset_add(&fr->known, fingerprint(url_request(url)));
}

bool
frontier_knows(const struct frontier *fr, const struct url *url)
{
	return fpset_has(&fr->known, fingerprint(url_request(url)));
}

void
frontier_add(struct frontier *fr, const struct url *url, struct str text,
    const struct lead *lead)
{
	struct host *h = frontier_host(fr, url);
	uint32_t     level = fr->options.in_turn ? 0 : lead->depth;

	levels_push(&h->levels, level, text, lead);
	if (fr->options.levels)
		levels_begin(&fr->levels, level);
	h->pages += !lead->free;
	fr->queued++;
	host_settle(h);
	task_wake(fr->admitter);
}

void
frontier_uncount(struct host *h)
{
	h->pages--;
}

void
frontier_begin(struct host *h)
{
	levels_begin(&h->levels, 0);
	if (h->frontier->options.levels)
		levels_begin(&h->frontier->levels, 0);
}

void
frontier_done(struct host *h, uint32_t level)
{
	struct frontier *fr = h->frontier;

	if (fr->options.levels && levels_end(&fr->levels, level))
		settle_all(&fr->deep);
	levels_end(&h->levels, level);
	host_settle(h);
	task_wake(fr->admitter);
}

void
frontier_look_again(struct frontier *fr)
{
	fr->options.per_host = 1;
	for (size_t i = 0; i < fr->buckets_n; i++) {
		for (struct host *h = fr->buckets[i]; h != NULL; h = h->chain) {
			h->most = 1;
			if (h->given_up && !h->closed) {
				h->failures =
				    LIMIT_HOST_FAILURES - LIMIT_HOST_CHANCES;
				h->given_up = false;
			}
		}
	}
}

void
frontier_limit(struct frontier *fr, uint64_t turn)
{
	fr->turn_limit = turn;
	settle_all(&fr->deep);
}

void
frontier_shut(struct host *h, bool shut)
{
	h->shut = shut;
	host_settle(h);
	task_wake(h->frontier->admitter);
}

void
frontier_slow(struct host *h, int64_t delay_ms)
{
	int64_t next = sched_now(h->frontier->sched) + delay_ms;

	if (h->delay_ms < delay_ms)
		h->delay_ms = delay_ms;
	if (h->not_before < next)
		h->not_before = next;
	host_settle(h);
}

/* Takes the first URL of a host that has one. */
static struct entry *
take_entry(struct host *h)
{
	struct entry *e = levels_pop(&h->levels);

	e->host = h;
	h->frontier->queued--;
	return e;
}

struct entry *
frontier_take_any(struct frontier *fr)
{
	while (fr->queued > 0) {
		for (struct host *h = fr->buckets[fr->sweep]; h != NULL;
		     h = h->chain)
			if (h->levels.queued > 0) {
				struct entry *e = take_entry(h);

				host_settle(h);
				return e;
			}
		fr->sweep = (fr->sweep + 1) & (fr->buckets_n - 1);
	}
	return NULL;
}

bool
frontier_has_slot(const struct frontier *fr)
{
	return fr->held < fr->options.concurrency;
}

size_t
frontier_queued(const struct frontier *fr)
{
	return fr->queued;
}

size_t
frontier_hosts(const struct frontier *fr)
{
	return fr->hosts;
}

int64_t
frontier_delay_ms(const struct frontier *fr)
{
	const struct heap_node *top = heap_top(&fr->later);
	int64_t                 left;

	if (top == NULL)
		return -1;
	left = top->key - sched_now(fr->sched);
	return left > 0 ? left : 0;
}

/* Hosts whose delay is over take turns again, or are freed. */
static void
end_delays(struct frontier *fr)
{
	int64_t now = sched_now(fr->sched);

	while (
	    heap_top(&fr->later) != NULL && heap_top(&fr->later)->key <= now) {
		struct host *h =
		    CONTAINER_OF(heap_top(&fr->later), struct host, later);

		heap_remove(&fr->later, &h->later);
		host_settle(h);
	}
}

static void
grant(struct slot *slot, struct host *h)
{
	struct frontier *fr = h->frontier;

	slot->host = h;
	slot->granted = true;
	slot->used = false;
	h->held++;
	fr->held++;
	if (h->address != NULL)
		h->address->held++;
	slot->sent = h->delay_ms == 0;
	h->sending = !slot->sent;
	/* To the end of the row: the others' turn. */
	move_to(h, NULL);
	host_settle(h);
}

/*
 * The first host of a list; NULL if it is empty.  One that has to wait since
 * others were granted slots, or have begun, goes where it belongs.
 */
static struct host *
first_of(struct list *hosts)
{
	while (!list_empty(hosts)) {
		struct host *h = CONTAINER_OF(hosts->next, struct host, turn);

		if (place_of(h) == hosts)
			return h;
		host_settle(h);
	}
	return NULL;
}

static struct slot *
first_waiting(struct host *h)
{
	return CONTAINER_OF(list_pop(&h->waiting), struct slot, waiting);
}

/* A page of a host that was given up waits for it no more. */
static void
refuse_page(struct host *h)
{
	struct slot *slot = first_waiting(h);

	slot->refused = true;
	slot->host = NULL;
	task_wake(slot->task);
	host_settle(h);
}

enum frontier_turn
frontier_next(
    struct frontier *fr, bool only_pages, struct entry **e, struct slot *slot)
{
	struct host *h;

	end_delays(fr);
	if ((h = first_of(&fr->refusing)) != NULL) {
		refuse_page(h);
		return FRONTIER_PAGE;
	}
	if (!only_pages && (h = first_of(&fr->dropping)) != NULL) {
		*e = take_entry(h);
		host_settle(h);
		return FRONTIER_REFUSED;
	}
	if (!frontier_has_slot(fr))
		return FRONTIER_NOBODY;
	if ((h = first_of(&fr->again)) != NULL) {
		struct slot *first = first_waiting(h);

		grant(first, h);
		task_wake(first->task);
		return FRONTIER_PAGE;
	}
	if (only_pages)
		return FRONTIER_NOBODY;
	h = first_of(&fr->turn);
	if (h == NULL)
		h = first_of(&fr->ready);
	if (h == NULL)
		return FRONTIER_NOBODY;
	if (h->left == 0 && fr->options.crawling)
		h->left = URLS_PER_TURN;
	h->left -= h->left > 0;
	*e = take_entry(h);
	slot_init(slot);
	grant(slot, h);
	return FRONTIER_ENTRY;
}

/* ----------------------------------------------------------------------
 * Slots.
 */

void
slot_init(struct slot *slot)
{
	*slot = (struct slot){.granted = false};
	list_init(&slot->waiting);
}

void
slot_want(struct slot *slot, struct frontier *fr, const struct url *url,
    struct task *task)
{
	struct host *h = frontier_host(fr, url);

	if (slot->granted && slot->host == h &&
	    (!slot->used || (h->delay_ms == 0 && !is_delayed(h))))
		return;
	/* This may have been the last that kept h. */
	slot_release(slot);
	h = frontier_host(fr, url);
	slot->host = h;
	slot->task = task;
	slot->refused = false;
	list_push(&h->waiting, &slot->waiting);
	host_settle(h);
	task_wake(fr->admitter);
}

void
slot_move(struct slot *to, struct slot *from, struct task *task)
{
	*to = *from;
	list_init(&to->waiting);
	to->task = task;
}

/*
 * The host's delay begins with the request, if there is one, and not with the
 * grant: a connection that has to be made takes its time.
 */
static void
end_sending(struct slot *slot)
{
	struct host *h = slot->host;
	int64_t      next = sched_now(h->frontier->sched) + h->delay_ms;

	slot->sent = true;
	h->sending = false;
	if (slot->used && h->not_before < next)
		h->not_before = next;
}

void
slot_sent(struct slot *slot)
{
	if (!slot->granted || slot->sent)
		return;
	end_sending(slot);
	host_settle(slot->host);
	task_wake(slot->host->frontier->admitter);
}

void
slot_release(struct slot *slot)
{
	struct host *h = slot->host;

	if (h == NULL)
		return;
	if (slot->granted) {
		h->held--;
		h->frontier->held--;
		task_wake(h->frontier->admitter);
	}
	if (slot->granted && h->address != NULL) {
		h->address->held--;
		unblock(h->address);
	}
	if (slot->granted && !slot->sent)
		end_sending(slot);
	list_remove(&slot->waiting);
	slot->granted = false;
	slot->host = NULL;
	host_settle(h);
}

/* ----------------------------------------------------------------------
 * News of hosts.
 */

static void
note_answer(struct host *h)
{
	h->failures = 0;
	if (sched_now(h->frontier->sched) >= h->busy_until)
		h->busy = 0;
	if (h->most < h->frontier->options.per_host &&
	    (++h->answers >= h->most * ANSWERS_PER_SLOT || !h->was_busy)) {
		h->answers = 0;
		h->most++;
	}
}

/*
 * Of several requests that hear it at the same time the first slows the host
 * down; the others can but ask for a longer pause.
 */
static void
note_busy(struct host *h, int64_t retry_after_ms)
{
	int64_t now = sched_now(h->frontier->sched);
	int64_t pause = retry_after_ms;

	if (now >= h->busy_until) {
		h->failures++;
		h->was_busy = true;
		h->busy += h->busy < 16;
		h->most = h->most > 1 ? h->most / 2 : 1;
		h->answers = 0;
	}
	if (pause > LIMIT_RETRY_AFTER_MS && h->frontier->options.crawling)
		h->given_up = h->closed = true;
	if (pause < 0 || pause > LIMIT_RETRY_AFTER_MS)
		pause = (int64_t)BUSY_MS << (h->busy - 1);
	if (pause > LIMIT_RETRY_AFTER_MS)
		pause = LIMIT_RETRY_AFTER_MS;
	if (h->busy_until < now + pause)
		h->busy_until = now + pause;
	if (h->not_before < h->busy_until)
		h->not_before = h->busy_until;
}

void
slot_report(struct slot *slot, enum host_news news, int64_t retry_after_ms)
{
	struct host *h = slot->host;

	if (!slot->granted)
		return;
	switch (news) {
	case HOST_ANSWERED:
		note_answer(h);
		break;
	case HOST_FAILED:
		h->failures++;
		break;
	case HOST_BUSY:
		note_busy(h, retry_after_ms);
		break;
	}
	if (h->failures >= LIMIT_HOST_FAILURES)
		h->given_up = true;
	host_settle(h);
	task_wake(h->frontier->admitter);
}

bool
slot_address(struct slot *slot, struct str address)
{
	struct host *h = slot->host;

	if (!slot->granted || h->frontier->options.per_address == 0)
		return true;
	if (h->address == NULL || h->address->fp != fingerprint(address)) {
		move_to(h, NULL);
		leave_address(h);
		enter_address(h, address);
		host_settle(h);
		task_wake(h->frontier->admitter);
	}
	/* If it is to be asked for again, nothing is sent. */
	slot->used = h->address->held <= h->frontier->options.per_address;
	return slot->used;
}
