/*
 * The frontier: turns of hosts, slots, delays, with a clock that is set; what
 * is breadth first, busy, given up, crowded; and what all that costs.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/frontier.h"
#include "acrawl/limits.h"
#include "acrawl/mem.h"

static int64_t now_ms;
static size_t  looks; /* at the clock */

static int64_t
test_now(void *arg)
{
	(void)arg;
	looks++;
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
make_with(struct frontier_options o)
{
	now_ms = 1000;
	sched_init(&sched, (struct clock){test_now, NULL});
	task_spawn(&admitter, &sched, idle_run, NULL);
	fr = frontier_new(&sched, &o, &admitter);
}

static void
make(size_t concurrency, size_t per_host, int64_t delay_ms)
{
	make_with((struct frontier_options){.concurrency = concurrency,
	    .per_host = per_host,
	    .delay_ms = delay_ms});
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
		frontier_done(e->host, e->level);
		entry_free(e);
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

/* Queues a URL that was found by depth links. */
static void
add_found(const char *text, uint32_t depth, uint64_t turn)
{
	struct url url = {0};

	assert_true(url_parse(&url, str_c(text), NULL));
	frontier_add(fr, &url, str_c(text),
	    &(struct lead){.depth = depth, .turn = turn});
	url_clear(&url);
}

static void
add_many(const char *host, int n)
{
	char text[64];

	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "http://%s/%d", host, i);
		add_found(text, 0, 0);
	}
}

static struct host *
host(const char *text)
{
	struct url   url = {0};
	struct host *h;

	assert_true(url_parse(&url, str_c(text), NULL));
	h = frontier_host(fr, &url);
	url_clear(&url);
	return h;
}

static void
want(struct slot *slot, const char *text, struct task *task)
{
	struct url url = {0};

	assert_true(url_parse(&url, str_c(text), NULL));
	slot_want(slot, fr, &url, task);
	url_clear(&url);
}

/* The next URL has to be that.  It is not done, and owned by the caller. */
static struct entry *
begin(const char *text, struct slot *slot)
{
	struct entry *e = NULL;
	struct slot   granted;

	assert_int_equal(
	    frontier_next(fr, false, &e, &granted), FRONTIER_ENTRY);
	slot_move(slot, &granted, &admitter);
	assert_true(str_eq(entry_text(e), str_c(text)));
	return e;
}

static void
done(struct entry *e)
{
	frontier_done(e->host, e->level);
	entry_free(e);
}

/* A host of a crawl has answered, and gets all its slots. */
static void
warm_up(const char *text, int answers)
{
	struct slot s;

	slot_init(&s);
	want(&s, text, &admitter);
	while (!slot_granted(&s))
		assert_string_equal(next(NULL), "page");
	while (answers-- > 0)
		slot_report(&s, HOST_ANSWERED, -1);
	slot_release(&s);
}

/* What is queued now begins, as far as it may; their number. */
static size_t
begin_all(struct slot *slots)
{
	size_t n = 0;

	while (*next(&slots[n]) != '\0')
		n++;
	return n;
}

/* All slots say that of their hosts, and are given back. */
static void
end_all(struct slot *slots, size_t n, enum host_news news, int64_t retry_after)
{
	for (size_t i = 0; i < n; i++) {
		slot_use(&slots[i]);
		slot_report(&slots[i], news, retry_after);
	}
	for (size_t i = 0; i < n; i++)
		slot_release(&slots[i]);
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

/* ----------------------------------------------------------------------
 * Breadth first.
 */

static void
test_a_host_goes_level_by_level(void **state)
{
	struct slot   s[6];
	struct entry *e[6];

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 20, .per_host = 20, .crawling = true});
	warm_up("http://a/", 20);
	add_found("http://a/0", 0, 0);
	e[0] = begin("http://a/0", &s[0]);
	add_found("http://a/2", 2, 0);
	add_found("http://a/1", 1, 0);
	assert_string_equal(next(&s[5]), "");
	add_found("http://b/7", 7, 0); /* other hosts don't wait for a */
	e[2] = begin("http://b/7", &s[2]);
	slot_release(&s[0]); /* its slot does not matter, its links do */
	assert_string_equal(next(&s[5]), "");
	done(e[0]);
	e[0] = begin("http://a/1", &s[0]);
	assert_string_equal(next(&s[5]), "");
	done(e[0]);
	e[0] = begin("http://a/2", &s[1]);
	done(e[0]);
	done(e[2]);
}

static void
test_sitemaps_hold_up_a_host(void **state)
{
	struct slot   s[3];
	struct entry *e[2];

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 20, .per_host = 20, .crawling = true});
	warm_up("http://a/", 20);
	add_found("http://a/5", 5, 0);
	e[0] = begin("http://a/5", &s[0]);
	add_found("http://a/5b", 5, 0); /* it could begin now */
	frontier_begin(host("http://a/"));
	assert_string_equal(next(&s[2]), "");
	add_found("http://a/1", 1, 0);
	assert_string_equal(next(&s[2]), "");
	frontier_done(host("http://a/"), 0);
	e[1] = begin("http://a/1", &s[1]);
	assert_string_equal(next(&s[2]), "");
	done(e[1]);
	e[1] = begin("http://a/5b", &s[2]);
	done(e[0]);
	done(e[1]);
}

