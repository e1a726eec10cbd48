/*
 * check_text.c - a link check's report for people.
 *
 * A paragraph for each finding: what, where to and why on one line, and below
 * it the places, in the form file:line:column: that editors know.  Printable
 * ASCII, but for colours.
 */
#include "check_report_int.h"

/* Places of one finding; the other formats have them all. */
#define PLACES_SHOWN 20

/* Columns of a link's text. */
#define TEXT_COLUMNS 60

#define RESET "\033[0m"

static const char *
colour_of(const struct finding *f)
{
	if (f->known)
		return "\033[2m";
	switch (f->verdict) {
	case VERDICT_BROKEN:
	case VERDICT_INVALID:
		return "\033[31m";
	case VERDICT_BLOCKED:
		return "\033[33m";
	case VERDICT_REDIRECTED:
		return "\033[36m";
	case VERDICT_OK:
	case VERDICT_SKIPPED:
	case VERDICT_COUNT:
		break;
	}
	return "";
}

/* "broken http_404  TARGET -> TO  (why)".  Of what is known all is dim. */
static void
add_head(struct buf *out, const struct finding *f, bool colour)
{
	if (colour)
		buf_add(out, str_c(colour_of(f)));
	buf_addf(
	    out, "%s%s ", f->known ? "known " : "", verdict_name(f->verdict));
	buf_add_printable(out, f->code);
	if (colour && !f->known)
		buf_add(out, STR_LIT(RESET));
	buf_add(out, STR_LIT("  "));
	buf_add_printable(out, f->target);
	if (f->to.n > 0) {
		buf_add(out, STR_LIT(" -> "));
		buf_add_printable(out, f->to);
	}
	buf_add(out, STR_LIT("  ("));
	buf_add_printable(out, f->why);
	buf_addc(out, ')');
	if (colour && f->known)
		buf_add(out, STR_LIT(RESET));
	buf_addc(out, '\n');
}

/* How much of s, whole characters, has its place in max columns. */
static struct str
fitting(struct str s, size_t max)
{
	size_t n = 0;

	for (size_t columns = 0; n < s.n; n++) {
		columns += s.p[n] >= 0x20 && s.p[n] < 0x7F ? 1 : 3;
		if (columns > max)
			break;
	}
	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return str_n(s.p, n);
}

/* Word by word, as a document's line breaks mean nothing. */
static void
add_text(struct buf *out, struct str text)
{
	size_t     room = TEXT_COLUMNS;
	struct str word = str_next_word(&text);

	if (word.n == 0)
		return;
	buf_add(out, STR_LIT("  \""));
	while (word.n > 0) {
		struct str shown = fitting(word, room);
		size_t     from = out->n;

		buf_add_printable(out, shown);
		room -= out->n - from;
		if (shown.n < word.n) {
			buf_add(out, STR_LIT("..."));
			break;
		}
		word = str_next_word(&text);
		if (word.n > 0 && room > 0) {
			buf_addc(out, ' ');
			room--;
		}
	}
	buf_addc(out, '"');
}

static void
add_places(struct buf *out, const struct finding *f)
{
	size_t n = f->places_n < PLACES_SHOWN ? f->places_n : PLACES_SHOWN;

	for (size_t i = 0; i < n; i++) {
		buf_add(out, STR_LIT("  "));
		buf_add_printable(out, f->places[i].page);
		check_add_position(out, &f->places[i]);
		add_text(out, f->places[i].text);
		buf_addc(out, '\n');
	}
	if (check_places(f) > n) {
		buf_add(out, STR_LIT("  and "));
		check_add_count(out, check_places(f) - n, "more place");
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
}

static void
add_targets(
    struct buf *out, const char *what, const struct str *targets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%s, can go from the baseline: ", what);
		buf_add_printable(out, targets[i]);
		buf_addc(out, '\n');
	}
	if (n > 0)
		buf_addc(out, '\n');
}

void
check_text(const struct findings *f, bool colour, struct buf *out)
{
	struct check_walk     w = {0};
	const struct finding *item;

	while ((item = check_next(f, &w)) != NULL) {
		add_head(out, item, colour);
		add_places(out, item);
	}
	add_targets(out, "works again", f->again, f->again_n);
	add_targets(out, "no longer linked", f->gone, f->gone_n);
	buf_add(out, STR_LIT("acrawl: "));
	check_add_summary(out, f);
	buf_addc(out, '\n');
}
