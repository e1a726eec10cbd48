/*
 * fetch.c - what all kinds of fetches share: begin, bytes, end, pauses.
 */
#include <stdlib.h>

#include "fetch_int.h"

#include "acrawl/mem.h"

/* So many hosts are many: see fetcher_hosts(). */
#define MANY_HOSTS 500

static void
start_deadline(struct fetch *f, int64_t ms)
{
	struct sched *s = loop_sched(f->fetcher->loop);

	f->left_ms = ms;
	if (f->fetcher->options.timeout_ms > 0 && !f->fetcher->paused)
		timer_start(&f->deadline, s, ms, f->task);
}

void
fetch_begin(struct fetch *f)
{
	f->body_bytes = 0;
	f->head_seen = f->aborted = f->done = false;
	f->body = FETCH_READ;
	f->outcome = OUTCOME_FAILED;
	f->status = 0;
	list_push(&f->fetcher->active, &f->node);
	start_deadline(f, f->fetcher->options.timeout_ms);
}

void
fetch_abort(struct fetch *f, enum outcome outcome)
{
	f->aborted = true;
	f->outcome = outcome;
}

void
fetch_head(struct fetch *f, const struct fetch_response *r)
{
	f->head_seen = true;
	f->status = r->status;
	f->body = f->sink->head(f->arg, r);
}

bool
fetch_feed(struct fetch *f, struct str bytes)
{
	uint64_t most = f->sink->max_size > 0 ? f->sink->max_size
	                                      : f->fetcher->options.max_size;
	uint64_t left = most - f->body_bytes;
	bool     all = bytes.n <= left;

	if (!all)
		bytes.n = (size_t)left;
	f->body_bytes += bytes.n;
	if (f->sink->body(f->arg, bytes) && all)
		return true;
	fetch_abort(f, all ? OUTCOME_OK : OUTCOME_TOO_LARGE);
	return false;
}

void
fetch_end(struct fetch *f)
{
	f->kind->end(f);
	timer_stop(&f->deadline);
	list_remove(&f->node);
	f->done = true;
	task_wake(f->task);
}

bool
fetch_done(struct fetch *f)
{
	if (!f->done && f->fetcher->options.timeout_ms > 0 &&
	    !f->fetcher->paused && timer_expired(&f->deadline)) {
		f->outcome = OUTCOME_TIMEOUT;
		fetch_end(f);
	}
	return f->done;
}

struct fetch_result
fetch_result(const struct fetch *f)
{
	struct fetch_result r = {
	    .outcome = f->outcome,
	    .status = f->status,
	    .bytes = f->body_bytes,
	    .retry_after_ms = -1,
	    .detail = "",
	};

	f->kind->result(f, &r);
	return r;
}

void
fetch_stop(struct fetch *f)
{
	if (f == NULL)
		return;
	if (!f->done)
		fetch_end(f);
	f->kind->take_back(f);
}

void
fetcher_hosts(struct fetcher *fr, size_t hosts)
{
	fr->many_hosts = hosts > MANY_HOSTS;
}

void
fetcher_pause(struct fetcher *fr, bool pause)
{
	struct list *node, *next;

	if (fr->paused == pause)
		return;
	fr->paused = pause;
	for (node = fr->active.next; node != &fr->active; node = next) {
		struct fetch *f = CONTAINER_OF(node, struct fetch, node);

		next = node->next;
		if (pause) {
			f->left_ms = timer_left(&f->deadline);
			timer_stop(&f->deadline);
		} else {
			start_deadline(f, f->left_ms);
		}
		f->kind->pause(f, pause);
	}
}

struct fetcher *
fetcher_new(
    struct loop *loop, const struct fetch_options *options, const char **error)
{
	struct fetcher *fr = XNEW(struct fetcher);

	fr->loop = loop;
	fr->options = *options;
	list_init(&fr->active);
	fr->shards = options->connections / CONNECTIONS_PER_SHARD + 1;
	if (fr->shards > SHARDS_MAX)
		fr->shards = SHARDS_MAX;
	for (size_t i = 0; i < fr->shards; i++) {
		fr->http[i] = http_new(fr, error);
		if (fr->http[i] == NULL) {
			fetcher_free(fr);
			return NULL;
		}
	}
	return fr;
}

void
fetcher_free(struct fetcher *fr)
{
	if (fr == NULL)
		return;
	for (size_t i = 0; i < fr->shards; i++)
		http_free(fr->http[i]);
	free(fr->bytes);
	free(fr);
}
