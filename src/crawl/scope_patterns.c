/*
 * scope_patterns.c - regular expressions that URLs are tried against.
 */
#include "scope_patterns.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/mem.h"

#define MESSAGE_BYTES 256

struct pattern {
	struct str  where; /* "--exclude " or "FILE:LINE: " */
	const char *named; /* what is told of it */
	const char *text;
	pcre2_code *code;
	bool        gave_up; /* and it was said */
};

struct matcher {
	pcre2_match_context *limits;
	pcre2_match_data    *match;
	pcre2_jit_stack     *stack;
};

struct matcher *
matcher_new(void)
{
	struct matcher *m = XNEW(struct matcher);

	m->limits = pcre2_match_context_create(NULL);
	m->match = pcre2_match_data_create(1, NULL);
	if (m->limits == NULL || m->match == NULL)
		mem_exhausted();
	pcre2_set_match_limit(m->limits, LIMIT_PATTERN_STEPS);
	pcre2_set_depth_limit(m->limits, LIMIT_PATTERN_DEPTH);
	pcre2_set_heap_limit(m->limits, LIMIT_PATTERN_KB);
	/* NULL without JIT, and then not needed. */
	m->stack = pcre2_jit_stack_create(
	    32 * 1024, (size_t)LIMIT_PATTERN_KB * 1024, NULL);
	pcre2_jit_stack_assign(m->limits, NULL, m->stack);
	return m;
}

void
matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	pcre2_match_data_free(m->match);
	pcre2_match_context_free(m->limits);
	pcre2_jit_stack_free(m->stack);
	free(m);
}

/* Compiles a pattern and adds it.  `is_not` begins the complaint. */
static bool
add(struct patterns *p, struct pattern one, const char *is_not)
{
	PCRE2_UCHAR message[MESSAGE_BYTES] = "";
	size_t      n = strlen(one.text);
	int         error;
	PCRE2_SIZE  at;

	one.code = pcre2_compile(
	    (PCRE2_SPTR)one.text, PCRE2_ZERO_TERMINATED, 0, &error, &at, NULL);
	if (one.code == NULL) {
		pcre2_get_error_message(error, message, sizeof(message));
		log_plain("%.*s%s '%s': %s at character %zu", (int)one.where.n,
		    one.where.p, is_not, one.text, (const char *)message,
		    at < n ? at + 1 : n);
		return false;
	}
	/* Where there is no JIT the pattern is interpreted. */
	pcre2_jit_compile(one.code, PCRE2_JIT_COMPLETE);
	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 4 : p->cap * 2;
		p->items = xrealloc(p->items, p->cap, sizeof(*p->items));
	}
	p->items[p->n++] = one;
	return true;
}

bool
patterns_add_option(struct patterns *p, const char *option, const char *text)
{
	return add(p,
	    (struct pattern){
		.where = str_c(option), .named = text, .text = text},
	    "wants a regular expression (PCRE2), not");
}

bool
patterns_add_line(struct patterns *p, const struct ignore_pattern *line)
{
	struct str where =
	    str_n(line->named, (size_t)(line->text - line->named));

	return add(p,
	    (struct pattern){
		.where = where, .named = line->named, .text = line->text},
	    "not a regular expression (PCRE2):");
}

void
patterns_clear(struct patterns *p)
{
	for (size_t i = 0; i < p->n; i++)
		pcre2_code_free(p->items[i].code);
	free(p->items);
	*p = (struct patterns){.undecided = p->undecided};
}

/* Says once for each pattern that it can't be decided. */
static bool
give_up(
    const struct patterns *p, struct pattern *one, struct str url, int error)
{
	PCRE2_UCHAR message[MESSAGE_BYTES] = "";

	if (!one->gave_up) {
		one->gave_up = true;
		pcre2_get_error_message(error, message, sizeof(message));
		log_error("%.*s'%s' takes too much (%s), so this URL and "
			  "others like it are left out: %.*s",
		    (int)one->where.n, one->where.p, one->text,
		    (const char *)message, (int)url.n, url.p);
	}
	return p->undecided;
}

static bool
matches(const struct patterns *p, struct pattern *one, struct matcher *m,
    struct str url)
{
	int rc = pcre2_match(
	    one->code, (PCRE2_SPTR)url.p, url.n, 0, 0, m->match, m->limits);

	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		return give_up(p, one, url, rc);
	return rc >= 0;
}

const char *
patterns_match(struct patterns *p, struct matcher *m, struct str url)
{
	for (size_t i = 0; i < p->n; i++)
		if (matches(p, &p->items[i], m, url))
			return p->items[i].named;
	return NULL;
}
