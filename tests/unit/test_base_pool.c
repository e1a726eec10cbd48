/*
 * test_base_pool.c - items and strings that stay where they are.
 */
#include <stdio.h>

#include "unit.h"

#include "acrawl/pool.h"

struct item {
	uint64_t a;
	uint32_t b;
};

static void
test_items_stay(void **state)
{
	struct pool  p = {.item_size = sizeof(struct item)};
	struct item *first;

	(void)state;
	assert_int_equal(pool_add(&p), 1);
	first = pool_at(&p, 1);
	assert_int_equal(first->a, 0);
	first->a = 7;
	for (uint32_t i = 2; i <= 5000; i++) {
		struct item *item;

		assert_int_equal(pool_add(&p), i);
		item = pool_at(&p, i);
		assert_int_equal(item->a, 0);
		assert_int_equal(item->b, 0);
		item->a = i;
		item->b = i * 2;
	}
	assert_ptr_equal(pool_at(&p, 1), first);
	assert_int_equal(first->a, 7);
	for (uint32_t i = 2; i <= 5000; i++)
		assert_int_equal(((struct item *)pool_at(&p, i))->b, i * 2);
	pool_clear(&p);
	assert_int_equal(p.n, 0);
	assert_int_equal(pool_add(&p), 1);
	pool_clear(&p);
}

static void
test_texts_are_held_once(void **state)
{
	struct texts t = {0};
	char         text[16];
	uint32_t     hello;

	(void)state;
	assert_int_equal(texts_add(&t, STR_LIT("")), 0);
	assert_true(str_eq(texts_get(&t, 0), STR_LIT("")));
	hello = texts_add(&t, STR_LIT("hello"));
	assert_int_not_equal(hello, 0);
	for (int i = 0; i < 300000; i++) {
		int n = snprintf(text, sizeof(text), "t%d", i % 150000);

		texts_add(&t, str_n(text, (size_t)n));
	}
	assert_int_equal(t.map.n, 150001);
	assert_true(t.chunks_n > 1);
	assert_int_equal(texts_add(&t, STR_LIT("hello")), hello);
	assert_true(str_eq(texts_get(&t, hello), STR_LIT("hello")));
	assert_true(str_eq(texts_get(&t, texts_add(&t, STR_LIT("t149999"))),
	    STR_LIT("t149999")));
	texts_clear(&t);
}

static void
test_texts_have_a_length(void **state)
{
	struct texts t = {0};
	struct buf   b;
	uint32_t     half, nul;

	(void)state;
	buf_init(&b, 0);
	for (size_t i = 0; i < 512 * 1024; i++)
		buf_addc(&b, 'x');
	half = texts_add(&t, buf_str(&b));
	assert_int_not_equal(half, 0);
	assert_int_equal(texts_get(&t, half).n, 512 * 1024);
	for (size_t i = 0; i < 512 * 1024; i++)
		buf_addc(&b, 'y');
	/* With its length in front it is longer than a chunk. */
	assert_int_equal(texts_add(&t, buf_str(&b)), 0);
	assert_int_equal(texts_add(&t, buf_str(&b)), 0);
	nul = texts_add(&t, str_n("a\0b", 3));
	assert_true(str_eq(texts_get(&t, nul), str_n("a\0b", 3)));
	assert_int_not_equal(texts_add(&t, STR_LIT("a")), nul);
	texts_clear(&t);
	buf_clear(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_items_stay),
	    cmocka_unit_test(test_texts_are_held_once),
	    cmocka_unit_test(test_texts_have_a_length),
	};

	return cmocka_run_group_tests_name("base/pool", tests, NULL, NULL);
}
