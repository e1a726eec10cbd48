/*
 * URLs that wait, level by level: their order, who holds their sources, and
 * what is unfinished.  That all is freed is what the sanitizers say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/levels.h"
#include "acrawl/mem.h"

#define MOST_BYTES ((16U << 20) - 1)

static void
push(struct levels *l, uint32_t level, const char *text)
{
	levels_push(l, level, str_c(text), &(struct lead){.depth = level});
}

/* The next one is that, and done. */
static void
pop(struct levels *l, uint32_t level, const char *text)
{
	struct entry *e = levels_pop(l);

	assert_int_equal(e->level, level);
	assert_int_equal(e->n, strlen(text));
	assert_memory_equal(e->text, text, e->n);
	levels_end(l, level);
	entry_free(e);
}

static void
test_by_level_then_first_in(void **state)
{
	struct levels l = {0};
	uint32_t      level = 77;
	uint64_t      turn = 77;

	(void)state;
	assert_false(levels_next(&l, &level, &turn));
	push(&l, 3, "three");
	push(&l, 1, "one");
	push(&l, 1, "one again");
	push(&l, 0, "zero");
	push(&l, UINT32_MAX - 1, "last");
	push(&l, 2, "");
	assert_int_equal(l.queued, 6);
	pop(&l, 0, "zero");
	pop(&l, 1, "one");
	push(&l, 1, "one more");
	push(&l, 0, "zero again");
	pop(&l, 0, "zero again");
	pop(&l, 1, "one again");
	pop(&l, 1, "one more");
	pop(&l, 2, "");
	pop(&l, 3, "three");
	pop(&l, UINT32_MAX - 1, "last");
	assert_int_equal(l.queued, 0);
	assert_null(l.first);
}

static void
test_a_lead_comes_back(void **state)
{
	struct levels l = {0};
	struct lead   lead = {.source = source_new(STR_LIT("http://a/")),
	      .turn = (UINT64_MAX >> 2) - 5,
	      .depth = INT32_MAX,
	      .free = true,
	      .probe = true,
	      .again = true,
	      .hops = 127};
	struct entry *e;
	uint32_t      level;
	uint64_t      turn;

	(void)state;
	levels_push(&l, 0, STR_LIT("http://b/"), &lead);
	levels_push(&l, 0, STR_LIT("http://c/"), &(struct lead){.turn = 9});
	assert_true(levels_next(&l, &level, &turn));
	assert_int_equal(level, 0);
	assert_true(turn == lead.turn);
	e = levels_pop(&l);
	assert_ptr_equal(e->lead.source, lead.source);
	assert_true(e->lead.turn == lead.turn);
	assert_true(e->lead.depth == lead.depth);
	assert_true(e->lead.free);
	assert_true(e->lead.probe);
	assert_true(e->lead.again);
	assert_int_equal(e->lead.hops, 127);
	assert_null(e->host);
	assert_null(entry_path(e));
	assert_true(str_eq(entry_text(e), STR_LIT("http://b/")));
	entry_free(e);
	assert_true(levels_next(&l, &level, &turn));
	assert_int_equal(turn, 9);
	e = levels_pop(&l);
	assert_null(e->lead.source);
	assert_int_equal(e->lead.hops, 0);
	assert_false(e->lead.probe);
	assert_false(e->lead.again);
	entry_free(e);
	levels_clear(&l);
	source_drop(lead.source);
}

/* Runs of one source, of none, of another: each URL gets its own back. */
static void
test_runs_of_sources(void **state)
{
	static const char order[] = "aabbb..a.bba";
	struct levels     l = {0};
	struct source    *a = source_new(STR_LIT("http://a/"));
	struct source    *b = source_new(STR_LIT("http://b/"));

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; order[i] != '\0'; i++)
			levels_push(&l, 1, STR_LIT("http://c/"),
			    &(struct lead){.source = order[i] == 'a'   ? a
			                             : order[i] == 'b' ? b
			                                               : NULL});
		for (size_t i = 0; order[i] != '\0'; i++) {
			struct entry  *e = levels_pop(&l);
			struct source *wanted = order[i] == 'a'   ? a
			                        : order[i] == 'b' ? b
			                                          : NULL;

			assert_ptr_equal(e->lead.source, wanted);
			levels_end(&l, 1);
			entry_free(e);
		}
		assert_int_equal(a->holders, 1);
		assert_int_equal(b->holders, 1);
	}
	levels_clear(&l);
	source_drop(a);
	source_drop(b);
}

