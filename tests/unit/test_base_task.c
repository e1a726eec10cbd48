/*
 * The tasks, with a clock that the test sets: nothing here waits.
 *
 * The first tests are the async-I/O exercise that acrawl grew from: three
 * counters that sleep, two coroutines that are gathered and taken as they are
 * completed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/mem.h"
#include "acrawl/task.h"

/* ----------------------------------------------------------------------
 * A clock that goes from timer to timer.
 */

static int64_t now_ms;

static int64_t
test_now(void *arg)
{
	(void)arg;
	return now_ms;
}

/* Runs until nothing is ready and nobody sleeps. */
static void
run_all(struct sched *s)
{
	int64_t idle;

	while ((idle = sched_idle_ms(s)) >= 0) {
		now_ms += idle;
		sched_run(s);
	}
}

/* Runs what is ready now, without letting time pass. */
static void
run_ready(struct sched *s)
{
	while (sched_idle_ms(s) == 0)
		sched_run(s);
}

static int
set_up(void **state)
{
	struct sched *s = XNEW(struct sched);

	now_ms = 0;
	sched_init(s, (struct clock){test_now, NULL});
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct sched *s = *state;

	sched_clear(s);
	free(s);
	return 0;
}

/* ----------------------------------------------------------------------
 * The exercise.
 */

static char said[256];

static void
say(const char *word)
{
	strcat(said, word);
	strcat(said, " ");
}

struct counter {
	struct task task;
	const char *before;
	const char *after;
};

static void
counter_run(struct task *t)
{
	struct counter *c = CONTAINER_OF(t, struct counter, task);

	switch (t->state) {
	case TASK_NEW:
		say(c->before);
		task_sleep(t, 1000);
		AWAIT(t, 1, task_slept(t));
		say(c->after);
	}
	task_done(t);
}

static void
test_three_counters(void **state)
{
	struct counter c[3] = {{.before = "one", .after = "four"},
	    {.before = "two", .after = "five"},
	    {.before = "three", .after = "six"}};

	said[0] = '\0';
	for (size_t i = 0; i < 3; i++)
		task_spawn(&c[i].task, *state, counter_run, NULL);
	run_all(*state);
	assert_string_equal(said, "one two three four five six ");
	assert_int_equal(now_ms, 1000);
	for (size_t i = 0; i < 3; i++)
		assert_true(c[i].task.done);
}

/* coro(seq): sleeps for the largest of seq in seconds, then reverses it. */
struct coro {
	struct task task;
	int         seq[3];
};

static void
coro_run(struct task *t)
{
	struct coro *c = CONTAINER_OF(t, struct coro, task);
	int          most = 0;
	int          swap;

	switch (t->state) {
	case TASK_NEW:
		for (int i = 0; i < 3; i++)
			most = c->seq[i] > most ? c->seq[i] : most;
		task_sleep(t, (int64_t)most * 1000);
		AWAIT(t, 1, task_slept(t));
		swap = c->seq[0];
		c->seq[0] = c->seq[2];
		c->seq[2] = swap;
	}
	task_done(t);
}

/* Takes all results of a group and notes what comes when. */
struct taker {
	struct task   task;
	struct group *group;
	size_t        left;
	struct task  *got;
	char          list[128]; /* what came */
	char          times[32]; /* when, in seconds */
	int64_t       ended_ms;
};

static void
taker_run(struct task *t)
{
	struct taker *k = CONTAINER_OF(t, struct taker, task);
	struct coro  *c;

	switch (t->state) {
	case TASK_NEW:
		for (; k->left > 0; k->left--) {
			AWAIT(t, 1, (k->got = group_next(k->group, t)) != NULL);
			c = CONTAINER_OF(k->got, struct coro, task);
			sprintf(k->list + strlen(k->list), "%s[%d, %d, %d]",
			    k->list[0] == '\0' ? "[" : ", ", c->seq[0],
			    c->seq[1], c->seq[2]);
			sprintf(k->times + strlen(k->times), "%d ",
			    (int)(sched_now(t->sched) / 1000));
		}
		strcat(k->list, "]");
		k->ended_ms = sched_now(t->sched);
	}
	task_done(t);
}

