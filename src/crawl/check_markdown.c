/*
 * check_markdown.c - a link check's report in GitHub's Markdown, for a job
 * summary: a paragraph for each finding, its places as a list below it, behind
 * a fold if there are many.
 *
 * What comes from outside is escaped by backslashes (CommonMark 0.30, section
 * 2.4), or stands in a link's destination in angle brackets (6.3), where only
 * those, backslashes and ampersands mean anything.  Only of an e-mail address
 * GitHub makes a link even so.
 */
#include "check_report_int.h"

/* GitHub refuses a summary of more than 1 MiB. */
#define REPORT_BYTES ((size_t)900 * 1000)

/* What is written behind the last place, at most. */
#define END_BYTES 1024

/* Places that are listed without a fold. */
#define PLACES_OPEN 10

/* What has not found room. */
struct left_out {
	uint64_t findings;
	uint64_t places;
};

/*
 * All punctuation of ASCII, but for that which means nothing within a line.
 * A full stop and a colon make links of names and addresses.
 */
static bool
is_mark(char c)
{
	return c != '\0' && strchr("!#$&()*+-.:;<>@[\\]^_`{|}~", c) != NULL;
}

static void
add_text(struct buf *out, struct str s)
{
	struct buf clean = {0};

	check_add_visible(&clean, s);
	for (size_t i = 0; i < clean.n; i++) {
		if (is_mark(clean.p[i]))
			buf_addc(out, '\\');
		buf_addc(out, clean.p[i]);
	}
	buf_clear(&clean);
}

/* A URL as a link, shown with what is behind it; what is none as text. */
static void
add_link(struct buf *out, struct str url, const struct place *position)
{
	struct buf label = {0};
	bool       is_link = str_starts_nocase(url, STR_LIT("http://")) ||
	               str_starts_nocase(url, STR_LIT("https://"));

	buf_add(&label, url);
	if (position != NULL)
		check_add_position(&label, position);
	buf_add(out, is_link ? STR_LIT("[") : STR_LIT(""));
	add_text(out, buf_str(&label));
	buf_clear(&label);
	if (!is_link)
		return;
	buf_add(out, STR_LIT("](<"));
	check_add_visible(&label, url);
	for (size_t i = 0; i < label.n; i++) {
		if (strchr("<>\\&", label.p[i]) != NULL)
			buf_addc(out, '\\');
		buf_addc(out, label.p[i]);
	}
	buf_add(out, STR_LIT(">)"));
	buf_clear(&label);
}

/* "**broken** http_404 [TARGET](<TARGET>): why" */
static void
add_head(struct buf *out, const struct finding *f)
{
	buf_addf(out, "\n%s**%s** ", f->known ? "known " : "",
	    verdict_name(f->verdict));
	add_text(out, f->code);
	buf_addc(out, ' ');
	add_link(out, f->target, NULL);
	if (f->to.n > 0) {
		buf_add(out, STR_LIT(" \xE2\x86\x92 ")); /* an arrow */
		add_link(out, f->to, NULL);
	}
	buf_add(out, STR_LIT(": "));
	add_text(out, f->why);
	buf_add(out, STR_LIT("\n\n"));
}

static void
add_place(struct buf *out, const struct place *p)
{
	struct buf text = {0};

	buf_add(out, STR_LIT("- "));
	if (p->is_file) {
		buf_add(&text, p->page);
		check_add_position(&text, p);
		add_text(out, buf_str(&text));
		buf_reset(&text);
	} else {
		add_link(out, p->page, p);
	}
	check_add_link_text(&text, p->text);
	add_text(out, buf_str(&text));
	buf_addc(out, '\n');
	buf_clear(&text);
}

/* Whether there is room; else out is again what it was. */
static bool
keep(struct buf *out, size_t begin, size_t before)
{
	if (out->n - begin + END_BYTES <= REPORT_BYTES)
		return true;
	out->n = before;
	return false;
}

/* How many places found room. */
static size_t
add_places(struct buf *out, size_t begin, const struct finding *f)
{
	bool   fold = f->places_n > PLACES_OPEN;
	size_t i = 0;

	if (fold) {
		buf_add(out, STR_LIT("<details><summary>"));
		check_add_count(out, check_places(f), "place");
		buf_add(out, STR_LIT("</summary>\n\n"));
	}
	for (; i < f->places_n; i++) {
		size_t before = out->n;

		add_place(out, &f->places[i]);
		if (!keep(out, begin, before))
			break;
	}
	if (check_places(f) > i) {
		buf_add(out, STR_LIT("- and "));
		check_add_count(out, check_places(f) - i, "more place");
		buf_addc(out, '\n');
	}
	if (fold)
		buf_add(out, STR_LIT("\n</details>\n"));
	return i;
}

static void
add_finding(struct buf *out, size_t begin, const struct finding *f,
    struct left_out *left)
{
	size_t before = out->n;

	if (left->findings == 0 && left->places == 0) {
		add_head(out, f);
		if (keep(out, begin, before)) {
			left->places += f->places_n - add_places(out, begin, f);
			return;
		}
	}
	left->findings++;
	left->places += f->places_n;
}

/* Entries of the baseline that are of no use any more. */
static void
add_targets(struct buf *out, size_t begin, const char *what,
    const struct str *targets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t before = out->n;

		buf_addf(out, "\n%s, can go from the baseline: ", what);
		add_link(out, targets[i], NULL);
		buf_addc(out, '\n');
		if (!keep(out, begin, before))
			break;
	}
}

static void
add_headline(struct buf *out, const struct findings *f)
{
	struct buf summary = {0};

	check_add_summary(&summary, f);
	buf_add(out, STR_LIT("## Links: "));
	add_text(out, buf_str(&summary));
	buf_addc(out, '\n');
	buf_clear(&summary);
}

void
check_markdown(const struct findings *f, bool colour, struct buf *out)
{
	struct check_walk     w = {0};
	struct left_out       left = {0};
	const struct finding *item;
	size_t                begin = out->n;

	(void)colour;
	add_headline(out, f);
	while ((item = check_next(f, &w)) != NULL)
		add_finding(out, begin, item, &left);
	add_targets(out, begin, "works again", f->again, f->again_n);
	add_targets(out, begin, "no longer linked", f->gone, f->gone_n);
	if (left.places > 0) {
		buf_add(out, STR_LIT("\n**Left out, as a summary may not be "
				     "longer:** "));
		check_add_count(out, left.findings, "finding");
		buf_add(out, STR_LIT(" and "));
		check_add_count(out, left.places, "place");
		buf_addc(out, '\n');
	}
}
