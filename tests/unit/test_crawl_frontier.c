/*
 * The frontier: turns of hosts, slots, delays, with a clock that is set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/frontier.h"

static int64_t now_ms;

static int64_t
test_now(void *arg)
{
	(void)arg;
	return now_ms;
}

static struct sched     sched;
static struct task      admitter;
static struct frontier *fr;

static void
idle_run(struct task *t)
{
	(void)t;
}

static void
make(size_t concurrency, size_t per_host, int64_t delay_ms)
{
	struct frontier_options o = {.concurrency = concurrency,
	    .per_host = per_host,
	    .delay_ms = delay_ms};

	now_ms = 1000;
	sched_init(&sched, (struct clock){test_now, NULL});
	task_spawn(&admitter, &sched, idle_run, NULL);
	fr = frontier_new(&sched, &o, &admitter);
}

static int
tear_down(void **state)
{
	(void)state;
	frontier_free(fr);
	fr = NULL;
	sched_clear(&sched);
	return 0;
}

static bool
add(const char *text)
{
	struct url url = {0};
	bool       fresh;

	assert_true(url_parse(&url, str_c(text), NULL));
	fresh = frontier_learn(fr, &url);
	if (fresh)
		frontier_add(fr, &url, str_c(text), &(struct lead){0});
	url_clear(&url);
	return fresh;
}

/* The next URL, which is done, but its slot is kept; "" if it is nobody's turn.
 */
static const char *
next(struct slot *slot)
{
	static char   text[100];
	struct entry *e;
	struct slot   granted;

	switch (frontier_next(fr, false, &e, &granted)) {
	case FRONTIER_NOBODY:
		return "";
	case FRONTIER_PAGE:
		return "page";
	case FRONTIER_REFUSED:
		return "refused";
	case FRONTIER_ENTRY:
		break;
	}
	slot_move(slot, &granted, &admitter);
	snprintf(text, sizeof(text), "%.*s", (int)e->n, e->text);
	frontier_done(e->host, e->level);
	entry_free(e);
	return text;
}

static void
test_a_url_is_learned_once(void **state)
{
	(void)state;
	make(10, 10, 0);
	assert_true(add("http://a/1"));
	assert_false(add("http://a/1"));
	assert_false(add("HTTP://A:80/1#fragment"));
	assert_true(add("http://a/1?"));
	assert_true(add("https://a/1"));
	assert_int_equal(frontier_queued(fr), 3);
	assert_int_equal(frontier_hosts(fr), 2);
}

static void
test_hosts_take_turns(void **state)
{
	struct slot s[6];

	(void)state;
	make(10, 10, 0);
	add("http://big/1");
	add("http://big/2");
	add("http://big/3");
	add("http://small/1");
	add("http://other/1");
	assert_string_equal(next(&s[0]), "http://big/1");
	assert_string_equal(next(&s[1]), "http://small/1");
	assert_string_equal(next(&s[2]), "http://other/1");
	assert_string_equal(next(&s[3]), "http://big/2");
	assert_string_equal(next(&s[4]), "http://big/3");
	assert_string_equal(next(&s[5]), "");
	for (int i = 0; i < 5; i++)
		slot_release(&s[i]);
	assert_int_equal(frontier_hosts(fr), 0); /* nothing is kept of them */
}

static void
test_caps(void **state)
{
	struct slot s[5];

	(void)state;
	make(3, 2, 0);
	add("http://a/1");
	add("http://a/2");
	add("http://a/3");
	add("http://user@b:1/1");
	add("http://b:1/2");
	assert_string_equal(next(&s[0]), "http://a/1");
	assert_string_equal(next(&s[1]), "http://user@b:1/1");
	assert_string_equal(next(&s[2]), "http://a/2");
	assert_false(frontier_has_slot(fr));
	assert_string_equal(next(&s[3]), ""); /* three in all */
	slot_release(&s[1]);
	slot_release(&s[1]); /* idempotent */
	assert_true(frontier_has_slot(fr));
	assert_string_equal(next(&s[1]), "http://b:1/2"); /* a has its two */
	slot_release(&s[1]);
	assert_string_equal(next(&s[1]), "");
	slot_release(&s[0]);
	assert_string_equal(next(&s[0]), "http://a/3");
	slot_release(&s[0]);
	slot_release(&s[2]);
}