static void
test_sources_are_held(void **state)
{
	struct levels  l = {0};
	struct source *s = source_new(STR_LIT("http://a/"));
	struct lead    lead = {.source = s};
	struct entry  *e, *copy;

	(void)state;
	assert_int_equal(s->holders, 1);
	for (int i = 0; i < 1000; i++)
		levels_push(&l, i % 7, STR_LIT("http://a/1"), &lead);
	assert_int_equal(s->holders, 8); /* once a level */
	e = levels_pop(&l);
	assert_int_equal(s->holders, 9);
	copy = entry_new(STR_LIT("http://a/2"), &e->lead);
	assert_int_equal(s->holders, 10);
	entry_free(e);
	assert_int_equal(s->holders, 9);
	levels_clear(&l);
	assert_int_equal(s->holders, 2);
	assert_ptr_equal(source_hold(s), s);
	source_drop(s);
	source_drop(s);
	/* The entry outlives all others that held it. */
	assert_int_equal(s->holders, 1);
	assert_true(str_eq(source_text(copy->lead.source), str_c("http://a/")));
	entry_free(copy);
	assert_null(source_hold(NULL));
	source_drop(NULL);
	entry_free(NULL);
	assert_int_equal(source_text(NULL).n, 0);
}

static void
test_files(void **state)
{
	struct entry *e =
	    entry_new_file(STR_LIT("http://a/b"), STR_LIT("dir/b"), 7);
	struct entry *empty = entry_new_file(STR_LIT(""), STR_LIT(""), 8);

	(void)state;
	assert_true(str_eq(entry_text(e), STR_LIT("http://a/b")));
	assert_string_equal(entry_path(e), "dir/b");
	assert_int_equal(e->lead.turn, 7);
	assert_string_equal(entry_path(empty), "");
	entry_free(e);
	entry_free(empty);
}

/* Bytes that a mistake of one place would not leave as they are. */
static void
fill(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text[i] = (char)(i * 31 + n);
}

static void
check_text(const struct entry *e, char *want, size_t n)
{
	fill(want, n);
	assert_int_equal(e->n, n);
	assert_int_equal(memcmp(e->text, want, n), 0);
}

static void
test_long_texts(void **state)
{
	static const size_t sizes[] = {0, 1, 103, 104, 105, 128, 16359, 16360,
	    16361, 16384, 65536, 0, 1 << 20, 3, MOST_BYTES, 5, MOST_BYTES, 0};
	const size_t        n = sizeof(sizes) / sizeof(*sizes);
	struct levels       l = {0};
	char               *text = xmalloc(MOST_BYTES);

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < n; i++) {
			fill(text, sizes[i]);
			levels_push(&l, 0, str_n(text, sizes[i]),
			    &(struct lead){.turn = i, .hops = 127});
		}
		for (size_t i = 0; i < n; i++) {
			struct entry *e = levels_pop(&l);

			assert_int_equal(e->lead.turn, i);
			assert_int_equal(e->lead.hops, 127);
			check_text(e, text, sizes[i]);
			entry_free(e);
		}
		/* What is unfinished alone takes no blocks. */
		assert_non_null(l.first);
		assert_int_equal(l.queued, 0);
	}
	for (size_t i = 0; i < 2 * n; i++)
		levels_end(&l, 0);
	assert_null(l.first);
	free(text);
}

