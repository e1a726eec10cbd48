/*
 * config_print.c - --print-config: what is in force, as a config file.
 */
#include "config_int.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "acrawl/log.h"

/* Where the comments begin. */
#define COMMENT_COLUMN 40

struct unit {
	const char *name;
	int64_t     size;
};

/* In the largest unit of which it is a whole number. */
static void
add_scaled(struct buf *to, int64_t value, const struct unit *units)
{
	while (value == 0 || value % units->size != 0) {
		if (units->size == 1)
			break;
		units++;
	}
	buf_addf(to, "%lld%s", (long long)(value / units->size),
	    value == 0 ? "" : units->name);
}

static void
add_number(struct buf *to, const struct option_row *o, int64_t value)
{
	static const struct unit sizes[] = {
	    {"g", 1 << 30}, {"m", 1 << 20}, {"k", 1 << 10}, {"", 1}};
	static const struct unit times[] = {{"d", 86400000}, {"h", 3600000},
	    {"m", 60000}, {"s", 1000}, {"ms", 1}};

	if (o->type == TYPE_SIZE)
		add_scaled(to, value, sizes);
	else if (o->type == TYPE_TIME)
		add_scaled(to, value, times);
	else
		buf_addf(to, "%lld", (long long)value);
}

static void
add_word(struct buf *to, const char *words, unsigned number)
{
	while (number-- > 0)
		words = strchr(words, '|') + 1;
	buf_add(to, str_n(words, strcspn(words, "|")));
}

static void
add_joined(struct buf *to, const struct strings *s)
{
	for (size_t i = 0; i < s->n; i++)
		buf_addf(to, "%s%s", i > 0 ? "," : "", s->items[i]);
}

/* The value of an option that is no list.  False: it has none. */
static bool
add_value(
    struct buf *to, const struct config *config, const struct option_row *o)
{
	const void           *at = (const char *)config + o->offset;
	int64_t               number;
	const char           *string;
	const struct strings *strings;

	switch (o->type) {
	case TYPE_FLAG:
		buf_addf(to, "%s", *(const bool *)at ? "true" : "false");
		return true;
	case TYPE_SET:
		number = *(const int64_t *)at;
		buf_addf(to, "%s", number == o->low ? "true" : "false");
		return true;
	case TYPE_COUNT:
	case TYPE_NUMBER:
	case TYPE_SIZE:
	case TYPE_TIME:
		number = *(const int64_t *)at;
		add_number(to, o, number);
		return number >= o->low;
	case TYPE_WORD:
		add_word(to, o->argument, *(const unsigned *)at);
		return true;
	case TYPE_STRING:
	case TYPE_SITEMAP:
	case TYPE_STATUSES:
		string = *(const char *const *)at;
		buf_addf(to, "%s", string != NULL ? string : "");
		return string != NULL;
	case TYPE_SCHEMES:
		strings = at;
		add_joined(to, strings);
		return strings->n > 0;
	case TYPE_STRINGS:
	case TYPE_RESOLVE:
	case TYPE_REPORT:
	case TYPE_HELP:
	case TYPE_VERSION:
	case TYPE_COMPLETION:
		break;
	}
	return false;
}

/* Whether the header is one whose value nobody else should read. */
static bool
is_secret_name(struct str name)
{
	static const char *const words[] = {
	    "auth", "cookie", "token", "key", "secret", "passw", "session"};

	for (; name.n > 0; name.p++, name.n--)
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (str_starts_nocase(name, str_c(words[i])))
				return true;
	return false;
}

/*
 * Appends the value with *** for a password, a cookie and the like.  False if
 * there is none, and nothing is appended.
 */
static bool
add_masked(struct buf *to, const struct option_row *o, const char *value)
{
	size_t      name = strcspn(value, ":;");
	const char *slashes = strstr(value, "://");
	const char *host = slashes != NULL ? slashes + 3 : value;
	struct str  authority = {host, strcspn(host, "/?#\\")};
	size_t      n = authority.n;

	if (o->offset == offsetof(struct config, headers)) {
		if (!is_secret_name(str_n(value, name)))
			return false;
		buf_add_printable(to, str_n(value, name));
		buf_addf(to, ": ***");
		return true;
	}
	while (n > 0 && authority.p[n - 1] != '@')
		n--;
	if (n == 0 || o->argument == NULL || strstr(o->argument, "URL") == NULL)
		return false;
	buf_add_printable(to, str_n(value, (size_t)(host - value)));
	buf_addf(to, "***@");
	buf_add_printable(to, str_c(host + n));
	return true;
}

