/*
 * config_help.c - --help, made from the option table.
 */
#include "config_int.h"

#include <stdio.h>
#include <string.h>

/* Of the names in --help. */
#define NAMES_WIDTH 28

/* An option's names: "-o, --output FILE". */
static void
add_names(struct buf *to, const struct option_row *o)
{
	buf_addf(to, "%c%c%c --%s%s%s", o->letter != 0 ? '-' : ' ',
	    o->letter != 0 ? o->letter : ' ', o->letter != 0 ? ',' : ' ',
	    o->name, o->argument != NULL ? " " : "",
	    o->argument != NULL ? o->argument : "");
}

static void
print_option(const struct option_row *o)
{
	struct buf names;

	buf_init(&names, 0);
	add_names(&names, o);
	if (names.n > NAMES_WIDTH)
		printf("  %s\n  %-*s %s\n", buf_cstr(&names), NAMES_WIDTH, "",
		    o->help);
	else
		printf("  %-*s %s\n", NAMES_WIDTH, buf_cstr(&names), o->help);
	buf_clear(&names);
}

/* The rare options of the group from first to end, by their names. */
static void
print_rare(const struct option_row *first, const struct option_row *end)
{
	bool shown = false;
	int  column = 0;

	for (const struct option_row *o = first; o < end; o++) {
		int width = (int)strlen(o->name) + 3;

		if ((o->flags & RARE) == 0) {
			shown = true;
			continue;
		}
		if (column > 0 && column + width > 79) {
			printf("\n");
			column = 0;
		}
		if (column == 0)
			column = printf(shown ? "  and" : " ");
		column += printf(" --%s", o->name);
	}
	if (column > 0)
		printf("\n");
}

static void
print_group(
    const struct option_row *first, const struct option_row *end, bool all)
{
	printf("%s:\n", first->group);
	for (const struct option_row *o = first; o < end; o++)
		if (all || (o->flags & RARE) == 0)
			print_option(o);
	if (!all)
		print_rare(first, end);
}

void
config_print_help(bool all)
{
	size_t                   n;
	const struct option_row *first = config_rows(&n);
	const struct option_row *end = first + n;

	printf("Usage: acrawl [OPTION]... INPUT...\n"
	       "Fetches pages at the same time and lists, follows or tests "
	       "their links.\n"
	       "INPUT: a file of URLs, an http(s) URL, - for stdin, a "
	       "directory (--base-url).\n");
	while (first < end) {
		const struct option_row *next = first + 1;

		while (next < end && next->group == NULL)
			next++;
		print_group(first, next, all);
		first = next;
	}
	printf("Sizes take k, m, g; times ms, s, m, h, d. Exit status: 0 all "
	       "well, 1 usage,\n"
	       "2 pages or links failed, 3 incomplete. More: %sman acrawl\n",
	    all ? "" : "acrawl --help all, ");
}
