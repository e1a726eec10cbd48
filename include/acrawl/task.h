/*
 * task.h - cooperative tasks: spawn, sleep, gather, as completed, a bounded
 * queue, cancel.
 *
 * A task is a stackless coroutine: a function that is called again and again,
 * and a struct that holds what it must not forget.  It gives the loop back
 * with AWAIT and is woken when what it waits for may have come.
 *
 *	struct counter { struct task task; const char *a, *b; };
 *
 *	static void
 *	counter_run(struct task *t)
 *	{
 *		struct counter *c = CONTAINER_OF(t, struct counter, task);
 *
 *		switch (t->state) {
 *		case TASK_NEW:
 *			puts(c->a);
 *			task_sleep(t, 1000);
 *			AWAIT(t, 1, task_slept(t));	// sched: the timer
 *			puts(c->b);
 *		}
 *		task_done(t);
 *	}
 *
 * Five rules:
 *
 * 1. Wake, never call.  task_wake() puts a task on the ready list, once; only
 *    sched_run() at the top of the loop runs tasks.  A spurious wake is
 *    harmless, for AWAIT looks at its condition again.
 * 2. The comment of each state says who holds the task there.
 * 3. Whatever must survive an AWAIT is a field of the struct.
 * 4. Cancel = free.  What a task may wait for is embedded in it, so that
 *    task_stop() can take it out of everything, whatever it waits for; what
 *    its owner started besides (a transfer, say) has an idempotent stop that
 *    the owner's cancel function calls.
 * 5. Nothing expensive is held while waiting for a turn.
 *
 * Everything here belongs to one thread and allocates nothing but the heaps'
 * arrays.  Times are milliseconds of a monotonic clock.
 */
#ifndef ACRAWL_TASK_H
#define ACRAWL_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/heap.h"
#include "acrawl/list.h"

/* Where a task's time comes from: the monotonic clock, or a test's own. */
struct clock {
	int64_t (*now)(void *arg); /* ms */
	void *arg;
};

/* The system's monotonic clock. */
extern const struct clock clock_monotonic;

/* A loop's tasks: who is ready, who sleeps until when. */
struct sched {
	struct list  ready;
	struct heap  timers;
	struct clock clock;
};

void sched_init(struct sched *s, struct clock clock);

/* Frees what the heap owns; tasks that still sleep are forgotten. */
void sched_clear(struct sched *s);

int64_t sched_now(const struct sched *s);

/*
 * One turn: wakes those whose time has come, then runs once each task that
 * is ready now.  What these make ready runs in the next turn.
 */
void sched_run(struct sched *s);

/* Ms until the next turn has work: 0 now, -1 never unless somebody wakes. */
int64_t sched_idle_ms(const struct sched *s);

struct task;
struct group;

/* A time to wake a task at.  All zero is a timer that has never run. */
struct timer {
	struct heap_node node;
	struct sched    *sched;
	struct task     *task;
};

/* Wakes t in ms milliseconds, at the earliest; replaces an earlier time. */
void timer_start(
    struct timer *timer, struct sched *s, int64_t ms, struct task *t);

/* Idempotent. */
void timer_stop(struct timer *timer);

/* Whether the timer is not running: it fired, was stopped or never began. */
bool timer_expired(const struct timer *timer);

/* Ms left, 0 if it does not run. */
int64_t timer_left(const struct timer *timer);

/* The tasks that wait for one thing, first come, first woken. */
struct waitlist {
	struct list tasks;
};

#define TASK_NEW 0 /* the state of a task that has not run yet */

struct task {
	void (*run)(struct task *t);
	/* Lets go of all that task_stop() does not know of; may be NULL. */
	void (*cancel)(struct task *t);
	int           state; /* the label of the AWAIT that it sleeps in */
	bool          done;
	bool          cancelled;
	struct sched *sched;
	struct list   ready; /* on sched->ready */
	struct list   wait;  /* on one waitlist at most */
	struct timer  timer; /* of task_sleep() */

	/* Set by group_spawn(). */
	struct group    *group;
	struct list      member; /* on group->members, until taken */
	struct heap_node result; /* in group->results, once done */
	uint64_t         turn;   /* its place in a gathered group */
};