/* Whether a line of a file can have the value. */
static bool
is_plain(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (iscntrl((unsigned char)value.p[i]) && value.p[i] != '\t')
			return false;
	return str_trim(value).n == value.n;
}

/* So that no # begins a comment: see config_file.c. */
static void
add_escaped(struct buf *to, struct str value)
{
	bool blank = true;

	for (size_t i = 0; i < value.n; i++) {
		size_t k = i;

		while (blank && k < value.n && value.p[k] == '\\')
			k++;
		if (blank && k < value.n && value.p[k] == '#')
			buf_addc(to, '\\');
		blank = is_blank(value.p[i]);
		buf_addc(to, value.p[i]);
	}
}

/* Where a value comes from; of a list, its item. */
static void
add_source(struct buf *to, const struct givens *given, const struct given *g)
{
	if (g->line == 0) {
		buf_addf(to, "command line");
		return;
	}
	buf_add_printable(to, str_c(given->file));
	buf_addf(to, ":%zu", g->line);
}

static void
print_line(struct buf *line, struct buf *source)
{
	printf("%-*s # %s\n", COMMENT_COLUMN, buf_cstr(line), buf_cstr(source));
	buf_reset(line);
	buf_reset(source);
}

/* A value as a line or, if it may not be told or can't be, as a comment. */
static void
print_value(const struct option_row *o, const char *value, struct buf *source)
{
	struct buf line, masked;

	buf_init(&line, 0);
	buf_init(&masked, 0);
	if (add_masked(&masked, o, value)) {
		buf_addf(&line, "# %s = %s", o->name, buf_cstr(&masked));
		buf_addf(source, ", not shown");
	} else if (!is_plain(str_c(value))) {
		buf_addf(&line, "# %s = ", o->name);
		buf_add_printable(&line, str_c(value));
		buf_addf(source, ", not possible in a file");
	} else {
		buf_addf(&line, "%s = ", o->name);
		add_escaped(&line, str_c(value));
	}
	print_line(&line, source);
	buf_clear(&line);
	buf_clear(&masked);
}

static void
print_unset(const struct option_row *o, struct buf *source)
{
	struct buf line;

	buf_init(&line, 0);
	buf_addf(&line, "# %s =", o->name);
	print_line(&line, source);
	buf_clear(&line);
}

/* The items of a list stand in the order in which they were given. */
static void
print_list(const struct strings *s, const struct givens *given,
    const struct option_row *o, struct buf *source)
{
	const struct given *g = given->items;

	for (size_t i = 0; i < s->n; i++, g++) {
		while (g->row != o)
			g++;
		add_source(source, given, g);
		print_value(o, s->items[i], source);
	}
}

/* Why an option that is no list, or an empty one, has its value. */
static void
add_reason(struct buf *to, const struct config *config,
    const struct givens *given, const struct option_row *o)
{
	const struct given *last = givens_last(given, o);
	struct config       defaults;

	config_defaults(&defaults);
	defaults.links = LINKS_A;
	if (last != NULL && (last->line == 0 || config_is_of_use(config, o))) {
		add_source(to, given, last);
	} else if (last != NULL) {
		buf_addf(to, "default; not in force: ");
		add_source(to, given, last);
	} else if (config_same(config, &defaults, o)) {
		buf_addf(to, "default");
	} else {
		buf_addf(to, "follows from other options");
	}
}

static void
print_option(const struct config *config, const struct givens *given,
    const struct option_row *o)
{
	const void *at = (const char *)config + o->offset;
	struct buf  value, source;

	buf_init(&value, 0);
	buf_init(&source, 0);
	if (config_is_list(o) && ((const struct strings *)at)->n > 0) {
		print_list(at, given, o, &source);
	} else {
		add_reason(&source, config, given, o);
		if (add_value(&value, config, o))
			print_value(o, buf_cstr(&value), &source);
		else
			print_unset(o, &source);
	}
	buf_clear(&value);
	buf_clear(&source);
}

bool
config_print(const struct config *config, const struct givens *given)
{
	size_t                   n;
	const struct option_row *rows = config_rows(&n);

	printf("# Files are meant from the working directory.\n");
	for (const struct option_row *o = rows; o < rows + n; o++) {
		if (o->group != NULL)
			printf("\n# %s\n", o->group);
		if ((o->flags & NOT_IN_FILE) == 0)
			print_option(config, given, o);
	}
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return true;
	log_plain("cannot write to standard output");
	return false;
}
