/*
 * fetchonly LIST CONCURRENCY: fetches the URLs of a list by acrawl's own
 * fetcher and looks at none of the bytes: what a crawl would cost if reading
 * pages cost nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acrawl/fetch.h"
#include "acrawl/mem.h"

static struct loop    *loop;
static struct fetcher *fetcher;
static FILE           *list;
static size_t          alive, done, failed;

struct page {
	struct task   task;
	struct url    url;
	struct fetch *fetch;
};

enum { FETCHING = 1 };

static enum fetch_body
on_head(void *arg, const struct fetch_response *r)
{
	(void)arg;
	return r->status == 200 ? FETCH_READ : FETCH_SKIP;
}

static bool
on_body(void *arg, struct str bytes)
{
	(void)arg;
	(void)bytes;
	return true;
}

static const struct fetch_sink sink = {.head = on_head, .body = on_body};

/* Parses the next URL of the list; false at its end. */
static bool
next_url(struct url *url)
{
	char line[4096];

	return fgets(line, sizeof(line), list) != NULL &&
	       url_parse(url, str_c(line), NULL);
}

static void
page_run(struct task *t)
{
	struct page        *p = CONTAINER_OF(t, struct page, task);
	struct fetch_result r;

	switch (t->state) {
	case TASK_NEW:
		while (next_url(&p->url)) {
			p->fetch = fetch_start(fetcher, &p->url, FETCH_TRUSTED,
			    &sink, p, &p->task);
			AWAIT(t, FETCHING, fetch_done(p->fetch));
			r = fetch_result(p->fetch);
			failed += r.outcome != OUTCOME_OK || r.status != 200;
			done++;
			fetch_stop(p->fetch);
		}
	}
	if (--alive == 0)
		loop_stop(loop);
	task_done(t);
}

int
main(int argc, char **argv)
{
	struct fetch_options options = {
	    .timeout_ms = 30000, .max_size = UINT64_MAX, .user_agent = "bench"};
	struct page *pages;
	const char  *error;

	if (argc != 3 || (list = fopen(argv[1], "r")) == NULL)
		return 2;
	alive = strtoul(argv[2], NULL, 10);
	options.connections = alive;
	loop = loop_new();
	fetcher = fetcher_new(loop, &options, &error);
	if (fetcher == NULL)
		return 2;
	pages = xcalloc(alive, sizeof(*pages));
	for (size_t i = 0, n = alive; i < n; i++)
		task_spawn(&pages[i].task, loop_sched(loop), page_run, NULL);
	loop_run(loop);
	printf("%zu pages, %zu failed\n", done, failed);
	return failed > 0;
}
