/*
 * Strings, buffers, the heap, fingerprints and the set of them, outcomes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/hash.h"
#include "acrawl/heap.h"
#include "acrawl/outcome.h"
#include "acrawl/str.h"

static void
test_str(void **state)
{
	(void)state;
	assert_true(str_eq(str_trim(STR_LIT(" \t a b\r\n")), STR_LIT("a b")));
	assert_true(str_trim(STR_LIT(" \r\n")).n == 0);
	assert_true(str_eq_nocase(STR_LIT("HTTP"), STR_LIT("http")));
	assert_false(str_eq_nocase(STR_LIT("HTTPS"), STR_LIT("http")));
	assert_true(str_starts_nocase(STR_LIT("HttpS://"), STR_LIT("https:")));
	assert_false(str_eq(STR_LIT("a\0b"), STR_LIT("a\0c")));
}

static void
test_buf_keeps_its_limit(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_true(buf_add(&b, STR_LIT("12345678")));
	assert_false(buf_add(&b, STR_LIT("abc")));
	assert_int_equal(b.n, 8); /* all or nothing */
	assert_true(buf_add(&b, STR_LIT("ab")));
	assert_false(buf_addc(&b, 'x'));
	assert_memory_equal(b.p, "12345678ab", 10);
	buf_clear(&b);
	assert_true(buf_addf(&b, "%d-%s", 42, "x"));
	assert_string_equal(buf_cstr(&b), "42-x");
	assert_false(buf_addf(&b, "%s", "too much for it"));
	buf_clear(&b);
}

static void
test_printable(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_add_printable(&b, STR_LIT(" a b\tc\n\x1b[0m\xc3\xa9%20\x7f "));
	assert_string_equal(buf_cstr(&b), "%20a b%09c%0A%1B[0m%C3%A9%20%7F%20");
	buf_clear(&b);
}

struct number {
	struct heap_node node;
	int              value;
};

static void
test_heap_sorts_and_is_stable(void **state)
{
	enum { N = 500 };
	struct heap   h = {0};
	struct number v[N] = {0};
	int           last_key = -1, last_value = -1;

	(void)state;
	for (int i = 0; i < N; i++) {
		v[i].value = i;
		heap_put(&h, &v[i].node, (i * 37) % 50);
	}
	for (int i = 0; i < N; i += 3) /* any node can leave */
		heap_remove(&h, &v[i].node);
	heap_remove(&h, &v[0].node);  /* twice is harmless */
	heap_put(&h, &v[1].node, -7); /* or move */
	assert_ptr_equal(heap_top(&h), &v[1].node);
	heap_remove(&h, &v[1].node);
	while (heap_top(&h) != NULL) {
		struct number *n = (struct number *)(void *)heap_top(&h);
		int            key = (int)n->node.key;

		assert_true(key >= last_key);
		if (key == last_key)
			assert_true(n->value > last_value);
		last_key = key;
		last_value = n->value;
		heap_remove(&h, &n->node);
		assert_false(heap_has(&n->node));
	}
	heap_clear(&h);
}

static void
test_fingerprint(void **state)
{
	(void)state;
	assert_true(fingerprint(STR_LIT("abcdefgh")) ==
		    fingerprint(STR_LIT("abcdefgh")));
	assert_true(fingerprint(STR_LIT("abcdefgh")) !=
		    fingerprint(STR_LIT("abcdefgi")));
	assert_true(fingerprint(STR_LIT("")) != fingerprint(STR_LIT("\0")));
	assert_true(fingerprint(STR_LIT("")) != 0);
}

/* A mixer that is the same in each run (splitmix64). */
static uint64_t
mixed(uint64_t i)
{
	i += 0x9e3779b97f4a7c15;
	i = (i ^ (i >> 30)) * 0xbf58476d1ce4e5b9;
	i = (i ^ (i >> 27)) * 0x94d049bb133111eb;
	return (i ^ (i >> 31)) | 1;
}

