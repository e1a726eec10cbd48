/*
 * test_crawl_targets.c - the table of a link check.
 */
#include "unit.h"

#include "acrawl/targets.h"

static void
test_each_target_once(void **state)
{
	struct targets t;
	uint32_t       a, b;

	(void)state;
	targets_init(&t);
	a = targets_find(&t, STR_LIT("http://a/"));
	b = targets_find(&t, STR_LIT("http://b/"));
	assert_int_equal(a, 1);
	assert_int_equal(b, 2);
	assert_int_equal(targets_find(&t, STR_LIT("http://a/")), a);
	assert_true(str_eq(target_text(&t, b), STR_LIT("http://b/")));
	assert_int_equal(target_at(&t, a)->state, TARGET_NEW);
	assert_int_equal(target_at(&t, a)->hops, 255);
	/* Nothing is no target. */
	assert_int_equal(targets_find(&t, STR_LIT("")), 0);
	targets_clear(&t);
}

static void
test_places_and_fragments(void **state)
{
	struct targets      t;
	uint32_t            a, b, page, f;
	struct target_place place = {.line = 3, .column = 4};

	(void)state;
	targets_init(&t);
	a = targets_find(&t, STR_LIT("http://a/"));
	b = targets_find(&t, STR_LIT("http://b/"));
	page = targets_add_page(&t, STR_LIT("dir/x.html"), true);
	f = targets_add_fragment(&t, a, STR_LIT("#x"));
	assert_int_equal(targets_add_fragment(&t, a, STR_LIT("#x")), f);
	assert_int_not_equal(targets_add_fragment(&t, b, STR_LIT("#x")), f);
	assert_int_not_equal(targets_add_fragment(&t, a, STR_LIT("#X")), f);
	place.target = a;
	place.page = page;
	place.fragment = f;
	targets_add_place(&t, &place);
	place.line = 5;
	targets_add_place(&t, &place);
	assert_int_equal(target_at(&t, a)->places, 2);
	assert_int_equal(target_at(&t, b)->places, 0);
	assert_int_equal(t.places.n, 2);
	assert_int_equal(
	    ((struct target_place *)pool_at(&t.places, 2))->line, 5);
	targets_clear(&t);
}

static void
test_ids(void **state)
{
	static const struct {
		const char *fragment;
		bool        there;
	} rows[] = {
	    {"", true},
	    {"#", true},
	    {"#one", true},
	    {"#One", false},
	    {"#two", false},
	    {"#top", true},
	    {"#TOP", true},
	    {"#%74op", true},
	    {"#topp", false},
	    /* As it is first, then percent-decoded. */
	    {"#100%", true},
	    {"#100%25", true},
	    {"#100%2", false},
	    {"#%6fne", true},
	    {"#%6Fne", true},
	    {"#o%6", false},
	    {"#caf%C3%A9", true},
	    {"#caf%c3%a9", true},
	    {"#caf%E9", false},
	    {"#caf\xc3\xa9", true},
	    {"#bad%FF", true},
	    {"#a%20b", true},
	    {"#a+b", false},
	    /* What is for the browser is not for the page. */
	    {"#:~:text=x", true},
	    {"#one:~:text=x", true},
	    {"#two:~:text=x", false},
	};
	struct targets t;
	uint32_t       a, b;

	(void)state;
	targets_init(&t);
	a = targets_find(&t, STR_LIT("http://a/"));
	b = targets_find(&t, STR_LIT("http://b/"));
	targets_add_id(&t, a, STR_LIT("one"));
	targets_add_id(&t, a, STR_LIT("100%"));
	targets_add_id(&t, a, STR_LIT("caf\xc3\xa9"));
	targets_add_id(&t, a, STR_LIT("bad\xef\xbf\xbd"));
	targets_add_id(&t, a, STR_LIT("a b"));
	targets_add_id(&t, a, STR_LIT(""));
	targets_add_id(&t, b, STR_LIT("two"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (targets_has_id(&t, a, str_c(rows[i].fragment)) !=
		    rows[i].there)
			fail_msg("%s", rows[i].fragment);
	assert_true(targets_has_id(&t, b, STR_LIT("#two")));
	assert_false(targets_has_id(&t, b, STR_LIT("#one")));
	targets_clear(&t);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_target_once),
	    cmocka_unit_test(test_places_and_fragments),
	    cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests_name("crawl/targets", tests, NULL, NULL);
}
