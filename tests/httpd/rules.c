/*
 * rules.c - what --rules says: which requests are answered as if they had
 * another query, so that a robots.txt or a whole host misbehaves too.
 *
 * A rule is a line "ADDRESS PATH QUERY": a request to this address of the
 * server and for this path, each of which may be *, has this query.  The first
 * that fits counts.  The file is read when the first request comes, so it may
 * name the port.
 */
#include <stdlib.h>

#include "acrawl/task.h"

#include "httpd.h"

struct rule {
	struct list node;
	char       *address;
	char       *path;
	char       *query;
	long        requests; /* that it was for */
	int64_t     until;    /* throttled; ms */
};

static bool
fits(const char *wanted, struct str s)
{
	return strcmp(wanted, "*") == 0 || str_eq(s, str_c(wanted));
}

/* The next word of *line, a copy; empty at its end. */
static char *
next_word(const char **line)
{
	const char *word = *line + strspn(*line, " \t\n");
	size_t      n = strcspn(word, " \t\n");

	*line = word + n;
	return str_dup(str_n(word, n));
}

static void
read_rules(struct rules *rules)
{
	FILE  *f = fopen(rules->file, "re");
	char  *line = NULL;
	size_t size = 0;

	if (f == NULL) {
		perror(rules->file);
		return;
	}
	while (getline(&line, &size, f) > 0) {
		struct rule *rule = XNEW(struct rule);
		const char  *rest = line;

		rule->address = next_word(&rest);
		rule->path = next_word(&rest);
		rule->query = next_word(&rest);
		list_init(&rule->node);
		list_push(&rules->list, &rule->node);
	}
	free(line);
	fclose(f);
}

/*
 * Of the requests under a rule, after the first `throttle` come 429s, until
 * Retry-After is over; then all is well for ever.
 */
static void
throttle(struct rule *rule, struct flags *f)
{
	int64_t now = clock_monotonic.now(clock_monotonic.arg);
	int64_t left;

	if (rule->requests++ == f->throttle)
		rule->until = now + f->retryafter * 1000;
	left = rule->until - now;
	if (left > 0) {
		f->status = 429;
		f->retryafter = (left + 999) / 1000;
	} else {
		f->retryafter = -1;
	}
}

void
rules_apply(struct rules *rules, const struct request *r, struct flags *f)
{
	if (rules->file != NULL && !rules->read) {
		read_rules(rules);
		rules->read = true;
	}
	LIST_EACH (node, &rules->list) {
		struct rule *rule = CONTAINER_OF(node, struct rule, node);

		if (!fits(rule->address, r->local) ||
		    !fits(rule->path, r->path))
			continue;
		flags_clear(f);
		flags_parse(f, str_c(rule->query), r->method);
		if (f->throttle >= 0)
			throttle(rule, f);
		return;
	}
}

void
rules_clear(struct rules *rules)
{
	while (!list_empty(&rules->list)) {
		struct rule *rule =
		    CONTAINER_OF(rules->list.next, struct rule, node);

		list_remove(&rule->node);
		free(rule->address);
		free(rule->path);
		free(rule->query);
		free(rule);
	}
}
