/*
 * config_value.c - the values of options: numbers, sizes, times, words, lists.
 */
#include "config_int.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "acrawl/url.h"

/* The number in text and its unit behind it; false if there is none. */
static bool
number_and_unit(const char *text, double *number, const char **unit)
{
	char *end;

	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return false;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return false;
	errno = 0;
	*number = strtod(text, &end);
	*unit = end;
	return errno == 0 && end != text;
}

struct unit {
	const char *name;
	double      factor;
};

static bool
scaled(const char *text, const struct unit *units, size_t n, int64_t *value)
{
	const char *unit;
	double      number;

	if (!number_and_unit(text, &number, &unit))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcasecmp(unit, units[i].name) != 0)
			continue;
		number = number * units[i].factor + 0.5;
		if (!(number <= 9007199254740992.0))
			return false;
		*value = (int64_t)number;
		return true;
	}
	return false;
}

bool
config_size(const char *text, int64_t *bytes)
{
	static const struct unit units[] = {
	    {"", 1}, {"b", 1}, {"k", 0x1p10}, {"m", 0x1p20}, {"g", 0x1p30}};

	return scaled(text, units, sizeof(units) / sizeof(*units), bytes);
}

bool
config_time(const char *text, int64_t *ms)
{
	static const struct unit units[] = {{"", 1e3}, {"ms", 1}, {"s", 1e3},
	    {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};

	return scaled(text, units, sizeof(units) / sizeof(*units), ms);
}

static bool
whole_number(const char *text, int64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0';
}

void
strings_add(struct strings *s, const char *item)
{
	s->items = xrealloc(s->items, s->n + 2, sizeof(*s->items));
	s->items[s->n++] = item;
	s->items[s->n] = NULL;
}

/* The place of text among words that bars separate. */
static bool
read_word(const char *text, const char *words, unsigned *value)
{
	size_t n = strlen(text);

	*value = 0;
	if (strchr(text, '|') != NULL)
		return false;
	while (strncmp(words, text, n) != 0 ||
	       (words[n] != '|' && words[n] != '\0')) {
		words = strchr(words, '|');
		if (words++ == NULL)
			return false;
		*value += 1;
	}
	return n > 0;
}

/* Whether text is a scheme's name (URL standard, 4.3). */
static bool
is_scheme(const char *text)
{
	return isalpha((unsigned char)text[0]) &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+-.")] ==
	           '\0';
}

static bool
read_schemes(const char *text, struct config *config)
{
	char *word, *comma;

	free(config->schemes_text);
	config->schemes.n = 0;
	config->schemes_text = xstrdup(text);
	for (char *c = config->schemes_text; *c != '\0'; c++)
		*c = ascii_lower(*c);
	for (word = config->schemes_text; word != NULL; word = comma) {
		comma = strchr(word, ',');
		if (comma != NULL)
			*comma++ = '\0';
		if (!is_scheme(word))
			return false;
		strings_add(&config->schemes, word);
	}
	return true;
}

/* Whether a URL can be fetched. */
static bool
is_http_url(const char *text)
{
	struct url url;
	bool       ok;

	url_init(&url);
	ok = url_parse(&url, str_c(text), NULL) && url_is_http(&url);
	url_clear(&url);
	return ok;
}

static bool
is_sitemap(const char *text)
{
	return strcmp(text, "auto") == 0 || strcmp(text, "never") == 0 ||
	       is_http_url(text);
}

/* HOST:PORT:ADDRESS */
static bool
is_resolve(const char *text)
{
	const char *colon = strchr(text, ':');

	return colon != NULL && strchr(colon + 1, ':') != NULL;
}

/* KIND=FILE */
static bool
is_report(const char *text)
{
	const char *file = strchr(text, '=');
	struct buf  kind;
	unsigned    number;
	bool        ok;

	if (file == NULL || file[1] == '\0')
		return false;
	buf_init(&kind, 0);
	buf_add(&kind, str_n(text, (size_t)(file - text)));
	ok = read_word(buf_cstr(&kind), CONFIG_REPORTS, &number);
	buf_clear(&kind);
	return ok;
}

/* Reads a status, 100 to 999, and goes behind it. */
static bool
read_status(const char **at, int *status)
{
	*status = 0;
	for (int i = 0; i < 3; i++) {
		if (!isdigit((unsigned char)**at))
			return false;
		*status = *status * 10 + (*(*at)++ - '0');
	}
	return *status >= 100;
}

/* Reads "N" or "N..N" and the comma behind it, if there is one. */
static bool
read_statuses(const char **at, int *low, int *high)
{
	if (!read_status(at, low))
		return false;
	*high = *low;
	if (strncmp(*at, "..", 2) == 0) {
		*at += 2;
		if (!read_status(at, high) || *high < *low)
			return false;
	}
	if (**at == ',')
		return *++*at != '\0';
	return **at == '\0';
}

static bool
is_statuses(const char *text)
{
	int low, high;

	do {
		if (!read_statuses(&text, &low, &high))
			return false;
	} while (*text != '\0');
	return true;
}

bool
config_accepts(const char *accept, int status)
{
	int low, high;

	while (*accept != '\0') {
		if (!read_statuses(&accept, &low, &high))
			return false;
		if (status >= low && status <= high)
			return true;
	}
	return false;
}

/* Stores the number that text is, if it is one that the option takes. */
static bool
set_number(int64_t *at, const struct option_row *o, const char *text)
{
	int64_t value;
	bool    ok = o->type == TYPE_NUMBER || o->type == TYPE_COUNT
	                 ? whole_number(text, &value)
	             : o->type == TYPE_SIZE ? config_size(text, &value)
	                                    : config_time(text, &value);

	if (!ok || value < o->low || value > o->high)
		return false;
	*at = value;
	return true;
}

static bool
set_string(const char **at, const char *text, bool ok)
{
	if (ok)
		*at = text;
	return ok;
}

static bool
set_strings(struct strings *at, const char *text, bool ok)
{
	if (ok)
		strings_add(at, text);
	return ok;
}

bool
config_bool(const char *text, bool *value)
{
	static const char *const words[] = {
	    "false", "true", "no", "yes", "off", "on"};

	*value = true;
	if (text == NULL)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasecmp(text, words[i]) != 0)
			continue;
		*value = i % 2 == 1;
		return true;
	}
	return false;
}