static void
test_exact_levels(void **state)
{
	struct slot   s[4];
	struct entry *e[4];

	(void)state;
	make_with((struct frontier_options){.concurrency = 20,
	    .per_host = 20,
	    .crawling = true,
	    .levels = true});
	warm_up("http://b/", 20);
	warm_up("http://d/", 20);
	add_found("http://a/1", 1, 0);
	add_found("http://b/2", 2, 0);
	add_found("http://b/0", 0, 0);
	add_found("http://c/0", 0, 0);
	e[0] = begin("http://b/0", &s[0]);
	e[1] = begin("http://c/0", &s[1]);
	assert_string_equal(next(&s[3]), "");
	add_found("http://d/1", 1, 0);
	done(e[0]);
	assert_string_equal(next(&s[3]), ""); /* c may lead to it by fewer */
	done(e[1]);
	e[0] = begin("http://a/1", &s[0]);
	e[1] = begin("http://d/1", &s[1]);
	assert_string_equal(next(&s[3]), "");
	done(e[0]);
	/* d's sitemaps begin, which may name what b/2 names. */
	frontier_begin(host("http://d/"));
	done(e[1]);
	assert_string_equal(next(&s[3]), "");
	add_found("http://d/x", 1, 0);
	assert_string_equal(next(&s[3]), "");
	frontier_done(host("http://d/"), 0);
	e[0] = begin("http://d/x", &s[0]);
	assert_string_equal(next(&s[3]), "");
	done(e[0]);
	e[0] = begin("http://b/2", &s[0]);
	done(e[0]);
}

/* What could begin has to wait when something lower comes out of nowhere. */
static void
test_exact_levels_of_sitemaps(void **state)
{
	struct slot   s[3];
	struct entry *e[2];

	(void)state;
	make_with((struct frontier_options){.concurrency = 20,
	    .per_host = 20,
	    .crawling = true,
	    .levels = true});
	add_found("http://a/3", 3, 0);
	add_found("http://b/3", 3, 0);
	e[0] = begin("http://a/3", &s[0]);
	frontier_begin(host("http://a/"));
	assert_string_equal(next(&s[2]), "");
	frontier_done(host("http://a/"), 0);
	e[1] = begin("http://b/3", &s[1]);
	done(e[0]);
	done(e[1]);
}

static void
test_in_turn(void **state)
{
	struct slot s[4];

	(void)state;
	make_with((struct frontier_options){.concurrency = 20,
	    .per_host = 20,
	    .crawling = true,
	    .in_turn = true});
	warm_up("http://a/", 20);
	frontier_limit(fr, 2);
	add_found("http://a/9", 9, 0);
	add_found("http://a/0", 0, 1);
	add_found("http://a/5", 5, 2);
	add_found("http://b/5", 5, 3);
	assert_string_equal(next(&s[0]), "http://a/9");
	assert_string_equal(next(&s[1]), "http://a/0");
	assert_string_equal(next(&s[2]), "");
	frontier_limit(fr, 3);
	assert_string_equal(next(&s[2]), "http://a/5");
	assert_string_equal(next(&s[3]), "");
	frontier_limit(fr, 100);
	assert_string_equal(next(&s[3]), "http://b/5");
}

static void
test_shut(void **state)
{
	struct slot s[3];

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 20, .per_host = 20, .crawling = true});
	warm_up("http://a/", 20);
	add("http://a/1");
	add("http://b/1");
	frontier_shut(host("http://a/"), true);
	assert_string_equal(next(&s[0]), "http://b/1");
	add("http://a/2");
	assert_string_equal(next(&s[1]), "");
	slot_init(&s[1]);
	want(&s[1], "http://a/robots.txt", &admitter);
	assert_string_equal(next(&s[2]), "page");
	assert_true(slot_granted(&s[1]));
	assert_string_equal(next(&s[2]), "");
	task_stop(&admitter);
	frontier_shut(host("http://a/"), false);
	assert_true(list_linked(&admitter.ready));
	assert_string_equal(next(&s[2]), "http://a/1");
}

/* ----------------------------------------------------------------------
 * News of hosts.
 */

static void
test_busy(void **state)
{
	static const int64_t pauses[] = {
	    1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
	static const size_t slots[] = {8, 4, 2, 1, 1, 1, 1, 1, 1};
	struct slot         s[20], other;

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 20, .per_host = 8, .crawling = true});
	warm_up("http://a/", 20);
	add_many("a", 300);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(begin_all(s), slots[i]);
		/* All of them hear it, but that is once. */
		end_all(s, slots[i], HOST_BUSY, -1);
		assert_int_equal(begin_all(s), 0);
		assert_int_equal(frontier_delay_ms(fr), pauses[i]);
		/* Others don't mind. */
		add_found("http://b/", 0, 0);
		assert_string_equal(next(&other), "http://b/");
		slot_release(&other);
		now_ms += pauses[i] - 1;
		assert_int_equal(begin_all(s), 0);
		now_ms += 1;
	}
	/* Slots grow again: one more after four answers of each. */
	for (size_t i = 1; i <= 8; i++) {
		for (size_t answers = 0; answers < 4 * i;) {
			size_t n = begin_all(s);

			assert_int_equal(n, i);
			end_all(s, n, HOST_ANSWERED, -1);
			answers += n;
		}
	}
	assert_int_equal(begin_all(s), 8); /* and no further */
	end_all(s, 8, HOST_BUSY, -1);
	assert_int_equal(frontier_delay_ms(fr), 1000);
}

static void
test_retry_after(void **state)
{
	struct slot s[10];

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 20, .per_host = 2, .crawling = true});
	warm_up("http://a/", 20);
	add_many("a", 10);
	assert_int_equal(begin_all(s), 2);
	slot_report(&s[0], HOST_BUSY, 5000);
	now_ms += 500;
	slot_report(&s[1], HOST_BUSY, 1000); /* shorter: no */
	slot_release(&s[0]);
	slot_release(&s[1]);
	assert_int_equal(frontier_delay_ms(fr), 4500);
	now_ms += 4500;
	assert_int_equal(begin_all(s), 1);
	end_all(s, 1, HOST_BUSY, LIMIT_RETRY_AFTER_MS);
	assert_int_equal(frontier_delay_ms(fr), LIMIT_RETRY_AFTER_MS);
	now_ms += LIMIT_RETRY_AFTER_MS;
	assert_int_equal(begin_all(s), 1);
	end_all(s, 1, HOST_BUSY, LIMIT_RETRY_AFTER_MS + 1);
	assert_string_equal(next(s), "refused");
}