/*
 * Sleeps in state `label` until cond holds.  Only in the switch of a task's
 * run function, not inside another switch.  No local that is set before may
 * be used after it.
 */
#define AWAIT(t, label, cond)                                                  \
	do {                                                                   \
		(t)->state = (label);                                          \
		__attribute__((fallthrough));                                  \
	case (label):                                                          \
		if (!(cond))                                                   \
			return;                                                \
	} while (0)

/* Starts a task: it runs for the first time in the next turn. */
void task_spawn(struct task *t, struct sched *s, void (*run)(struct task *),
    void (*cancel)(struct task *));

/* Makes a task run in the next turn.  Idempotent; nothing if it is done. */
void task_wake(struct task *t);

/* Sleeps without blocking: wakes t in ms milliseconds. */
void task_sleep(struct task *t, int64_t ms);

/* Whether the last task_sleep() is over. */
bool task_slept(const struct task *t);

/* Called by a task last: it never runs again, and its group is told. */
void task_done(struct task *t);

/* Takes t out of all that it waits for.  Idempotent, valid in any state. */
void task_stop(struct task *t);

/*
 * Ends a task wherever it sleeps: stops it, calls its cancel function and
 * marks it done and cancelled.  Nothing if it is done.
 */
void task_cancel(struct task *t);

void waitlist_init(struct waitlist *w);

/* Puts t on the list.  Idempotent; leaves another list for this one. */
void waitlist_add(struct waitlist *w, struct task *t);

/*
 * Wakes all of them and empties the list.  Waking only the first would lose
 * the news if that one is cancelled before it runs.
 */
void waitlist_wake(struct waitlist *w);

/*
 * Tasks whose results somebody takes.  As completed: in the order in which
 * they end.  Gathered: in the order of their turns 0, 1, 2, ..., each as soon
 * as it and all before it have ended.  A gathered group must be given every
 * turn exactly once.
 */
enum group_order { GROUP_AS_COMPLETED, GROUP_GATHERED };

struct group {
	enum group_order order;
	struct list      members; /* spawned and not taken yet */
	struct heap      results; /* done and not taken yet */
	struct waitlist  taker;
	size_t           alive; /* spawned and not done yet */
	uint64_t         turn;  /* how many were taken; gathered: who is next */
};

void group_init(struct group *g, enum group_order order);
void group_clear(struct group *g);

/* task_spawn() into g; turn counts in a gathered group only. */
void group_spawn(struct group *g, struct task *t, uint64_t turn,
    struct sched *s, void (*run)(struct task *), void (*cancel)(struct task *));

/*
 * Takes the next result: a task that is done, which the caller then frees.
 * NULL if there is none yet; then `taker` is woken when there may be one.
 */
struct task *group_next(struct group *g, struct task *taker);

/* Whether all that was spawned has been taken. */
static inline bool
group_empty(const struct group *g)
{
	return list_empty(&g->members);
}

/* Cancels all members that are not done; their results can be taken. */
void group_cancel(struct group *g);

/*
 * A bounded queue: producers wait while it is full.  Items have a weight (1,
 * or their bytes).  It is full from the moment when its weight reaches high
 * until it has fallen to low, so that producers are not woken for each item.
 */
struct queue_item {
	struct list node;
	size_t      weight;
};

struct queue {
	struct list     items;
	size_t          weight;
	size_t          high;
	size_t          low;
	bool            full;
	struct waitlist producers;
	struct waitlist consumers;
};

void queue_init(struct queue *q, size_t high, size_t low);

/* Whether an item would be taken now.  If not, t waits for room. */
bool queue_has_room(struct queue *q, struct task *t);

/* Whether there is an item.  If not, t waits for one. */
bool queue_has_item(struct queue *q, struct task *t);

/* Appends an item, or false: then t waits for room.  Takes the item. */
bool queue_put(
    struct queue *q, struct queue_item *item, size_t weight, struct task *t);

/*
 * Appends an item though the queue be full, for those who can't wait where
 * they stand, but do soon after.  Takes the item.
 */
void queue_push(struct queue *q, struct queue_item *item, size_t weight);

/* The oldest item, owned by the caller, or NULL: then t waits for one. */
struct queue_item *queue_get(struct queue *q, struct task *t);

#endif