/* A flag is stored in a bool, or as the number `low` of an int64_t. */
static bool
set_flag(void *at, const struct option_row *o, const char *text)
{
	int64_t *number = at;
	bool     value;

	if (!config_bool(text, &value))
		return false;
	if (o->type == TYPE_FLAG)
		*(bool *)at = value;
	else if (value)
		*number = o->low;
	else if (*number == o->low)
		*number = 0;
	return true;
}

static bool
set_count(int64_t *at, const struct option_row *o, const char *text)
{
	bool value;

	if (text == NULL)
		*at += 1;
	else if (config_bool(text, &value))
		*at = value;
	else
		return set_number(at, o, text);
	return true;
}

bool
config_set(
    struct config *config, const struct option_row *o, const char *argument)
{
	void *at = (char *)config + o->offset;

	switch (o->type) {
	case TYPE_FLAG:
	case TYPE_SET:
		return set_flag(at, o, argument);
	case TYPE_COUNT:
		return set_count(at, o, argument);
	case TYPE_NUMBER:
	case TYPE_SIZE:
	case TYPE_TIME:
		return set_number(at, o, argument);
	case TYPE_STRING:
		if ((o->flags & NONE) != 0 && *argument == '\0')
			argument = NULL;
		return set_string(at, argument, true);
	case TYPE_SITEMAP:
		return set_string(at, argument, is_sitemap(argument));
	case TYPE_STATUSES:
		return set_string(at, argument, is_statuses(argument));
	case TYPE_STRINGS:
		return set_strings(at, argument, true);
	case TYPE_RESOLVE:
		return set_strings(at, argument, is_resolve(argument));
	case TYPE_REPORT:
		return set_strings(at, argument, is_report(argument));
	case TYPE_WORD:
		return read_word(argument, o->argument, at);
	case TYPE_SCHEMES:
		return read_schemes(argument, config);
	case TYPE_HELP:
	case TYPE_VERSION:
	case TYPE_COMPLETION:
		break;
	}
	return true;
}