static void
test_set_holds_what_it_was_given(void **state)
{
	enum { N = 400000 };
	struct fpset s = {0};

	(void)state;
	for (uint64_t i = 0; i < N; i++) {
		if (!fpset_add(&s, mixed(i)))
			fail_msg(
			    "%llu was there already", (unsigned long long)i);
		if (i % 1000 == 0)
			for (uint64_t j = 0; j <= i; j += 997)
				if (fpset_add(&s, mixed(j)))
					fail_msg("%llu was lost",
					    (unsigned long long)j);
	}
	for (uint64_t i = 0; i < N; i++)
		assert_false(fpset_add(&s, mixed(i)));
	assert_int_equal(s.n, N);
	/* 22 bytes a member at the most, and the tail. */
	assert_true(s.cap * sizeof(uint64_t) <= N * 22);
	fpset_reset(&s, 1000);
	assert_int_equal(s.cap, 0);
	assert_true(fpset_add(&s, mixed(1)));
	fpset_reset(&s, 1 << 20);
	assert_int_equal(s.n, 0);
	assert_true(fpset_add(&s, mixed(1)));
	fpset_clear(&s);
}

static void
test_set_with_crowded_slots(void **state)
{
	struct fpset s = {0};

	(void)state;
	/* Equal low bits: long runs at the end of the table, in the tail. */
	for (uint64_t i = 1; i <= 150; i++)
		assert_true(fpset_add(&s, (i << 32) | 0xff));
	for (uint64_t i = 1; i <= 60; i++)
		assert_true(fpset_add(&s, (i << 40) | 0xfe));
	for (uint64_t i = 1; i <= 150; i++)
		assert_false(fpset_add(&s, (i << 32) | 0xff));
	for (uint64_t i = 1; i <= 60; i++)
		assert_false(fpset_add(&s, (i << 40) | 0xfe));
	fpset_clear(&s);
}

static void
test_map_holds_numbers(void **state)
{
	struct fpmap m = {0};

	(void)state;
	assert_int_equal(fpmap_get(&m, 5), 0);
	for (uint32_t i = 1; i <= 5000; i++) {
		uint32_t *at = fpmap_at(&m, (uint64_t)i << 20 | (i & 0xff));

		assert_int_equal(*at, 0);
		*at = i;
	}
	assert_int_equal(m.n, 5000);
	for (uint32_t i = 1; i <= 5000; i++)
		assert_int_equal(
		    fpmap_get(&m, (uint64_t)i << 20 | (i & 0xff)), i);
	assert_int_equal(fpmap_get(&m, 7), 0);
	assert_int_equal(*fpmap_at(&m, 1 << 20 | 1), 1);
	assert_int_equal(m.n, 5000);
	fpmap_clear(&m);
}

static void
test_outcomes(void **state)
{
	char code[OUTCOME_CODE_SIZE];

	(void)state;
	assert_string_equal(outcome_code(OUTCOME_OK, 200, code), "ok");
	assert_string_equal(outcome_code(OUTCOME_HTTP, 404, code), "http_404");
	assert_string_equal(outcome_text(OUTCOME_HTTP, 404), "not found");
	assert_string_equal(
	    outcome_code(OUTCOME_CONNECT_REFUSED, 0, code), "connect_refused");
	assert_true(outcome_retryable(OUTCOME_CONNECT_REFUSED, 0));
	assert_true(outcome_retryable(OUTCOME_HTTP, 503));
	assert_true(outcome_retryable(OUTCOME_HTTP, 429));
	assert_false(outcome_retryable(OUTCOME_HTTP, 404));
	assert_false(outcome_retryable(OUTCOME_NOT_HTML, 200));
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		assert_non_null(outcome_text((enum outcome)i, 0));
		assert_true(strlen(outcome_code((enum outcome)i, 0, code)) > 1);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_str),
	    cmocka_unit_test(test_buf_keeps_its_limit),
	    cmocka_unit_test(test_printable),
	    cmocka_unit_test(test_heap_sorts_and_is_stable),
	    cmocka_unit_test(test_fingerprint),
	    cmocka_unit_test(test_set_holds_what_it_was_given),
	    cmocka_unit_test(test_set_with_crowded_slots),
	    cmocka_unit_test(test_map_holds_numbers),
	    cmocka_unit_test(test_outcomes),
	};

	return cmocka_run_group_tests_name("base/data", tests, NULL, NULL);
}