static void
test_retry_after_of_a_list(void **state)
{
	struct slot s[10];

	(void)state;
	make(20, 2, 0);
	add_many("a", 10);
	assert_int_equal(begin_all(s), 2);
	end_all(s, 2, HOST_BUSY, (int64_t)24 * 3600 * 1000);
	assert_string_equal(next(s), "");
	assert_int_equal(frontier_delay_ms(fr), 1000);
	now_ms += 1000;
	assert_string_equal(next(s), "http://a/2");
}

/* What a burst of requests hears is said once. */
static void
test_busy_is_no_failure_of_each(void **state)
{
	struct slot s[101];

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 100, .per_host = 100, .crawling = true});
	warm_up("http://a/", 100);
	add_many("a", 101);
	assert_int_equal(begin_all(s), 100);
	end_all(s, 100, HOST_BUSY, 1000);
	assert_string_equal(next(s), "");
	now_ms += 1000;
	assert_string_equal(next(s), "http://a/100");
}

/* URLs of a host that fails each time, until one is refused. */
static size_t
fail_until_refused(enum host_news news)
{
	struct slot s;

	for (size_t n = 0;; n++) {
		const char *text;

		while (*(text = next(&s)) == '\0') {
			assert_true(frontier_delay_ms(fr) > 0);
			now_ms += frontier_delay_ms(fr);
		}
		if (strcmp(text, "refused") == 0)
			return n;
		end_all(&s, 1, news, -1);
	}
}

static void
test_failures_in_a_row(void **state)
{
	struct slot s;

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 10, .per_host = 10, .crawling = true});
	add_many("a", 200);
	for (int i = 1; i < LIMIT_HOST_FAILURES; i++) {
		assert_string_not_equal(next(&s), "refused");
		end_all(&s, 1, HOST_FAILED, -1);
	}
	assert_string_not_equal(next(&s), "refused");
	end_all(&s, 1, HOST_ANSWERED, -1);
	assert_int_equal(fail_until_refused(HOST_FAILED), LIMIT_HOST_FAILURES);
	add_many("b", 200);
	while (frontier_queued(fr) > 200)
		assert_string_equal(next(&s), "refused");
	/* One that is always busy fails, too. */
	assert_int_equal(fail_until_refused(HOST_BUSY), LIMIT_HOST_FAILURES);
}

static void
give_up(const char *text)
{
	struct slot s;

	slot_init(&s);
	want(&s, text, &admitter);
	while (!slot_granted(&s))
		assert_string_equal(next(NULL), "page");
	slot_report(&s, HOST_BUSY, LIMIT_RETRY_AFTER_MS + 1);
	slot_release(&s);
}

static void
test_a_host_is_given_up(void **state)
{
	struct slot   other, page, more;
	struct task   task = {0};
	struct entry *e;

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 1, .per_host = 1, .crawling = true});
	give_up("http://a/");
	give_up("http://b/");
	add("http://c/1");
	assert_string_equal(next(&other), "http://c/1");
	assert_false(frontier_has_slot(fr));
	/* It is told though all slots are taken, and first to who waits. */
	add("http://a/1");
	add("http://a/2");
	task_spawn(&task, &sched, idle_run, NULL);
	task_stop(&task);
	slot_init(&page);
	want(&page, "http://b/1", &task);
	slot_init(&more);
	want(&more, "http://b/1", &task);
	assert_int_equal(frontier_next(fr, true, &e, NULL), FRONTIER_PAGE);
	assert_true(page.refused);
	assert_false(slot_granted(&page));
	assert_false(more.refused);
	assert_true(list_linked(&task.ready));
	slot_release(&more); /* it does not wait for that */
	/* No new pages: queued ones are not told so. */
	assert_int_equal(frontier_next(fr, true, &e, NULL), FRONTIER_NOBODY);
	assert_int_equal(frontier_next(fr, false, &e, NULL), FRONTIER_REFUSED);
	assert_true(str_eq(entry_text(e), STR_LIT("http://a/1")));
	done(e);
	assert_string_equal(next(NULL), "refused");
	assert_string_equal(next(NULL), "");
	/* A slot that was refused may ask elsewhere. */
	slot_release(&other);
	want(&page, "http://d/", &task);
	assert_false(page.refused);
	assert_string_equal(next(NULL), "page");
	assert_true(slot_granted(&page));
	slot_release(&page);
	slot_release(&page);
	task_stop(&task);
}

/* Of a list, nothing is left of the host when the last page is refused. */
static void
test_a_host_of_a_list_is_given_up(void **state)
{
	struct slot s, page;

	(void)state;
	make(10, 10, 0);
	add_many("a", LIMIT_HOST_FAILURES);
	slot_init(&page);
	for (int i = 0; i < LIMIT_HOST_FAILURES; i++) {
		assert_string_not_equal(next(&s), "");
		if (i + 1 == LIMIT_HOST_FAILURES)
			want(&page, "http://a/", &admitter);
		end_all(&s, 1, HOST_FAILED, -1);
	}
	assert_string_equal(next(&s), "page");
	assert_true(page.refused);
	assert_int_equal(frontier_hosts(fr), 0);
	slot_release(&page);
	slot_release(&page);
}

static void
test_news_wake_the_admitter(void **state)
{
	struct slot s[3];

	(void)state;
	make(10, 2, 0);
	add_many("a", 3);
	assert_string_equal(next(&s[0]), "http://a/0");
	end_all(s, 1, HOST_BUSY, 0);
	assert_string_equal(next(&s[0]), "http://a/1");
	assert_string_equal(next(&s[1]), "");
	for (int i = 0; i < 4; i++) {
		assert_string_equal(next(&s[1]), "");
		task_stop(&admitter);
		slot_report(&s[0], HOST_ANSWERED, -1);
	}
	assert_true(list_linked(&admitter.ready));
	assert_string_equal(next(&s[1]), "http://a/2"); /* a second slot */
}