static void
test_pages_that_come_back_go_first(void **state)
{
	struct entry *e;
	struct slot   first, page, moved;
	struct url    a = {0}, b = {0};
	struct task   task = {0};

	(void)state;
	make(10, 1, 0);
	task_spawn(&task, &sched, idle_run, NULL);
	url_parse(&a, STR_LIT("http://a/"), NULL);
	url_parse(&b, STR_LIT("http://b/"), NULL);
	add("http://a/1");
	add("http://a/2");
	assert_string_equal(next(&first), "http://a/1");
	slot_init(&page);
	slot_want(&page, fr, &a, &task);
	assert_false(slot_granted(&page));
	slot_release(&first);
	assert_int_equal(frontier_next(fr, true, &e, &moved), FRONTIER_PAGE);
	slot_release(&page);
	/* When there may be no new pages, http://a/2 has to wait. */
	assert_int_equal(frontier_next(fr, true, &e, &moved), FRONTIER_NOBODY);
	slot_want(&page, fr, &a, &task);
	assert_string_equal(next(&moved), "page"); /* not http://a/2 */
	assert_true(slot_granted(&page));
	slot_want(&page, fr, &a, &task); /* the same host: it keeps its slot */
	assert_true(slot_granted(&page));
	slot_want(&page, fr, &b, &task); /* another: it gives it back */
	assert_false(slot_granted(&page));
	assert_string_equal(next(&first), "page"); /* before any new one */
	assert_string_equal(next(&moved), "http://a/2");
	assert_true(slot_granted(&page));
	slot_release(&page);
	slot_release(&moved);
	assert_int_equal(frontier_hosts(fr), 0);
	url_clear(&a);
	url_clear(&b);
	task_stop(&task);
}

static void
test_a_page_that_stops_waiting_is_forgotten(void **state)
{
	struct slot held, page;
	struct url  a = {0};

	(void)state;
	make(10, 1, 0);
	url_parse(&a, STR_LIT("http://a/"), NULL);
	add("http://a/1");
	assert_string_equal(next(&held), "http://a/1");
	slot_init(&page);
	slot_want(&page, fr, &a, &admitter);
	slot_release(&page);
	slot_release(&held);
	assert_string_equal(next(&held), "");
	assert_int_equal(frontier_hosts(fr), 0);
	url_clear(&a);
}

static void
test_delay(void **state)
{
	struct slot s[3];
	struct url  a = {0};

	(void)state;
	make(10, 5, 300);
	url_parse(&a, STR_LIT("http://a/"), NULL);
	add("http://a/1");
	add("http://a/2");
	add("http://b/1");
	assert_int_equal(frontier_delay_ms(fr), -1);
	assert_string_equal(next(&s[0]), "http://a/1");
	assert_string_equal(next(&s[1]), "http://b/1");
	assert_string_equal(next(&s[2]), "");
	assert_int_equal(frontier_delay_ms(fr), -1);
	/* The delay begins when the request is sent. */
	now_ms += 1000;
	assert_string_equal(next(&s[2]), "");
	slot_use(&s[0]);
	slot_sent(&s[0]);
	now_ms += 100;
	slot_sent(&s[0]); /* idempotent */
	assert_int_equal(frontier_delay_ms(fr), 200);
	now_ms += 199;
	assert_string_equal(next(&s[2]), "");
	now_ms += 1;
	assert_string_equal(next(&s[2]), "http://a/2");
	slot_release(&s[1]); /* not used: no delay */
	slot_want(&s[2], fr, &a, &admitter);
	assert_true(slot_granted(&s[2])); /* the same */
	slot_use(&s[2]);
	slot_sent(&s[2]);
	/* A redirect to the same host waits its delay, too. */
	slot_want(&s[0], fr, &a, &admitter);
	assert_false(slot_granted(&s[0]));
	now_ms += 300;
	assert_string_equal(next(&s[1]), "page");
	assert_true(slot_granted(&s[0]));
	/* It can't be connected: that counts as sent. */
	slot_use(&s[0]);
	slot_release(&s[0]);
	slot_release(&s[2]);
	/* A host is remembered for its delay, not for ever. */
	assert_int_equal(frontier_hosts(fr), 1);
	now_ms += 300;
	assert_string_equal(next(&s[1]), "");
	assert_int_equal(frontier_hosts(fr), 0);
	url_clear(&a);
}

static void
test_take_any(void **state)
{
	char          text[64];
	struct entry *e;
	size_t        n = 0;

	(void)state;
	make(10, 10, 0);
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "http://h%d/%d", i / 2, i);
		assert_true(add(text));
	}
	assert_int_equal(frontier_hosts(fr), 1500);
	while ((e = frontier_take_any(fr)) != NULL) {
		frontier_done(e->host, e->level);
		entry_free(e);
		n++;
	}
	assert_int_equal(n, 3000);
	assert_int_equal(frontier_hosts(fr), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	    TEST(test_a_url_is_learned_once),
	    TEST(test_hosts_take_turns),
	    TEST(test_caps),
	    TEST(test_pages_that_come_back_go_first),
	    TEST(test_a_page_that_stops_waiting_is_forgotten),
	    TEST(test_delay),
	    TEST(test_take_any),
	};

	return cmocka_run_group_tests_name("crawl/frontier", tests, NULL, NULL);
}
