/*
 * task.c - cooperative tasks.
 *
 * The scheduler knows nothing of a loop: whoever owns it calls sched_run()
 * and sleeps for sched_idle_ms() in between, in epoll or, in a test, by
 * setting its clock forward.
 */
#include "acrawl/task.h"

#include <time.h>

#include "acrawl/mem.h"

static int64_t
monotonic_now(void *arg)
{
	struct timespec ts;

	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

const struct clock clock_monotonic = {monotonic_now, NULL};

void
sched_init(struct sched *s, struct clock clock)
{
	list_init(&s->ready);
	s->timers = (struct heap){0};
	s->clock = clock;
}

void
sched_clear(struct sched *s)
{
	heap_clear(&s->timers);
	list_init(&s->ready);
}

int64_t
sched_now(const struct sched *s)
{
	return s->clock.now(s->clock.arg);
}

void
sched_run(struct sched *s)
{
	int64_t      now = sched_now(s);
	struct list  turn;
	struct list *node;

	while (
	    heap_top(&s->timers) != NULL && heap_top(&s->timers)->key <= now) {
		struct timer *timer =
		    CONTAINER_OF(heap_top(&s->timers), struct timer, node);

		timer_stop(timer);
		task_wake(timer->task);
	}
	list_init(&turn);
	list_splice(&turn, &s->ready);
	while ((node = list_pop(&turn)) != NULL) {
		struct task *t = CONTAINER_OF(node, struct task, ready);

		t->run(t);
	}
}

int64_t
sched_idle_ms(const struct sched *s)
{
	int64_t left;

	if (!list_empty(&s->ready))
		return 0;
	if (heap_top(&s->timers) == NULL)
		return -1;
	left = heap_top(&s->timers)->key - sched_now(s);
	return left > 0 ? left : 0;
}

void
timer_start(struct timer *timer, struct sched *s, int64_t ms, struct task *t)
{
	timer->sched = s;
	timer->task = t;
	heap_put(&s->timers, &timer->node, sched_now(s) + ms);
}

void
timer_stop(struct timer *timer)
{
	if (heap_has(&timer->node))
		heap_remove(&timer->sched->timers, &timer->node);
}

bool
timer_expired(const struct timer *timer)
{
	return !heap_has(&timer->node);
}

int64_t
timer_left(const struct timer *timer)
{
	int64_t left;

	if (timer_expired(timer))
		return 0;
	left = timer->node.key - sched_now(timer->sched);
	return left > 0 ? left : 0;
}

void
task_spawn(struct task *t, struct sched *s, void (*run)(struct task *),
    void (*cancel)(struct task *))
{
	*t = (struct task){
	    .run = run, .cancel = cancel, .state = TASK_NEW, .sched = s};
	list_init(&t->ready);
	list_init(&t->wait);
	list_init(&t->member);
	task_wake(t);
}

void
task_wake(struct task *t)
{
	if (!t->done && !list_linked(&t->ready))
		list_push(&t->sched->ready, &t->ready);
}

void
task_sleep(struct task *t, int64_t ms)
{
	timer_start(&t->timer, t->sched, ms, t);
}

bool
task_slept(const struct task *t)
{
	return timer_expired(&t->timer);
}

void
task_stop(struct task *t)
{
	list_remove(&t->ready);
	list_remove(&t->wait);
	timer_stop(&t->timer);
}

void
task_done(struct task *t)
{
	struct group *g = t->group;
	bool          gathered;

	if (t->done)
		return;
	task_stop(t);
	t->done = true;
	if (g == NULL)
		return;
	g->alive--;
	gathered = g->order == GROUP_GATHERED;
	heap_put(&g->results, &t->result, gathered ? (int64_t)t->turn : 0);
	waitlist_wake(&g->taker);
}

void
task_cancel(struct task *t)
{
	if (t->done)
		return;
	t->cancelled = true;
	task_stop(t);
	if (t->cancel != NULL)
		t->cancel(t);
	task_done(t);
}

void
waitlist_init(struct waitlist *w)
{
	list_init(&w->tasks);
}

void
waitlist_add(struct waitlist *w, struct task *t)
{
	list_remove(&t->wait);
	list_push(&w->tasks, &t->wait);
}

void
waitlist_wake(struct waitlist *w)
{
	struct list *node;

	while ((node = list_pop(&w->tasks)) != NULL)
		task_wake(CONTAINER_OF(node, struct task, wait));
}

void
group_init(struct group *g, enum group_order order)
{
	*g = (struct group){.order = order};
	list_init(&g->members);
	waitlist_init(&g->taker);
}

void
group_clear(struct group *g)
{
	heap_clear(&g->results);
}

void
group_spawn(struct group *g, struct task *t, uint64_t turn, struct sched *s,
    void (*run)(struct task *), void (*cancel)(struct task *))
{
	task_spawn(t, s, run, cancel);
	t->group = g;
	t->turn = turn;
	list_push(&g->members, &t->member);
	g->alive++;
}

struct task *
group_next(struct group *g, struct task *taker)
{
	struct heap_node *top = heap_top(&g->results);
	struct task      *t;

	if (top != NULL) {
		t = CONTAINER_OF(top, struct task, result);
		if (g->order == GROUP_AS_COMPLETED || t->turn == g->turn) {
			heap_remove(&g->results, top);
			list_remove(&t->member);
			list_remove(&taker->wait);
			g->turn++;
			return t;
		}
	}
	waitlist_add(&g->taker, taker);
	return NULL;
}

void
group_cancel(struct group *g)
{
	LIST_EACH (node, &g->members)
		task_cancel(CONTAINER_OF(node, struct task, member));
}

void
queue_init(struct queue *q, size_t high, size_t low)
{
	*q = (struct queue){.high = high, .low = low};
	list_init(&q->items);
	waitlist_init(&q->producers);
	waitlist_init(&q->consumers);
}

bool
queue_has_room(struct queue *q, struct task *t)
{
	if (q->full)
		waitlist_add(&q->producers, t);
	else
		list_remove(&t->wait);
	return !q->full;
}

bool
queue_put(
    struct queue *q, struct queue_item *item, size_t weight, struct task *t)
{
	if (!queue_has_room(q, t))
		return false;
	queue_push(q, item, weight);
	return true;
}

void
queue_push(struct queue *q, struct queue_item *item, size_t weight)
{
	item->weight = weight;
	list_push(&q->items, &item->node);
	q->weight += weight;
	if (q->weight >= q->high)
		q->full = true;
	waitlist_wake(&q->consumers);
}

bool
queue_has_item(struct queue *q, struct task *t)
{
	if (list_empty(&q->items))
		waitlist_add(&q->consumers, t);
	else
		list_remove(&t->wait);
	return !list_empty(&q->items);
}

struct queue_item *
queue_get(struct queue *q, struct task *t)
{
	struct queue_item *item;

	if (!queue_has_item(q, t))
		return NULL;
	item = CONTAINER_OF(list_pop(&q->items), struct queue_item, node);
	q->weight -= item->weight;
	if (q->full && q->weight <= q->low) {
		q->full = false;
		waitlist_wake(&q->producers);
	}
	return item;
}