static void
run_coros(struct sched *s, enum group_order order, const int first[3],
    const int second[3], struct taker *k)
{
	struct coro  c[2] = {0};
	struct group g;

	memcpy(c[0].seq, first, sizeof(c[0].seq));
	memcpy(c[1].seq, second, sizeof(c[1].seq));
	group_init(&g, order);
	*k = (struct taker){.group = &g, .left = 2};
	group_spawn(&g, &c[0].task, 0, s, coro_run, NULL);
	group_spawn(&g, &c[1].task, 1, s, coro_run, NULL);
	task_spawn(&k->task, s, taker_run, NULL);
	run_all(s);
	assert_true(group_empty(&g));
	assert_true(k->task.done);
	group_clear(&g);
}

static const int seq_321[3] = {3, 2, 1};
static const int seq_1050[3] = {10, 5, 0};

/*
 * Gathered: the results are in the order in which the tasks were given, and
 * the list is whole when the last of them has ended.
 */
static void
test_gather(void **state)
{
	struct taker k;

	run_coros(*state, GROUP_GATHERED, seq_321, seq_1050, &k);
	assert_string_equal(k.list, "[[1, 2, 3], [0, 5, 10]]");
	assert_int_equal(k.ended_ms, 10000);
}

static void
test_gather_keeps_the_order_given(void **state)
{
	struct taker k;

	run_coros(*state, GROUP_GATHERED, seq_1050, seq_321, &k);
	assert_string_equal(k.list, "[[0, 5, 10], [1, 2, 3]]");
	assert_string_equal(k.times, "10 10 ");
}

static void
test_as_completed(void **state)
{
	struct taker k;

	run_coros(*state, GROUP_AS_COMPLETED, seq_321, seq_1050, &k);
	assert_string_equal(k.list, "[[1, 2, 3], [0, 5, 10]]");
	assert_string_equal(k.times, "3 10 ");
}

static void
test_as_completed_is_by_completion(void **state)
{
	struct taker k;

	run_coros(*state, GROUP_AS_COMPLETED, seq_1050, seq_321, &k);
	assert_string_equal(k.list, "[[1, 2, 3], [0, 5, 10]]");
	assert_string_equal(k.times, "3 10 ");
}

/* ----------------------------------------------------------------------
 * The queue.
 */

struct item {
	struct queue_item item;
	int               number;
};

struct producer {
	struct task   task;
	struct queue *queue;
	struct item   items[6];
	int           put;
};

static void
producer_run(struct task *t)
{
	struct producer *p = CONTAINER_OF(t, struct producer, task);

	switch (t->state) {
	case TASK_NEW:
		for (; p->put < 6; p->put++) {
			p->items[p->put].number = p->put;
			AWAIT(t, 1,
			    queue_put(p->queue, &p->items[p->put].item, 1, t));
		}
	}
	task_done(t);
}

struct consumer {
	struct task        task;
	struct queue      *queue;
	struct queue_item *got;
	int                sum;
	int                n;
};

static void
consumer_run(struct task *t)
{
	struct consumer *c = CONTAINER_OF(t, struct consumer, task);

	switch (t->state) {
	case TASK_NEW:
		while (c->n < 6) {
			AWAIT(t, 1, (c->got = queue_get(c->queue, t)) != NULL);
			c->sum =
			    c->sum * 10 +
			    CONTAINER_OF(c->got, struct item, item)->number;
			c->n++;
			task_sleep(t, 100);
			AWAIT(t, 2, task_slept(t));
		}
	}
	task_done(t);
}

static void
test_producer_waits_on_full_queue(void **state)
{
	struct queue    q;
	struct producer p = {.queue = &q};
	struct consumer c = {.queue = &q};

	queue_init(&q, 2, 1);
	task_spawn(&p.task, *state, producer_run, NULL);
	run_ready(*state);
	assert_int_equal(p.put, 2);
	assert_true(q.full);
	assert_false(p.task.done);

	task_spawn(&c.task, *state, consumer_run, NULL);
	run_ready(*state);
	assert_int_equal(p.put, 3); /* one went, one came */
	run_all(*state);
	assert_true(p.task.done && c.task.done);
	assert_int_equal(c.sum, 12345); /* in order: 0 1 2 3 4 5 */
	assert_int_equal(q.weight, 0);
}