/* A queue that never gets empty, in the middle of its blocks. */
static void
test_a_queue_that_goes_on(void **state)
{
	struct levels l = {0};
	char          text[64];
	int           in = 0, out = 0;

	(void)state;
	while (out < 100000) {
		for (int i = 0; i < 7 && in < 100000; i++) {
			snprintf(text, sizeof(text), "http://a/%d", in++);
			push(&l, 5, text);
		}
		for (int i = 0; i < (in < 50000 ? 3 : 20) && out < in; i++) {
			snprintf(text, sizeof(text), "http://a/%d", out++);
			pop(&l, 5, text);
		}
	}
	assert_null(l.first);
}

/*
 * A chain of pages that lead to a host which has to wait: each a level.  Of
 * quadratic cost this would take minutes.
 */
static void
test_many_levels(void **state)
{
	const uint32_t n = 300000;
	struct levels  l = {0};
	char           text[32];

	(void)state;
	for (uint32_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%u", i);
		push(&l, i, text);
	}
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(levels_lowest(&l), i);
		snprintf(text, sizeof(text), "%u", i);
		pop(&l, i, text);
	}
	assert_null(l.first);
	/* The last level goes, and another one comes in its place. */
	push(&l, 1, "1");
	levels_begin(&l, 3);
	assert_false(levels_end(&l, 3));
	push(&l, 2, "2");
	push(&l, 3, "3");
	pop(&l, 1, "1");
	pop(&l, 2, "2");
	pop(&l, 3, "3");
	assert_null(l.first);
}

static void
test_unfinished(void **state)
{
	struct levels l = {0};
	struct entry *e;
	uint32_t      level;
	uint64_t      turn;

	(void)state;
	assert_int_equal(levels_lowest(&l), LEVELS_NONE);
	levels_begin(&l, 4);
	assert_int_equal(levels_lowest(&l), 4);
	assert_false(levels_next(&l, &level, &turn));
	push(&l, 2, "two");
	push(&l, 2, "two again");
	levels_begin(&l, 2);
	assert_int_equal(levels_lowest(&l), 2);
	e = levels_pop(&l);
	entry_free(e);
	e = levels_pop(&l);
	entry_free(e);
	assert_int_equal(levels_lowest(&l), 2); /* taken, but not done */
	push(&l, 6, "six");
	assert_true(levels_next(&l, &level, &turn));
	assert_int_equal(level, 6);
	assert_false(levels_end(&l, 2));
	assert_false(levels_end(&l, 2));
	assert_true(levels_end(&l, 2));
	assert_int_equal(levels_lowest(&l), 4);
	levels_begin(&l, 5);
	assert_false(levels_end(&l, 5)); /* not the lowest */
	assert_true(levels_end(&l, 4));
	assert_int_equal(levels_lowest(&l), 6);
	pop(&l, 6, "six");
	assert_int_equal(levels_lowest(&l), LEVELS_NONE);
	levels_clear(&l);
}

static void
test_clear(void **state)
{
	struct levels  l = {0};
	struct source *s = source_new(STR_LIT("http://a/"));
	char          *text = xmalloc(100000);

	(void)state;
	fill(text, 100000);
	levels_clear(&l);
	for (uint32_t i = 0; i < 50; i++)
		levels_push(&l, i % 5, str_n(text, 100000),
		    &(struct lead){.source = s});
	entry_free(levels_pop(&l));
	levels_begin(&l, 9);
	levels_clear(&l);
	assert_int_equal(s->holders, 1);
	assert_int_equal(l.queued, 0);
	assert_int_equal(levels_lowest(&l), LEVELS_NONE);
	push(&l, 1, "of use again");
	pop(&l, 1, "of use again");
	source_drop(s);
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_by_level_then_first_in),
	    cmocka_unit_test(test_a_lead_comes_back),
	    cmocka_unit_test(test_runs_of_sources),
	    cmocka_unit_test(test_sources_are_held),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_long_texts),
	    cmocka_unit_test(test_a_queue_that_goes_on),
	    cmocka_unit_test(test_many_levels),
	    cmocka_unit_test(test_unfinished),
	    cmocka_unit_test(test_clear),
	};

	return cmocka_run_group_tests_name("crawl/levels", tests, NULL, NULL);
}