/* ----------------------------------------------------------------------
 * Delays.
 */

static void
test_slow(void **state)
{
	struct slot s[2];

	(void)state;
	make(10, 10, 100);
	add_many("a", 10);
	assert_string_equal(next(&s[0]), "http://a/0");
	slot_use(&s[0]);
	slot_sent(&s[0]);
	now_ms += 50;
	frontier_slow(s[0].host, 500);
	frontier_slow(s[0].host, 200); /* it says less: the longer one counts */
	assert_int_equal(frontier_delay_ms(fr), 500);
	now_ms += 499;
	assert_string_equal(next(&s[1]), "");
	now_ms += 1;
	assert_string_equal(next(&s[1]), "http://a/1");
	slot_use(&s[1]);
	slot_sent(&s[1]);
	assert_int_equal(frontier_delay_ms(fr), 500);
}

static void
test_a_slot_returns(void **state)
{
	struct slot s[2];

	(void)state;
	make(10, 10, 1000);
	add_many("a", 10);
	assert_string_equal(next(&s[0]), "http://a/0");
	slot_release(&s[0]);
	slot_release(&s[0]);
	assert_string_equal(next(&s[0]), "http://a/1"); /* at once */
	slot_use(&s[0]);
	slot_sent(&s[0]);
	now_ms += 1000;
	/* What the host says meanwhile stands. */
	assert_string_equal(next(&s[1]), "http://a/2");
	slot_report(&s[0], HOST_BUSY, 700);
	slot_release(&s[1]);
	assert_string_equal(next(&s[1]), "");
	assert_int_equal(frontier_delay_ms(fr), 700);
}

/* ----------------------------------------------------------------------
 * Addresses.
 */

static void
make_addresses(size_t per_address, int64_t delay_ms)
{
	make_with((struct frontier_options){.concurrency = 100,
	    .per_host = 3,
	    .per_address = per_address,
	    .delay_ms = delay_ms,
	    .crawling = true});
}

/* A host turns out to have an address; it holds no slot then. */
static void
settle_at(const char *text, const char *address)
{
	struct slot s;

	slot_init(&s);
	want(&s, text, &admitter);
	while (!slot_granted(&s))
		assert_string_equal(next(NULL), "page");
	assert_true(slot_address(&s, str_c(address)));
	s.used = false;
	slot_release(&s);
}

static void
test_an_address(void **state)
{
	struct slot s[6];

	(void)state;
	make_addresses(2, 0);
	warm_up("http://a/", 20);
	add_many("a", 2);
	add_many("b", 2);
	assert_string_equal(next(&s[0]), "http://a/0");
	assert_string_equal(next(&s[2]), "http://a/1");
	assert_string_equal(next(&s[1]), "http://b/0");
	assert_true(slot_address(&s[0], str_c("1")));
	assert_true(slot_address(&s[2], str_c("1")));
	assert_true(slot_address(&s[2], str_c("1")));
	/* Nothing is sent to b: its delay does not count, either. */
	assert_false(slot_address(&s[1], str_c("1")));
	slot_release(&s[1]);
	assert_string_equal(next(&s[3]), "");
	add_many("c", 1);
	assert_string_equal(next(&s[4]), "http://c/0");
	task_stop(&admitter);
	slot_release(&s[0]);
	assert_true(list_linked(&admitter.ready));
	assert_string_equal(next(&s[3]), "http://b/1");
	assert_true(slot_address(&s[3], str_c("1")));
	assert_string_equal(next(&s[5]), "");
}

/* Who was to go next, and does not, lets the others go. */
static void
test_a_chance_goes_on(void **state)
{
	struct slot s, page, more;

	(void)state;
	make_addresses(1, 0);
	settle_at("http://a/", "1");
	settle_at("http://b/", "1");
	settle_at("http://c/", "1");
	slot_init(&page);
	add("http://a/1");
	assert_string_equal(next(&s), "http://a/1");
	want(&page, "http://b/", &admitter);
	add("http://c/1");
	assert_string_equal(next(NULL), ""); /* b, c: in that order */
	slot_release(&s);
	slot_release(&page);
	assert_string_equal(next(&s), "http://c/1");
	/* The same with b shut, ... */
	add("http://b/1");
	add("http://c/2");
	assert_string_equal(next(NULL), "");
	slot_release(&s);
	frontier_shut(host("http://b/"), true);
	assert_string_equal(next(&s), "http://c/2");
	frontier_shut(host("http://b/"), false);
	/* ... and slow; it asks before c, which has a page that waits. */
	add("http://c/3");
	slot_init(&more);
	want(&more, "http://b/", &admitter);
	assert_string_equal(next(NULL), "");
	frontier_slow(host("http://b/"), 60000);
	slot_release(&s);
	assert_string_equal(next(&s), "http://c/3");
	slot_release(&s);
	now_ms += 60000;
	assert_string_equal(next(NULL), "page");
	slot_release(&more);
}

/* No new pages may begin: those that wait do not wait for one of them. */
static void
test_pages_of_an_address_go_first(void **state)
{
	struct slot   s, page;
	struct entry *e;

	(void)state;
	make_addresses(1, 0);
	settle_at("http://a/", "1");
	settle_at("http://b/", "1");
	settle_at("http://c/", "1");
	add("http://a/1");
	assert_string_equal(next(&s), "http://a/1");
	add("http://b/1");
	slot_init(&page);
	want(&page, "http://c/", &admitter);
	assert_string_equal(next(NULL), "");
	slot_release(&s);
	assert_int_equal(frontier_next(fr, true, &e, &s), FRONTIER_PAGE);
	assert_true(slot_granted(&page));
	slot_release(&page);
	assert_string_equal(next(&s), "http://b/1");
}

