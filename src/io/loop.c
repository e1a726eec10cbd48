/*
 * loop.c - one event loop, by libevent.
 */
#include "acrawl/loop.h"

#include <event2/event.h>
#include <stdlib.h>

#include "acrawl/log.h"
#include "acrawl/mem.h"

struct loop {
	struct event_base *base;
	struct event      *timer; /* the next timer of sched */
	struct sched       sched;
	bool               stopped;
};

struct watch {
	struct loop  *loop;
	struct event *event; /* NULL while nothing is watched */
	int           fd;
	int           what;
	watch_fn     *fn;
	void         *arg;
};

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	/* That the sleep has ended is all: sched_run() comes next. */
	(void)fd;
	(void)what;
	(void)arg;
}

static void
on_libevent_log(int severity, const char *message)
{
	if (severity >= EVENT_LOG_WARN)
		log_debug("libevent: %s", message);
}

struct loop *
loop_new(void)
{
	struct loop *loop = XNEW(struct loop);

	event_set_log_callback(on_libevent_log);
	sched_init(&loop->sched, clock_monotonic);
	loop->base = event_base_new();
	if (loop->base != NULL)
		loop->timer = evtimer_new(loop->base, on_timer, NULL);
	if (loop->timer == NULL) {
		loop_free(loop);
		return NULL;
	}
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	sched_clear(&loop->sched);
	if (loop->timer != NULL)
		event_free(loop->timer);
	if (loop->base != NULL)
		event_base_free(loop->base);
	free(loop);
}

struct sched *
loop_sched(struct loop *loop)
{
	return &loop->sched;
}

/* Sleeps until something happens, or not at all if a task is ready. */
static void
sleep_turn(struct loop *loop)
{
	int64_t        ms = sched_idle_ms(&loop->sched);
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};

	if (ms > 0)
		evtimer_add(loop->timer, &tv);
	else
		evtimer_del(loop->timer);
	event_base_loop(
	    loop->base, ms == 0 ? EVLOOP_ONCE | EVLOOP_NONBLOCK : EVLOOP_ONCE);
}

void
loop_run(struct loop *loop)
{
	while (!loop->stopped) {
		sched_run(&loop->sched);
		if (!loop->stopped)
			sleep_turn(loop);
	}
}

void
loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

static void
on_event(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;

	w->fn(w->arg, fd,
	    ((what & EV_READ) != 0 ? WATCH_READ : 0) |
		((what & EV_WRITE) != 0 ? WATCH_WRITE : 0));
}

static bool
watch_add(struct watch *w, short events)
{
	w->event =
	    event_new(w->loop->base, w->fd, events | EV_PERSIST, on_event, w);
	return w->event != NULL && event_add(w->event, NULL) == 0;
}

static struct watch *
watch_make(struct loop *loop, int fd, short events, watch_fn *fn, void *arg)
{
	struct watch *w = XNEW(struct watch);

	*w = (struct watch){.loop = loop, .fd = fd, .fn = fn, .arg = arg};
	if (events != 0 && !watch_add(w, events)) {
		watch_free(w);
		return NULL;
	}
	return w;
}

static short
events_of(int what)
{
	return (short)(((what & WATCH_READ) != 0 ? EV_READ : 0) |
		       ((what & WATCH_WRITE) != 0 ? EV_WRITE : 0));
}

struct watch *
watch_new(struct loop *loop, int fd, int what, watch_fn *fn, void *arg)
{
	struct watch *w = watch_make(loop, fd, events_of(what), fn, arg);

	if (w != NULL)
		w->what = what;
	return w;
}

struct watch *
watch_signal(struct loop *loop, int signal, watch_fn *fn, void *arg)
{
	return watch_make(loop, signal, EV_SIGNAL, fn, arg);
}

void
watch_set(struct watch *w, int what)
{
	if (what == w->what)
		return;
	w->what = what;
	if (w->event != NULL)
		event_free(w->event);
	w->event = NULL;
	if (what != 0 && !watch_add(w, events_of(what)))
		log_debug("cannot watch descriptor %d", w->fd);
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	if (w->event != NULL)
		event_free(w->event);
	free(w);
}