static void
test_queue_has_low_and_high_marks(void **state)
{
	struct queue       q;
	struct task        waiter = {0};
	struct item        items[4] = {0};
	struct queue_item *got;

	queue_init(&q, 100, 30);
	task_spawn(&waiter, *state, coro_run, NULL);
	task_stop(&waiter);
	assert_true(queue_put(&q, &items[0].item, 60, &waiter));
	assert_true(queue_put(&q, &items[1].item, 60, &waiter));
	assert_false(queue_has_room(&q, &waiter));
	queue_push(&q, &items[2].item, 20); /* taken though it is full */
	assert_int_equal(q.weight, 140);
	got = queue_get(&q, &waiter);
	assert_ptr_equal(got, &items[0].item);
	assert_false(queue_has_room(&q, &waiter)); /* 80: above low */
	assert_ptr_equal(queue_get(&q, &waiter), &items[1].item);
	assert_true(queue_has_room(&q, &waiter)); /* 20: below */
}

static void
test_cancelled_consumer_loses_no_item(void **state)
{
	struct queue    q;
	struct consumer c[2] = {{.queue = &q}, {.queue = &q}};
	struct item     item = {.number = 7};

	queue_init(&q, 10, 5);
	task_spawn(&c[0].task, *state, consumer_run, NULL);
	task_spawn(&c[1].task, *state, consumer_run, NULL);
	run_ready(*state);
	queue_push(&q, &item.item, 1);
	task_cancel(&c[0].task); /* it was woken, and never runs */
	run_ready(*state);
	assert_int_equal(c[1].sum, 7);
	task_cancel(&c[1].task);
}

/* ----------------------------------------------------------------------
 * Cancel: wherever it sleeps, nothing is left behind.
 */

struct victim {
	struct task        task;
	int                where;
	struct queue      *empty;
	struct queue      *full;
	struct group      *group;
	struct queue_item *item;
	struct task       *got;
	void              *memory; /* held: leaks unless cancel is called */
};

static void
victim_run(struct task *t)
{
	struct victim *v = CONTAINER_OF(t, struct victim, task);

	switch (t->state) {
	case TASK_NEW:
		v->memory = xmalloc(100);
		if (v->where == 1) {
			task_sleep(t, 50);
			AWAIT(t, 1, task_slept(t));
		} else if (v->where == 2) {
			AWAIT(t, 2, (v->item = queue_get(v->empty, t)) != NULL);
		} else if (v->where == 3) {
			AWAIT(t, 3, queue_has_room(v->full, t));
		} else if (v->where == 4) {
			AWAIT(t, 4, (v->got = group_next(v->group, t)) != NULL);
		}
	}
	fail_msg("a cancelled task ran on");
}

static void
victim_cancel(struct task *t)
{
	struct victim *v = CONTAINER_OF(t, struct victim, task);

	free(v->memory);
	v->memory = NULL;
}

static void
test_cancel_in_any_state(void **state)
{
	struct sched     *s = *state;
	struct queue      empty, full;
	struct group      none, members;
	struct queue_item filler;
	struct task       waiter = {0};

	queue_init(&empty, 2, 1);
	queue_init(&full, 1, 0);
	queue_push(&full, &filler, 1);
	group_init(&none, GROUP_AS_COMPLETED);
	group_init(&members, GROUP_AS_COMPLETED);
	task_spawn(&waiter, s, coro_run, NULL);
	task_stop(&waiter);
	/* where 0: before it ever ran; 1 to 4: as victim_run() has it. */
	for (int where = 0; where <= 4; where++) {
		struct victim *v = XNEW(struct victim);

		*v = (struct victim){.where = where,
		    .empty = &empty,
		    .full = &full,
		    .group = &none};
		group_spawn(
		    &members, &v->task, 0, s, victim_run, victim_cancel);
		if (where > 0)
			run_ready(s);
		task_cancel(&v->task);
		task_cancel(&v->task); /* idempotent */
		assert_true(v->task.done && v->task.cancelled);
		assert_ptr_equal(group_next(&members, &waiter), &v->task);
		free(v); /* nothing may point to it any more */
		waitlist_wake(&empty.consumers);
		waitlist_wake(&full.producers);
		waitlist_wake(&none.taker);
		now_ms += 100;
		run_ready(s);
		assert_int_equal(sched_idle_ms(s), -1);
	}
	group_clear(&none);
	group_clear(&members);
}

