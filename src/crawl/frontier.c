/*
 * frontier.c - the URLs that are still to be fetched, host by host.
 *
 * A host exists while somebody queues, waits or holds a slot there, or while
 * its delay runs.  host_settle() alone decides where it belongs:
 *
 *	ready    something to do, a slot free, no delay: takes turns
 *	later    delayed: a heap by the time when it may be asked again
 *	(none)   all its slots are taken: settled again at their release
 *	freed    nothing left
 */
#include "acrawl/frontier.h"

#include <stdlib.h>

#include "acrawl/hash.h"

struct host {
	struct host     *chain; /* in its bucket */
	uint64_t         fp;
	struct frontier *frontier;
	struct list      ready;   /* on frontier->ready */
	struct heap_node later;   /* in frontier->later */
	struct list      waiting; /* slots */
	struct entry    *first;   /* the queue */
	struct entry    *last;
	size_t           held; /* slots that are granted */
	int64_t          not_before;
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
	struct list             ready;
	struct heap             later;
	size_t                  held;
	size_t                  queued;
};

static struct entry *
make_entry(struct str text, size_t more, uint64_t turn)
{
	struct entry *e = xmalloc(sizeof(*e) + text.n + more);

	e->next = NULL;
	e->turn = turn;
	e->n = (uint32_t)text.n;
	e->is_file = more > 0;
	memcpy(e->text, text.p, text.n);
	return e;
}

struct entry *
entry_new(struct str text, uint64_t turn)
{
	return make_entry(text, 0, turn);
}

struct entry *
entry_new_file(struct str text, struct str path, uint64_t turn)
{
	struct entry *e = make_entry(text, path.n + 1, turn);

	memcpy(e->text + text.n, path.p, path.n);
	e->text[text.n + path.n] = '\0';
	return e;
}

/* ----------------------------------------------------------------------
 * The table of hosts.  Names are told apart by their fingerprints (hash.h).
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

/* The host of url, made if it is new. */
static struct host *
find_host(struct frontier *fr, const struct url *url)
{
	uint64_t      fp = fingerprint(url_host(url));
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
	list_init(&h->ready);
	list_init(&h->waiting);
	h->chain = *bucket;
	*bucket = h;
	fr->hosts++;
	return h;
}

static void
free_host(struct host *h)
{
	struct frontier *fr = h->frontier;
	struct host    **at = bucket_of(fr, h->fp);

	while (*at != h)
		at = &(*at)->chain;
	*at = h->chain;
	list_remove(&h->ready);
	heap_remove(&fr->later, &h->later);
	fr->hosts--;
	free(h);
}

static bool
has_work(const struct host *h)
{
	return h->first != NULL || !list_empty(&h->waiting);
}

/* Puts a host where it belongs after anything about it has changed. */
static void
host_settle(struct host *h)
{
	struct frontier *fr = h->frontier;
	bool             delayed = h->not_before > sched_now(fr->sched);
	bool             wanted = has_work(h) && h->held < fr->options.per_host;

	if (delayed && (wanted || h->held == 0)) {
		list_remove(&h->ready);
		heap_put(&fr->later, &h->later, h->not_before);
	} else if (wanted) {
		heap_remove(&fr->later, &h->later);
		if (!list_linked(&h->ready))
			list_push(&fr->ready, &h->ready);
	} else if (h->held > 0) {
		list_remove(&h->ready);
		heap_remove(&fr->later, &h->later);
	} else if (!has_work(h)) {
		free_host(h);
	}
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
	list_init(&fr->ready);
	return fr;
}

void
frontier_free(struct frontier *fr)
{
	struct entry *e;

	if (fr == NULL)
		return;
	while ((e = frontier_take_any(fr)) != NULL)
		free(e);
	for (size_t i = 0; i < fr->buckets_n; i++)
		while (fr->buckets[i] != NULL)
			free_host(fr->buckets[i]);
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

void
frontier_add(struct frontier *fr, const struct url *url, struct entry *e)
{
	struct host *h = find_host(fr, url);

	if (h->first == NULL)
		h->first = e;
	else
		h->last->next = e;
	h->last = e;
	fr->queued++;
	host_settle(h);
	task_wake(fr->admitter);
}

/* Takes the first URL of a host that has one. */
static struct entry *
take_entry(struct host *h)
{
	struct entry *e = h->first;

	h->first = e->next;
	e->next = NULL;
	h->frontier->queued--;
	return e;
}

struct entry *
frontier_take_any(struct frontier *fr)
{
	while (fr->queued > 0) {
		for (struct host *h = fr->buckets[fr->sweep]; h != NULL;
		     h = h->chain)
			if (h->first != NULL) {
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

	slot->frontier = fr;
	slot->host = h;
	slot->granted = true;
	h->held++;
	fr->held++;
	if (fr->options.delay_ms > 0)
		h->not_before = sched_now(fr->sched) + fr->options.delay_ms;
	/* To the end of the row: the others' turn. */
	list_remove(&h->ready);
	host_settle(h);
}

/* The host whose turn it is; NULL if there is none. */
static struct host *
next_host(struct frontier *fr, bool only_pages)
{
	LIST_EACH (node, &fr->ready) {
		struct host *h = CONTAINER_OF(node, struct host, ready);

		if (!only_pages || !list_empty(&h->waiting))
			return h;
	}
	return NULL;
}

enum frontier_turn
frontier_next(
    struct frontier *fr, bool only_pages, struct entry **e, struct slot *slot)
{
	struct host *h;

	end_delays(fr);
	h = next_host(fr, only_pages);
	if (!frontier_has_slot(fr) || h == NULL)
		return FRONTIER_NOBODY;
	if (!list_empty(&h->waiting)) {
		struct slot *first =
		    CONTAINER_OF(list_pop(&h->waiting), struct slot, waiting);

		grant(first, h);
		task_wake(first->task);
		return FRONTIER_PAGE;
	}
	*e = take_entry(h);
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
	struct host *h = find_host(fr, url);

	if (slot->host == h && fr->options.delay_ms == 0)
		return;
	/* This may have been the last that kept h. */
	slot_release(slot);
	h = find_host(fr, url);
	slot->frontier = fr;
	slot->host = h;
	slot->task = task;
	list_push(&h->waiting, &slot->waiting);
	host_settle(h);
	task_wake(fr->admitter);
}

void
slot_move(struct slot *to, struct slot *from, struct task *task)
{
	slot_init(to);
	to->frontier = from->frontier;
	to->host = from->host;
	to->task = task;
	to->granted = from->granted;
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
	list_remove(&slot->waiting);
	slot->granted = false;
	slot->host = NULL;
	host_settle(h);
}