bool
config_is_list(const struct option_row *o)
{
	return o->type == TYPE_STRINGS || o->type == TYPE_RESOLVE ||
	       o->type == TYPE_REPORT;
}

void
config_reset(struct config *config, const struct option_row *o,
    const struct config *from)
{
	void       *to = (char *)config + o->offset;
	const void *value = (const char *)from + o->offset;

	if (config_is_list(o) || o->type == TYPE_SCHEMES)
		((struct strings *)to)->n = 0;
	else if (o->type == TYPE_FLAG)
		*(bool *)to = *(const bool *)value;
	else if (o->type == TYPE_WORD)
		*(unsigned *)to = *(const unsigned *)value;
	else if (o->type == TYPE_STRING || o->type == TYPE_SITEMAP ||
		 o->type == TYPE_STATUSES)
		*(const char **)to = *(const char *const *)value;
	else
		*(int64_t *)to = *(const int64_t *)value;
}

static bool
same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
same_strings(const struct strings *a, const struct strings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

bool
config_same(
    const struct config *a, const struct config *b, const struct option_row *o)
{
	const void *x = (const char *)a + o->offset;
	const void *y = (const char *)b + o->offset;

	switch (o->type) {
	case TYPE_FLAG:
		return *(const bool *)x == *(const bool *)y;
	case TYPE_WORD:
		return *(const unsigned *)x == *(const unsigned *)y;
	case TYPE_COUNT:
	case TYPE_SET:
	case TYPE_NUMBER:
	case TYPE_SIZE:
	case TYPE_TIME:
		return *(const int64_t *)x == *(const int64_t *)y;
	case TYPE_STRING:
	case TYPE_SITEMAP:
	case TYPE_STATUSES:
		return same_string(
		    *(const char *const *)x, *(const char *const *)y);
	case TYPE_STRINGS:
	case TYPE_RESOLVE:
	case TYPE_REPORT:
	case TYPE_SCHEMES:
		return same_strings(x, y);
	case TYPE_HELP:
	case TYPE_VERSION:
	case TYPE_COMPLETION:
		break;
	}
	return true;
}

void
config_add_wants(
    struct buf *to, const struct option_row *o, const char *argument)
{
	static const char *const wants[] = {
	    [TYPE_FLAG] = "true or false",
	    [TYPE_SET] = "true or false",
	    [TYPE_COUNT] = "true, false or a whole number",
	    [TYPE_NUMBER] = "a whole number",
	    [TYPE_SIZE] = "a size such as 500k, 16m or 1g",
	    [TYPE_TIME] = "a time such as 500ms, 10s, 5m or 1h",
	    [TYPE_SCHEMES] = "schemes such as http,https,mailto",
	    [TYPE_SITEMAP] = "auto, never or an http(s) URL",
	    [TYPE_STATUSES] = "statuses such as 200..299,403",
	    [TYPE_RESOLVE] = "HOST:PORT:ADDRESS",
	};

	if (o->type == TYPE_WORD || o->type == TYPE_COMPLETION)
		buf_addf(to, "wants one of %s", o->argument);
	else if (o->type == TYPE_REPORT)
		buf_addf(to, "wants KIND=FILE with one of " CONFIG_REPORTS);
	else
		buf_addf(to, "wants %s", wants[o->type]);
	if (o->type == TYPE_NUMBER || o->type == TYPE_COUNT)
		buf_addf(to, " from %lld to %lld", (long long)o->low,
		    (long long)o->high);
	buf_addf(to, ", not '%s'", argument);
}