/* A host with several addresses leaves nobody behind at its old one. */
static void
test_a_host_moves(void **state)
{
	struct slot s[4], other;

	(void)state;
	make_addresses(2, 0);
	warm_up("http://a/", 20);
	add_many("a", 4);
	assert_string_equal(next(&s[0]), "http://a/0");
	assert_string_equal(next(&s[1]), "http://a/1");
	assert_true(slot_address(&s[0], str_c("1")));
	assert_string_equal(next(&s[2]), ""); /* a waits at 1, ... */
	task_stop(&admitter);
	assert_true(slot_address(&s[1], str_c("2"))); /* which is no more */
	assert_string_equal(next(&s[2]), "");
	slot_release(&s[0]);
	assert_string_equal(next(&s[2]), "http://a/2");
	/* b waits at the same address, and then has it alone. */
	slot_release(&s[1]);
	settle_at("http://b/", "2");
	assert_string_equal(next(&s[1]), "http://a/3");
	add("http://b/1");
	assert_string_equal(next(&other), "");
	task_stop(&admitter);
	assert_true(slot_address(&s[1], str_c("3")));
	assert_true(list_linked(&admitter.ready));
	assert_string_equal(next(&other), "http://b/1");
}

/* More than there are buckets; each goes with its last host. */
static void
test_many_addresses(void **state)
{
	const size_t n = 10000;
	struct slot *s = xcalloc(2 * n, sizeof(*s));
	char         text[32];

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 2 * n, .per_host = 1, .per_address = 1});
	for (size_t i = 0; i < 2 * n; i++) {
		snprintf(text, sizeof(text), "http://h%zu/", i);
		add_found(text, 0, 0);
		assert_string_equal(next(&s[i]), text);
		snprintf(text, sizeof(text), "%zu", i % n);
		assert_int_equal(slot_address(&s[i], str_c(text)), i < n);
	}
	for (size_t i = 0; i < 2 * n; i += 2)
		slot_release(&s[i]);
	/* The others are still there, and full. */
	for (size_t i = 1; i < n; i += 2) {
		snprintf(text, sizeof(text), "http://other%zu/", i);
		add_found(text, 0, 0);
		assert_string_equal(next(&s[0]), text);
		snprintf(text, sizeof(text), "%zu", i);
		assert_false(slot_address(&s[0], str_c(text)));
		slot_release(&s[0]);
	}
	for (size_t i = 1; i < 2 * n; i += 2)
		slot_release(&s[i]);
	assert_int_equal(frontier_hosts(fr), 0);
	free(s);
}

/* ----------------------------------------------------------------------
 * Anything at any time.  A model beside it knows what may be.
 */

#define HOSTS     40
#define ADDRESSES 6
#define PAGES     60
#define DEPTHS    5
#define URLS      6000
#define LAST_USED 16

struct model_host {
	size_t  held;
	size_t  waiting;
	size_t  unfinished[DEPTHS];
	int     address; /* -1: not known */
	int64_t delay;
	int64_t pause;           /* it is left alone until then */
	int64_t used[LAST_USED]; /* when requests were sent */
	size_t  n_used;
	bool    shut;
};

struct model_page {
	struct slot   slot;
	struct entry *e; /* or of no queue */
	bool          alive;
	int           host; /* of its slot */
	int64_t       granted_ms;
	int64_t       delay;
};

static struct {
	uint64_t                random;
	struct frontier_options options;
	struct model_host       hosts[HOSTS];
	struct model_page       pages[PAGES];
	struct task             pager;
	int                     host_of[URLS];
	bool                    given_out[URLS];
	size_t                  added;
	size_t                  queued;
	size_t                  held;
	int64_t                 asleep_until; /* the admitter, unless woken */
	bool                    asleep_pages; /* it asked for pages only */
} m;

static size_t
roll(size_t n)
{
	m.random ^= m.random << 13;
	m.random ^= m.random >> 7;
	m.random ^= m.random << 17;
	return (size_t)(m.random >> 11) % n;
}

static const char *
url_of(int host_n, size_t path)
{
	static char text[64];

	snprintf(text, sizeof(text), "http://h%d/%zu", host_n, path);
	return text;
}

static size_t
held_at(int address)
{
	size_t held = 0;

	for (int i = 0; i < HOSTS; i++)
		if (m.hosts[i].address == address)
			held += m.hosts[i].held;
	return held;
}

static size_t
lowest_of(const struct model_host *h)
{
	size_t depth = 0;

	while (depth < DEPTHS && h->unfinished[depth] == 0)
		depth++;
	return depth;
}

/* Of a list, what nobody needs is forgotten. */
static void
model_forget(struct model_host *h)
{
	if (!m.options.crawling && h->held == 0 && h->waiting == 0 &&
	    lowest_of(h) == DEPTHS)
		h->address = -1;
}

static void
model_grant(struct model_page *p)
{
	struct model_host *h = &m.hosts[p->host];

	h->held++;
	m.held++;
	assert_true(h->held <= m.options.per_host);
	assert_true(m.held <= m.options.concurrency);
	if (h->address >= 0)
		assert_true(held_at(h->address) <= m.options.per_address);
	assert_true(now_ms >= h->pause);
	p->granted_ms = now_ms;
	p->delay = h->delay;
}

static void
model_release(struct model_page *p)
{
	m.hosts[p->host].held--;
	m.held--;
	model_forget(&m.hosts[p->host]);
}

/* A request is sent: no other one was nearer than the delay. */
static void
model_use(struct model_page *p)
{
	struct model_host *h = &m.hosts[p->host];

	for (size_t i = 0; i < h->n_used && i < LAST_USED; i++)
		assert_true(now_ms - h->used[i] >= p->delay);
	slot_sent(&p->slot);
	/* One from before the host's delay was known does not count. */
	if (p->delay == h->delay)
		h->used[h->n_used++ % LAST_USED] = now_ms;
}