static void
test_group_cancel(void **state)
{
	struct counter c[3] = {{.before = "", .after = ""},
	    {.before = "", .after = ""}, {.before = "", .after = ""}};
	struct group   g;
	struct task    waiter = {0};

	group_init(&g, GROUP_GATHERED);
	task_spawn(&waiter, *state, coro_run, NULL);
	task_stop(&waiter);
	for (size_t i = 0; i < 3; i++)
		group_spawn(&g, &c[i].task, 2 - i, *state, counter_run, NULL);
	run_ready(*state);
	group_cancel(&g);
	for (size_t i = 0; i < 3; i++)
		assert_ptr_equal(group_next(&g, &waiter), &c[2 - i].task);
	assert_true(group_empty(&g));
	group_clear(&g);
}

/* ----------------------------------------------------------------------
 * The scheduler.
 */

static int runs;

static void
spinner_run(struct task *t)
{
	runs++;
	if (runs < 5)
		task_wake(t); /* runs in the next turn, not in this one */
}

static void
test_wake_is_idempotent_and_for_the_next_turn(void **state)
{
	struct sched *s = *state;
	struct task   t = {0};

	runs = 0;
	task_spawn(&t, s, spinner_run, NULL);
	task_wake(&t);
	task_wake(&t);
	sched_run(s);
	assert_int_equal(runs, 1);
	assert_int_equal(sched_idle_ms(s), 0);
	sched_run(s);
	assert_int_equal(runs, 2);
	run_ready(s);
	assert_int_equal(runs, 5);
	assert_int_equal(sched_idle_ms(s), -1);
}

static void
test_spurious_wakes_are_harmless(void **state)
{
	struct sched  *s = *state;
	struct counter c = {.before = "in", .after = "out"};

	said[0] = '\0';
	task_spawn(&c.task, s, counter_run, NULL);
	for (int i = 0; i < 10; i++) {
		run_ready(s);
		task_wake(&c.task);
		now_ms += 50;
	}
	assert_string_equal(said, "in ");
	run_all(s);
	assert_string_equal(said, "in out ");
	assert_int_equal(now_ms, 1000);
}

static void
test_timer(void **state)
{
	struct sched *s = *state;
	struct task   t = {0};
	struct timer  timer = {0};

	task_spawn(&t, s, coro_run, NULL);
	task_stop(&t);
	assert_true(timer_expired(&timer));
	timer_stop(&timer);
	timer_start(&timer, s, 70, &t);
	assert_false(timer_expired(&timer));
	assert_int_equal(timer_left(&timer), 70);
	assert_int_equal(sched_idle_ms(s), 70);
	timer_start(&timer, s, 30, &t); /* replaces */
	assert_int_equal(sched_idle_ms(s), 30);
	timer_stop(&timer);
	assert_int_equal(sched_idle_ms(s), -1);
}

static void
test_a_task_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct task) <= 256);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(test_three_counters),
	    TEST(test_gather),
	    TEST(test_gather_keeps_the_order_given),
	    TEST(test_as_completed),
	    TEST(test_as_completed_is_by_completion),
	    TEST(test_producer_waits_on_full_queue),
	    TEST(test_queue_has_low_and_high_marks),
	    TEST(test_cancelled_consumer_loses_no_item),
	    TEST(test_cancel_in_any_state),
	    TEST(test_group_cancel),
	    TEST(test_wake_is_idempotent_and_for_the_next_turn),
	    TEST(test_spurious_wakes_are_harmless),
	    TEST(test_timer),
	    TEST(test_a_task_is_small),
	};

	return cmocka_run_group_tests_name("base/task", tests, NULL, NULL);
}
