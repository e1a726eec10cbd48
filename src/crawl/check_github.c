/*
 * check_github.c - a link check's report as workflow commands of GitHub, which
 * makes annotations of them: one for each place, failing ones first, since
 * only the first ten of a step and level are shown.
 *
 *	::error file=PATH,line=N,col=N,title=TEXT::MESSAGE
 *
 * In all of it % CR LF are percent-encoded, in properties also : and , as the
 * runner undoes just these.  A page that is no file is named in the message.
 */
#include "check_report_int.h"

static const char *const levels[CHECK_RANKS] = {
    [CHECK_FAILS] = "error",
    [CHECK_WARNS] = "warning",
    [CHECK_MOVED] = "notice",
    [CHECK_KNOWN] = "notice",
};

/*
 * Appends s, in UTF-8 and with what a terminal might obey replaced; with those
 * bytes percent-encoded that are in the list or end a line.
 */
static void
add_escaped(struct buf *out, struct str s, const char *list)
{
	struct buf clean = {0};

	check_add_visible(&clean, s);
	for (size_t i = 0; i < clean.n; i++) {
		char c = clean.p[i];

		if (c == '\r' || c == '\n' || c == '%' ||
		    (c != '\0' && strchr(list, c) != NULL))
			buf_addf(out, "%%%02X", (unsigned)c);
		else
			buf_addc(out, c);
	}
	buf_clear(&clean);
}

static void
add_property(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, "%s=", name);
	add_escaped(out, value, ":,");
}

static void
add_location(struct buf *out, const struct place *p)
{
	add_property(out, "file", p->page);
	if (p->line > 0)
		buf_addf(out, ",line=%u", (unsigned)p->line);
	if (p->line > 0 && p->column > 0)
		buf_addf(out, ",col=%u", (unsigned)p->column);
	buf_addc(out, ',');
}

static void
add_annotation(struct buf *out, const struct finding *f, const struct place *p)
{
	struct buf text = {0};

	buf_addf(out, "::%s ", levels[check_rank(f)]);
	if (p->is_file)
		add_location(out, p);
	buf_addf(&text, "%s%s link (", f->known ? "known " : "",
	    verdict_name(f->verdict));
	buf_add(&text, f->code);
	buf_addc(&text, ')');
	add_property(out, "title", buf_str(&text));
	buf_add(out, STR_LIT("::"));
	buf_reset(&text);
	if (!p->is_file) {
		check_add_visible(&text, p->page);
		check_add_position(&text, p);
		buf_add(&text, STR_LIT(": "));
	}
	check_add_message(&text, f, p->text);
	add_escaped(out, buf_str(&text), "");
	buf_addc(out, '\n');
	buf_clear(&text);
}

void
check_github(const struct findings *f, bool colour, struct buf *out)
{
	struct check_walk     w = {0};
	const struct finding *item;

	(void)colour;
	while ((item = check_next(f, &w)) != NULL)
		for (size_t i = 0; i < item->places_n; i++)
			add_annotation(out, item, &item->places[i]);
}