static void
model_done(struct entry *e)
{
	struct model_host *h = &m.hosts[m.host_of[e->lead.turn]];

	h->unfinished[e->lead.depth]--;
	model_forget(h);
	done(e);
}

/* An entry that comes out is new, and its turn has come. */
static void
model_take(const struct entry *e)
{
	assert_false(m.given_out[e->lead.turn]);
	m.given_out[e->lead.turn] = true;
	m.queued--;
}

static void
check_turn(const struct entry *e)
{
	const struct model_host *h = &m.hosts[m.host_of[e->lead.turn]];

	assert_false(h->shut);
	assert_true(e->lead.depth <= lowest_of(h));
	for (int i = 0; m.options.levels && i < HOSTS; i++)
		assert_true(e->lead.depth <= lowest_of(&m.hosts[i]));
}

static void
random_add(void)
{
	int                host_n = (int)roll(HOSTS);
	struct model_host *h = &m.hosts[host_n];
	uint32_t           depth = (uint32_t)roll(DEPTHS);

	if (m.added == URLS)
		return;
	m.host_of[m.added] = host_n;
	h->unfinished[depth]++;
	add_found(url_of(host_n, m.added), depth, m.added);
	m.added++;
	m.queued++;
}

static struct model_page *
free_page(void)
{
	for (int i = 0; i < PAGES; i++)
		if (!m.pages[i].alive)
			return &m.pages[i];
	return NULL;
}

static void
page_want(struct model_page *p, int host_n)
{
	bool was = slot_granted(&p->slot);
	bool waited = p->slot.host != NULL && !was;

	want(&p->slot, url_of(host_n, 0), &m.pager);
	if (slot_granted(&p->slot)) {
		assert_int_equal(p->host, host_n);
		return;
	}
	m.hosts[host_n].waiting++;
	if (waited)
		m.hosts[p->host].waiting--;
	if (was)
		model_release(p);
	p->host = host_n;
}

static void
page_over(struct model_page *p)
{
	if (p->e != NULL)
		model_done(p->e);
	p->alive = false;
}

/* Pages that waited and do so no more: there has to be one. */
static void
take_turns(void)
{
	size_t n = 0;

	for (int i = 0; i < PAGES; i++) {
		struct model_page *p = &m.pages[i];
		struct model_host *h = &m.hosts[p->host];

		if (!p->alive ||
		    (!p->slot.refused &&
			(!slot_granted(&p->slot) || p->granted_ms >= 0)))
			continue;
		n++;
		h->waiting--;
		if (slot_granted(&p->slot)) {
			model_grant(p);
			continue;
		}
		slot_release(&p->slot);
		model_forget(h);
		page_over(p);
	}
	assert_int_equal(n, 1);
}

/* False if it is nobody's turn. */
static bool
random_next(bool only_pages)
{
	struct model_page *p = free_page();
	struct entry      *e = NULL;
	struct slot        slot;
	enum frontier_turn turn;
	bool               asleep;

	only_pages = only_pages || p == NULL;
	asleep = !list_linked(&admitter.ready) && now_ms < m.asleep_until &&
	         only_pages == m.asleep_pages;
	turn = frontier_next(fr, only_pages, &e, &slot);
	if (asleep)
		assert_int_equal(turn, FRONTIER_NOBODY);
	if (turn == FRONTIER_NOBODY) {
		int64_t delay = frontier_delay_ms(fr);

		m.asleep_until = delay >= 0 ? now_ms + delay : INT64_MAX;
		m.asleep_pages = only_pages;
		task_stop(&admitter);
		return false;
	}
	m.asleep_until = 0;
	if (turn == FRONTIER_PAGE) {
		take_turns();
		return true;
	}
	assert_false(only_pages);
	model_take(e);
	if (turn == FRONTIER_REFUSED) {
		model_done(e);
		return true;
	}
	check_turn(e);
	*p = (struct model_page){
	    .alive = true, .e = e, .host = m.host_of[e->lead.turn]};
	slot_move(&p->slot, &slot, &m.pager);
	model_grant(p);
	return true;
}

/* What a host says: one fails always, one is often busy. */
static void
random_report(struct model_page *p)
{
	struct model_host *h = &m.hosts[p->host];
	size_t             n = roll(1000);
	int64_t            retry = (int64_t)roll(5000) - 1000;

	if (p->host == 0 || n < 50) {
		slot_report(&p->slot, HOST_FAILED, -1);
	} else if (n < 80 || (p->host == 1 && n < 600)) {
		if (n < 52)
			retry = LIMIT_RETRY_AFTER_MS + 1;
		slot_report(&p->slot, HOST_BUSY, retry);
		if (retry < 0 || retry > LIMIT_RETRY_AFTER_MS)
			retry = 1000;
		if (h->pause < now_ms + retry)
			h->pause = now_ms + retry;
	} else {
		slot_report(&p->slot, HOST_ANSWERED, -1);
	}
}

/* The request of a granted slot begins, if its address has room. */
static void
random_begin(struct model_page *p)
{
	struct model_host *h = &m.hosts[p->host];
	int                a = p->host % ADDRESSES;
	char               name = 'A';

	slot_use(&p->slot);
	if (m.options.per_address > 0) {
		bool room;

		a = roll(20) == 0 ? (int)roll(ADDRESSES) : a;
		name = (char)(name + a);
		room = slot_address(&p->slot, str_n(&name, 1));
		h->address = a;
		/* Of a list, more may be remembered than the model knows. */
		if (m.options.crawling || room)
			assert_int_equal(
			    room, held_at(a) <= m.options.per_address);
		if (!room) {
			int host_n = p->host;

			slot_release(&p->slot);
			model_release(p);
			p->granted_ms = -1;
			page_want(p, host_n);
			return;
		}
	}
	now_ms += (int64_t)roll(3); /* it is connected */
	model_use(p);
}

