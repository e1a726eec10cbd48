/*
 * check_tsv.c - a link check's report as a table, a row for each place, and as
 * lines of JSON, an object for each finding.
 */
#include "check_report_int.h"

static void
add_column(struct buf *out, struct str s)
{
	buf_add_printable(out, s);
	buf_addc(out, '\t');
}

/* Empty if it is not known. */
static void
add_number_column(struct buf *out, uint32_t n)
{
	if (n > 0)
		buf_addf(out, "%u", (unsigned)n);
	buf_addc(out, '\t');
}

static void
add_row(struct buf *out, const struct finding *f, const struct place *p)
{
	add_column(out, str_c(verdict_name(f->verdict)));
	add_column(out, f->code);
	add_column(out, f->target);
	add_column(out, f->to);
	add_column(out, str_c(f->known ? "true" : "false"));
	add_column(out, p->page);
	add_number_column(out, p->line);
	add_number_column(out, p->column);
	buf_add_printable(out, p->text);
	buf_addc(out, '\n');
}

void
check_tsv(const struct findings *f, bool colour, struct buf *out)
{
	(void)colour;
	buf_add(out,
	    STR_LIT("verdict\tcode\ttarget\tto\tknown\tpage\tline\tcolumn\t"
		    "text\n"));
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->items[i].places_n; k++)
			add_row(out, &f->items[i], &f->items[i].places[k]);
}

/* Members of an object, after its first. */
static void
add_string(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, ",\"%s\":", name);
	buf_add_json(out, value);
}

static void
add_bool(struct buf *out, const char *name, bool value)
{
	buf_addf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void
add_number(struct buf *out, const char *name, uint32_t value)
{
	if (value > 0)
		buf_addf(out, ",\"%s\":%u", name, (unsigned)value);
	else
		buf_addf(out, ",\"%s\":null", name);
}

static void
add_place(struct buf *out, const struct place *p)
{
	buf_add(out, STR_LIT("{\"page\":"));
	buf_add_json(out, p->page);
	add_bool(out, "file", p->is_file);
	add_number(out, "line", p->line);
	add_number(out, "column", p->column);
	add_string(out, "text", p->text);
	buf_addc(out, '}');
}

static void
add_object(struct buf *out, const struct finding *f)
{
	buf_add(out, STR_LIT("{\"verdict\":"));
	buf_add_json(out, str_c(verdict_name(f->verdict)));
	add_string(out, "code", f->code);
	add_string(out, "target", f->target);
	if (f->to.n > 0)
		add_string(out, "to", f->to);
	else
		buf_add(out, STR_LIT(",\"to\":null"));
	add_string(out, "why", f->why);
	add_bool(out, "known", f->known);
	add_bool(out, "fails", f->fails);
	buf_add(out, STR_LIT(",\"places\":["));
	for (size_t i = 0; i < f->places_n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		add_place(out, &f->places[i]);
	}
	buf_add(out, STR_LIT("]}\n"));
}

void
check_jsonl(const struct findings *f, bool colour, struct buf *out)
{
	(void)colour;
	for (size_t i = 0; i < f->n; i++)
		add_object(out, &f->items[i]);
}
