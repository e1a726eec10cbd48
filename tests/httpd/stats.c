/*
 * stats.c - what was counted, and the logs.
 */
#include <search.h>
#include <stdlib.h>

#include "acrawl/task.h"

#include "httpd.h"

/* How often a target was asked for, at an address. */
struct seen {
	char *name;
	long  n;
};

static char *
copy(struct str s)
{
	char *p = xmalloc(s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

/* Both kinds of node begin with their name. */
static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The node of that name, or a new one; takes name. */
static void *
find(void **tree, char *name, size_t size)
{
	void **found = tfind(&name, tree, compare_names);
	char **node;

	if (found != NULL) {
		free(name);
		return *found;
	}
	node = xcalloc(1, size);
	*node = name;
	if (tsearch(node, tree, compare_names) == NULL)
		mem_exhausted();
	return node;
}

static char *
host_name(struct str host)
{
	char *name = copy(host);
	char *port = strrchr(name, ':');

	if (port != NULL && strchr(port, ']') == NULL)
		*port = '\0';
	for (char *p = name; *p != '\0'; p++)
		*p = ascii_lower(*p);
	return name;
}

struct host *
stats_begin(struct stats *s, const struct request *r)
{
	struct host *host =
	    find(&s->hosts, host_name(r->host), sizeof(struct host));

	s->requests++;
	if (++s->busy > s->busiest)
		s->busiest = s->busy;
	if (++host->busy > host->busiest)
		host->busiest = host->busy;
	return host;
}

void
stats_end(struct stats *s, struct host *host)
{
	s->busy--;
	host->busy--;
}

/* twalk() passes no argument. */
static struct buf *walk_out;

static void
print_host(const void *node, VISIT visit, int depth)
{
	const struct host *host = *(const struct host *const *)node;

	(void)depth;
	if (visit == postorder || visit == leaf)
		buf_addf(
		    walk_out, "%s busiest %ld\n", host->name, host->busiest);
}

void
stats_print(const struct stats *s, struct buf *out)
{
	buf_addf(out,
	    "requests %ld\nbusy %ld\nbusiest %ld\nconnections %ld\n"
	    "accepted %ld\n",
	    s->requests, s->busy, s->busiest, s->connections, s->accepted);
	walk_out = out;
	twalk(s->hosts, print_host);
}

static void
restart_host(const void *node, VISIT visit, int depth)
{
	struct host *host = *(struct host *const *)node;

	(void)depth;
	if (visit == postorder || visit == leaf)
		host->busiest = host->busy;
}

void
stats_restart(struct stats *s)
{
	s->busiest = s->busy;
	twalk(s->hosts, restart_host);
}

long
stats_seen(struct stats *s, const struct request *r)
{
	struct buf   name;
	struct seen *seen;

	buf_init(&name, 0);
	buf_add(&name, r->local);
	buf_add(&name, r->target);
	seen = find(&s->fails, copy(buf_str(&name)), sizeof(*seen));
	buf_clear(&name);
	return seen->n++;
}

void
stats_log(const struct stats *s, const struct request *r)
{
	const struct str columns[] = {
	    r->method, r->host, r->target, r->agent, buf_str(&r->names)};
	struct buf line;

	if (s->log == NULL)
		return;
	buf_init(&line, 0);
	buf_addf(
	    &line, "%lld", (long long)clock_monotonic.now(clock_monotonic.arg));
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		buf_addc(&line, '\t');
		buf_add_printable(&line, columns[i]);
	}
	fprintf(s->log, "%s\n", buf_cstr(&line));
	fflush(s->log);
	buf_clear(&line);
}

void
stats_answered(
    const struct stats *s, const struct request *r, int64_t began, int status)
{
	struct buf line;

	if (s->answers == NULL)
		return;
	buf_init(&line, 0);
	buf_addf(&line, "%lld\t%lld\t", (long long)began,
	    (long long)clock_monotonic.now(clock_monotonic.arg));
	buf_add(&line, r->local);
	buf_addc(&line, '\t');
	buf_add_printable(&line, r->target);
	buf_addf(&line, "\t%d\t", status);
	buf_add_printable(&line, r->method);
	fprintf(s->answers, "%s\n", buf_cstr(&line));
	buf_clear(&line);
}

void
stats_flush(const struct stats *s)
{
	if (s->answers != NULL)
		fflush(s->answers);
}

static void
clear_tree(void **tree)
{
	while (*tree != NULL) {
		char **node = *(char ***)*tree;

		tdelete(node, tree, compare_names);
		free(*node);
		free(node);
	}
}

void
stats_clear(struct stats *s)
{
	clear_tree(&s->hosts);
	clear_tree(&s->fails);
	if (s->log != NULL)
		fclose(s->log);
	if (s->answers != NULL)
		fclose(s->answers);
	*s = (struct stats){0};
}