/* Something happens to a page. */
static void
random_page(struct model_page *p)
{
	bool granted = slot_granted(&p->slot);

	if (!p->alive)
		return;
	if (granted && !p->slot.used && roll(8) > 0) {
		random_begin(p);
	} else if (roll(6) == 0) {
		page_want(p, (int)roll(HOSTS));
		p->granted_ms = slot_granted(&p->slot) ? p->granted_ms : -1;
	} else if (granted && (!p->slot.used || roll(3) > 0)) {
		if (p->slot.used)
			random_report(p);
		if (p->slot.used && roll(2) > 0)
			slot_release(&p->slot);
		else
			slot_release(&p->slot);
		model_release(p);
		page_over(p);
	} else if (!granted && roll(20) == 0) {
		slot_release(&p->slot);
		m.hosts[p->host].waiting--;
		model_forget(&m.hosts[p->host]);
		page_over(p);
	}
}

/* A page of no queue, as robots.txt is one. */
static void
random_service(void)
{
	struct model_page *p = free_page();

	if (p == NULL || !m.options.crawling)
		return;
	*p = (struct model_page){.alive = true, .granted_ms = -1};
	slot_init(&p->slot);
	page_want(p, (int)roll(HOSTS));
}

/* What is said of a host, which has to be remembered. */
static void
random_rule(void)
{
	int                host_n = (int)roll(HOSTS);
	struct model_host *h = &m.hosts[host_n];
	int64_t            delay = (int64_t)roll(700);

	if (!m.options.crawling)
		return;
	if (roll(10) > 0) {
		h->shut = !h->shut && roll(2) > 0;
		frontier_shut(host(url_of(host_n, 0)), h->shut);
		return;
	}
	frontier_slow(host(url_of(host_n, 0)), delay);
	h->delay = delay > h->delay ? delay : h->delay;
}

static void
random_step(void)
{
	switch (roll(16)) {
	case 0:
	case 1:
		random_add();
		break;
	case 2:
		if (roll(8) == 0)
			random_service();
		break;
	case 3:
		if (roll(4) == 0)
			random_rule();
		break;
	case 4:
		now_ms += (int64_t)roll(60);
		break;
	case 5:
	case 6:
	case 7:
		random_next(roll(5) == 0);
		break;
	default:
		random_page(&m.pages[roll(PAGES)]);
		break;
	}
	assert_int_equal(frontier_queued(fr), m.queued);
	assert_int_equal(frontier_has_slot(fr), m.held < m.options.concurrency);
}

/* All that is left: nobody waits for ever. */
static void
drain(void)
{
	for (int i = 0; m.options.crawling && i < HOSTS; i++) {
		m.hosts[i].shut = false;
		frontier_shut(host(url_of(i, 0)), false);
	}
	for (;;) {
		size_t alive = 0;
		bool   moved = false;

		while (random_next(false))
			moved = true;
		for (int i = 0; i < PAGES; i++) {
			struct model_page *p = &m.pages[i];

			alive += p->alive;
			if (!p->alive || !slot_granted(&p->slot))
				continue;
			slot_release(&p->slot);
			model_release(p);
			page_over(p);
			moved = true;
		}
		if (alive == 0 && m.queued == 0)
			return;
		if (moved)
			continue;
		assert_true(frontier_delay_ms(fr) > 0);
		now_ms += frontier_delay_ms(fr);
	}
}

static void
run_randomly(struct frontier_options o, uint64_t seed)
{
	memset(&m, 0, sizeof(m));
	m.random = seed;
	m.options = o;
	make_with(o);
	task_spawn(&m.pager, &sched, idle_run, NULL);
	for (int i = 0; i < HOSTS; i++) {
		m.hosts[i].address = -1;
		m.hosts[i].delay = o.delay_ms;
	}
	for (int i = 0; i < 60000; i++)
		random_step();
	drain();
	for (size_t i = 0; i < m.added; i++)
		assert_true(m.given_out[i]);
	assert_int_equal(m.held, 0);
	now_ms += 2 * LIMIT_RETRY_AFTER_MS;
	assert_false(random_next(false));
	assert_int_equal(frontier_delay_ms(fr), -1);
	assert_int_equal(frontier_hosts(fr), o.crawling ? HOSTS : 0);
	frontier_free(fr);
	fr = NULL;
	task_stop(&m.pager);
	task_stop(&admitter);
	sched_clear(&sched);
}

static void
test_anything_in_a_crawl(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		run_randomly((struct frontier_options){.concurrency = 12,
				 .per_host = 4,
				 .per_address = seed % 4,
				 .delay_ms = seed % 3 == 0 ? 100 : 0,
				 .crawling = true,
				 .levels = seed % 2 == 0},
		    seed);
}

static void
test_anything_in_a_list(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		run_randomly((struct frontier_options){.concurrency = 12,
				 .per_host = 4,
				 .per_address = seed % 4,
				 .delay_ms = seed % 3 == 0 ? 100 : 0},
		    seed);
}

/* ----------------------------------------------------------------------
 * What it costs, as frontier.h says it.
 */

/* Bytes that are allocated now; a sanitizer's own malloc says always the same.
 */
