/*
 * check_junit.c - a link check's report as JUnit's XML, the form that Ant
 * began, and Jenkins, GitLab and others read (tests/schemas/junit.xsd).
 *
 * Each finding is a test case of one suite: failed if it fails the run,
 * skipped if it does not.  Test cases that passed would be all the links of a
 * site; how many there are is a property.  A run that ended early is an error,
 * since it has not seen all.
 */
#include "acrawl/xml_out.h"
#include "check_report_int.h"

static void
add_number(struct xml_out *x, const char *name, uint64_t n)
{
	struct buf s = {0};

	buf_addf(&s, "%llu", (unsigned long long)n);
	xml_out_attr(x, name, buf_str(&s));
	buf_clear(&s);
}

static void
add_property(struct xml_out *x, const char *name, uint64_t n)
{
	xml_out_start(x, "property");
	xml_out_attr(x, "name", str_c(name));
	add_number(x, "value", n);
	xml_out_end(x);
}

static void
add_properties(struct xml_out *x, const struct findings *f)
{
	xml_out_start(x, "properties");
	for (int v = 0; v < VERDICT_COUNT; v++)
		add_property(x, verdict_name((enum verdict)v), f->counts[v]);
	add_property(x, "known", f->known);
	add_property(x, "links", f->links);
	add_property(x, "pages", f->pages);
	xml_out_end(x);
}

static void
start_case(struct xml_out *x, struct str name, const char *class)
{
	xml_out_start(x, "testcase");
	xml_out_attr(x, "name", name);
	xml_out_attr(x, "classname", str_c(class));
}

/* Why, where redirects led, and a place on each line. */
static void
add_details(struct xml_out *x, const struct finding *f)
{
	struct buf text = {0};

	buf_addc(&text, '\n');
	check_add_message(&text, f, STR_LIT(""));
	buf_addc(&text, '\n');
	for (size_t i = 0; i < f->places_n; i++) {
		check_add_visible(&text, f->places[i].page);
		check_add_position(&text, &f->places[i]);
		check_add_link_text(&text, f->places[i].text);
		buf_addc(&text, '\n');
	}
	if (f->unlisted > 0) {
		buf_add(&text, STR_LIT("and "));
		check_add_count(&text, f->unlisted, "more place");
		buf_addc(&text, '\n');
	}
	xml_out_text(x, buf_str(&text));
	buf_clear(&text);
}

static void
add_case(struct xml_out *x, const struct finding *f)
{
	struct buf message = {0};

	if (f->known)
		buf_add(&message, STR_LIT("known: "));
	buf_add(&message, f->why);
	start_case(x, f->target, verdict_name(f->verdict));
	xml_out_start(x, f->fails ? "failure" : "skipped");
	if (f->fails)
		xml_out_attr(x, "type", f->code);
	xml_out_attr(x, "message", buf_str(&message));
	add_details(x, f);
	xml_out_end(x);
	xml_out_end(x);
	buf_clear(&message);
}

/* What stands for the run as a whole: where it ended early, or found nothing,
 * as a suite without test cases is an error to many. */
static void
add_run(struct xml_out *x, const struct findings *f)
{
	start_case(x, STR_LIT("links"), "acrawl");
	if (f->incomplete != NULL) {
		xml_out_start(x, "error");
		xml_out_attr(x, "type", STR_LIT("incomplete"));
		xml_out_attr(x, "message", str_c(f->incomplete));
		xml_out_end(x);
	}
	xml_out_end(x);
}

void
check_junit(const struct findings *f, bool colour, struct buf *out)
{
	struct xml_out *x = xml_out_new(out);
	bool            run = f->n == 0 || f->incomplete != NULL;
	size_t          failed = 0;

	(void)colour;
	for (size_t i = 0; i < f->n; i++)
		failed += f->items[i].fails;
	xml_out_start(x, "testsuite");
	xml_out_attr(x, "name", STR_LIT("acrawl"));
	add_number(x, "tests", f->n + run);
	add_number(x, "failures", failed);
	add_number(x, "errors", f->incomplete != NULL);
	add_number(x, "skipped", f->n - failed);
	add_properties(x, f);
	for (size_t i = 0; i < f->n; i++)
		add_case(x, &f->items[i]);
	if (run)
		add_run(x, f);
	xml_out_free(x);
}
