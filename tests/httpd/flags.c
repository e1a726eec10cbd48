/*
 * flags.c - the query string.
 */
#include "flags.h"

#include <stdlib.h>

enum { NUMBER, TEXT };

static const struct flag {
	const char *name;
	size_t      offset;
	int         kind;
	bool        fault;
} table[] = {
#define FLAG_ROW(name, fault)                                                  \
	{#name, offsetof(struct flags, name), NUMBER, fault},
    FLAG_NUMBERS(FLAG_ROW)
#undef FLAG_ROW
#define FLAG_ROW(name, fault)                                                  \
	{#name, offsetof(struct flags, name), TEXT, fault},
	FLAG_TEXTS(FLAG_ROW)
#undef FLAG_ROW
};

#define FLAGS_N (sizeof(table) / sizeof(*table))

static void
flag_set(
    struct flags *f, const struct flag *flag, int64_t number, struct str text)
{
	void *field = (char *)f + flag->offset;

	if (flag->kind == NUMBER)
		*(int64_t *)field = number;
	else
		*(struct str *)field = text;
}

void
flags_init(struct flags *f)
{
	*f = (struct flags){0};
	for (size_t i = 0; i < FLAGS_N; i++)
		flag_set(f, &table[i], -1, str_n(NULL, 0));
}

size_t
percent_decode(char *p, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '%' && i + 2 < n && hex_value(p[i + 1]) >= 0 &&
		    hex_value(p[i + 2]) >= 0) {
			p[out++] = (char)(hex_value(p[i + 1]) * 16 +
					  hex_value(p[i + 2]));
			i += 2;
		} else {
			p[out++] = p[i];
		}
	}
	return out;
}

/* Takes "METHOD." off a name; false if it is for another method. */
static bool
for_method(struct str *name, struct str method)
{
	static const struct str prefixes[] = {
	    STR_LIT("head."), STR_LIT("get.")};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		struct str prefix = prefixes[i];

		if (!str_starts_nocase(*name, prefix))
			continue;
		*name = str_n(name->p + prefix.n, name->n - prefix.n);
		return str_eq_nocase(method, str_n(prefix.p, prefix.n - 1));
	}
	return true;
}

/* p, which is NUL-terminated after n bytes, is name=value. */
static void
parse_one(struct flags *f, char *p, size_t n, struct str method)
{
	char      *equals = memchr(p, '=', n);
	struct str name = str_n(p, equals != NULL ? (size_t)(equals - p) : n);
	char      *value = equals != NULL ? equals + 1 : p + n;
	size_t     length = percent_decode(value, (size_t)(p + n - value));

	value[length] = '\0';
	if (!for_method(&name, method))
		return;
	for (size_t i = 0; i < FLAGS_N; i++)
		if (str_eq(name, str_c(table[i].name)))
			flag_set(f, &table[i], strtoll(value, NULL, 10),
			    str_n(value, length));
}

void
flags_parse(struct flags *f, struct str query, struct str method)
{
	char *p;
	char *end;

	flags_init(f);
	f->decoded = xmalloc(query.n + 1);
	if (query.n > 0)
		memcpy(f->decoded, query.p, query.n);
	f->decoded[query.n] = '\0';
	for (p = f->decoded; *p != '\0'; p = end) {
		end = p + strcspn(p, "&");
		if (*end != '\0')
			*end++ = '\0';
		parse_one(f, p, strlen(p), method);
	}
}

void
flags_drop_faults(struct flags *f)
{
	for (size_t i = 0; i < FLAGS_N; i++)
		if (table[i].fault)
			flag_set(f, &table[i], -1, str_n(NULL, 0));
	if (str_eq(f->encoding, STR_LIT("bad")))
		f->encoding = str_n(NULL, 0);
}

void
flags_clear(struct flags *f)
{
	free(f->decoded);
	flags_init(f);
}