static size_t
allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void
test_cost_of_urls(void **state)
{
	const size_t n = 200000;
	size_t       text_bytes = 0, before, known, queued;

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 10, .per_host = 10, .crawling = true});
	before = allocated();
	for (size_t i = 0; i < n; i++) {
		struct url url = {0};
		char       text[64];

		snprintf(text, sizeof(text), "http://a/folder/page-%zu", i);
		assert_true(url_parse(&url, str_c(text), NULL));
		assert_true(frontier_learn(fr, &url));
		url_clear(&url);
	}
	known = allocated() - before;
	assert_true(known <= 22 * n + 4096);

	/* Each page leads to 50 of them. */
	before = allocated();
	for (size_t i = 0; i < n; i += 50) {
		struct source *source =
		    source_new(STR_LIT("http://a/folder/page-0"));

		for (size_t j = i; j < i + 50; j++) {
			struct url url = {0};
			char       text[64];

			snprintf(
			    text, sizeof(text), "http://a/folder/page-%zu", j);
			text_bytes += strlen(text);
			assert_true(url_parse(&url, str_c(text), NULL));
			frontier_add(fr, &url, str_c(text),
			    &(struct lead){.source = source, .depth = 1});
			url_clear(&url);
		}
		source_drop(source);
	}
	queued = allocated() - before;
	if (known > 0)
		print_message("a known URL takes %zu bytes, a queued one %zu "
			      "and its own\n",
		    known / n, (queued - text_bytes) / n);
	assert_true(known + queued <= 48 * n + text_bytes);
}

#define HOST_BYTES_QUEUED 460
#define HOST_BYTES        260
static void
test_cost_of_hosts(void **state)
{
	const size_t n = 100000;
	size_t       before, bytes, i = 0;
	struct slot  s;

	(void)state;
	make_with((struct frontier_options){
	    .concurrency = 10, .per_host = 10, .crawling = true});
	before = allocated();
	for (; i < n; i++)
		add_found(url_of(1000000 + (int)i, i), 1, 0);
	bytes = allocated() - before;
	print_message("a host with a URL takes %zu bytes, ", bytes / n);
	assert_true(bytes <= 500 * n);
	while (i-- > 0) {
		assert_string_not_equal(next(&s), "");
		slot_release(&s);
	}
	bytes = allocated() - before;
	print_message("and then %zu\n", bytes / n);
	assert_true(bytes <= 280 * n);
}

/* ----------------------------------------------------------------------
 * How often a decision looks at the clock, which it does for each host that
 * it moves: whatever the number of hosts.
 */

struct looks {
	size_t looks;
	size_t decisions;
};

/* Three URLs of each host, one after the other; slots[] is as large as n. */
static struct looks
looks_of_all(struct slot *slots, size_t n, const char *address)
{
	struct looks l = {.decisions = 0};
	size_t       held = 0, first = 0;
	const char  *text;

	for (size_t i = 0; i < 3 * n; i++)
		add_found(url_of(1000000 + (int)(i % n), i), 0, 0);
	looks = 0;
	while (frontier_queued(fr) > 0) {
		text = next(&slots[held % n]);
		l.decisions++;
		if (*text != '\0') {
			held++;
			if (address == NULL ||
			    slot_address(
				&slots[(held - 1) % n], str_c(address)))
				slot_use(&slots[(held - 1) % n]);
			continue;
		}
		for (; first < held; first++)
			slot_release(&slots[first % n]);
		if (frontier_delay_ms(fr) > 0)
			now_ms++;
	}
	for (; first < held; first++)
		slot_release(&slots[first % n]);
	l.looks = looks;
	return l;
}

static void
check_looks(struct frontier_options o, const char *address)
{
	struct looks l[2];

	for (int i = 0; i < 2; i++) {
		size_t       n = i == 0 ? 1000 : 100000;
		struct slot *slots = xcalloc(n, sizeof(*slots));

		o.crawling = true;
		make_with(o);
		l[i] = looks_of_all(slots, n, address);
		free(slots);
		frontier_free(fr);
		fr = NULL;
		sched_clear(&sched);
	}
	print_message("%zu.%02zu, %zu.%02zu looks at the clock\n",
	    l[0].looks / l[0].decisions,
	    l[0].looks * 100 / l[0].decisions % 100,
	    l[1].looks / l[1].decisions,
	    l[1].looks * 100 / l[1].decisions % 100);
	assert_true(l[0].looks <= 10 * l[0].decisions);
	/* A hundred times the hosts: the same, but for a tenth. */
	assert_true(10 * l[1].looks * l[0].decisions <=
		    11 * l[0].looks * l[1].decisions);
}

static void
test_decisions_with_delays(void **state)
{
	(void)state;
	check_looks(
	    (struct frontier_options){
		.concurrency = 1000, .per_host = 2, .delay_ms = 50},
	    NULL);
}

static void
test_decisions_of_one_address(void **state)
{
	(void)state;
	check_looks((struct frontier_options){.concurrency = 1000,
			.per_host = 2,
			.per_address = 10,
			.delay_ms = 2},
	    "A");
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
	    TEST(test_a_host_goes_level_by_level),
	    TEST(test_sitemaps_hold_up_a_host),
	    TEST(test_exact_levels),
	    TEST(test_exact_levels_of_sitemaps),
	    TEST(test_in_turn),
	    TEST(test_shut),
	    TEST(test_busy),
	    TEST(test_retry_after),
	    TEST(test_retry_after_of_a_list),
	    TEST(test_busy_is_no_failure_of_each),
	    TEST(test_failures_in_a_row),
	    TEST(test_a_host_is_given_up),
	    TEST(test_a_host_of_a_list_is_given_up),
	    TEST(test_news_wake_the_admitter),
	    TEST(test_slow),
	    TEST(test_a_slot_returns),
	    TEST(test_an_address),
	    TEST(test_a_chance_goes_on),
	    TEST(test_pages_of_an_address_go_first),
	    TEST(test_a_host_moves),
	    TEST(test_many_addresses),
	    TEST(test_anything_in_a_crawl),
	    TEST(test_anything_in_a_list),
	    TEST(test_cost_of_urls),
	    TEST(test_cost_of_hosts),
	    TEST(test_decisions_with_delays),
	    TEST(test_decisions_of_one_address),
	};

	return cmocka_run_group_tests_name("crawl/frontier", tests, NULL, NULL);
}
