/*
 * check_report.c - the formats of a link check's report, by name, and what
 * they share.
 */
#include "check_report_int.h"

#include <stdio.h>

/* Characters of a link's text that are shown to people. */
#define TEXT_SHOWN 100

#define REPLACEMENT STR_LIT("\xEF\xBF\xBD") /* U+FFFD */

static const struct {
	const char      *name;
	check_format_fn *format;
} kinds[CHECK_REPORT_COUNT] = {
    [CHECK_REPORT_TEXT] = {"text", check_text},
    [CHECK_REPORT_TSV] = {"tsv", check_tsv},
    [CHECK_REPORT_JSONL] = {"jsonl", check_jsonl},
    [CHECK_REPORT_JUNIT] = {"junit", check_junit},
    [CHECK_REPORT_SARIF] = {"sarif", check_sarif},
    [CHECK_REPORT_GITHUB] = {"github", check_github},
    [CHECK_REPORT_MARKDOWN] = {"markdown", check_markdown},
};

static const char *const verdicts[VERDICT_COUNT] = {
    [VERDICT_OK] = "ok",
    [VERDICT_REDIRECTED] = "redirected",
    [VERDICT_BROKEN] = "broken",
    [VERDICT_BLOCKED] = "blocked",
    [VERDICT_SKIPPED] = "skipped",
    [VERDICT_INVALID] = "invalid",
};

const char *
verdict_name(enum verdict v)
{
	return verdicts[v];
}

bool
check_report_kind(struct str name, enum check_report *kind)
{
	for (int i = 0; i < CHECK_REPORT_COUNT; i++) {
		if (str_eq(name, str_c(kinds[i].name))) {
			*kind = (enum check_report)i;
			return true;
		}
	}
	return false;
}

void
check_report(enum check_report kind, const struct findings *f, bool colour,
    struct buf *out)
{
	kinds[kind].format(f, colour, out);
}

enum check_rank
check_rank(const struct finding *f)
{
	if (f->known)
		return CHECK_KNOWN;
	if (f->fails)
		return CHECK_FAILS;
	return f->verdict == VERDICT_REDIRECTED ? CHECK_MOVED : CHECK_WARNS;
}

const struct finding *
check_next(const struct findings *f, struct check_walk *w)
{
	for (; w->rank < CHECK_RANKS; w->rank++, w->i = 0) {
		while (w->i < f->n) {
			const struct finding *item = &f->items[w->i++];

			if (check_rank(item) == w->rank)
				return item;
		}
	}
	return NULL;
}

void
check_add_count(struct buf *out, uint64_t n, const char *what)
{
	char digits[24];
	int  count =
	    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			buf_addc(out, ',');
		buf_addc(out, digits[i]);
	}
	buf_addf(out, " %s%s", what, n == 1 ? "" : "s");
}

void
check_add_position(struct buf *out, const struct place *p)
{
	if (p->line > 0)
		buf_addf(out, ":%u", (unsigned)p->line);
	if (p->line > 0 && p->column > 0)
		buf_addf(out, ":%u", (unsigned)p->column);
}

void
check_add_summary(struct buf *out, const struct findings *f)
{
	static const enum verdict order[] = {VERDICT_BROKEN, VERDICT_INVALID,
	    VERDICT_BLOCKED, VERDICT_REDIRECTED, VERDICT_OK, VERDICT_SKIPPED};
	const char               *between = "";

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		enum verdict v = order[i];

		/* That nothing is broken is news too. */
		if (f->counts[v] == 0 && v != VERDICT_BROKEN && v != VERDICT_OK)
			continue;
		buf_addf(out, "%s%llu %s", between,
		    (unsigned long long)f->counts[v], verdicts[v]);
		between = ", ";
	}
	buf_add(out, STR_LIT("; "));
	check_add_count(out, f->links, "link");
	buf_add(out, STR_LIT(" on "));
	check_add_count(out, f->pages, "page");
	if (f->known > 0)
		buf_addf(out, "; %llu known", (unsigned long long)f->known);
	if (f->untested > 0)
		buf_addf(
		    out, "; %llu untested", (unsigned long long)f->untested);
	if (f->partial > 0) {
		buf_add(out, STR_LIT("; "));
		check_add_count(out, f->partial, "page");
		buf_add(out, STR_LIT(" not read whole"));
	}
	if (f->incomplete != NULL) {
		buf_add(out, STR_LIT("; incomplete: "));
		check_add_visible(out, str_c(f->incomplete));
	}
}

void
check_add_utf8(struct buf *out, struct str s)
{
	while (s.n > 0) {
		uint32_t c;
		size_t   n = utf8_get(s, &c);

		buf_add(out, n > 0 ? str_n(s.p, n) : REPLACEMENT);
		s = str_n(s.p + (n > 0 ? n : 1), s.n - (n > 0 ? n : 1));
	}
}

/*
 * Control characters, and those of Unicode that end lines, embed or isolate a
 * direction of writing, or stand for nothing (UAX 9, section 2).
 */
static bool
is_obeyed(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C ||
	       (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* Appends the first character of s; how many bytes it has there. */
static size_t
add_visible(struct buf *out, struct str s)
{
	uint32_t c;
	size_t   n = utf8_get(s, &c);

	if (n == 0 || is_obeyed(c))
		buf_add(out, REPLACEMENT);
	else
		buf_add(out, str_n(s.p, n));
	return n > 0 ? n : 1;
}

void
check_add_visible(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n;)
		i += add_visible(out, str_n(s.p + i, s.n - i));
}

void
check_add_link_text(struct buf *out, struct str text)
{
	size_t i = 0;

	text = str_trim(text);
	if (text.n == 0)
		return;
	buf_add(out, STR_LIT(" \""));
	for (size_t shown = 0; i < text.n && shown < TEXT_SHOWN; shown++) {
		if (!is_blank(text.p[i])) {
			i += add_visible(out, str_n(text.p + i, text.n - i));
			continue;
		}
		while (is_blank(text.p[i]))
			i++;
		buf_addc(out, ' ');
	}
	buf_add(out, i < text.n ? STR_LIT("...\"") : STR_LIT("\""));
}

void
check_add_message(struct buf *out, const struct finding *f, struct str text)
{
	buf_addf(out, "%s%s link", f->known ? "known " : "",
	    verdict_name(f->verdict));
	check_add_link_text(out, text);
	buf_add(out, STR_LIT(" to "));
	check_add_visible(out, f->target);
	if (f->to.n > 0) {
		buf_add(out, STR_LIT(" -> "));
		check_add_visible(out, f->to);
	}
	buf_add(out, STR_LIT(": "));
	check_add_visible(out, f->why);
}
