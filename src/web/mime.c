/*
 * mime.c - what a body is.
 */
#include "acrawl/mime.h"

static struct str
skip_blanks(struct str s)
{
	struct str trimmed = str_trim(s);

	return str_n(trimmed.p, s.n - (size_t)(trimmed.p - s.p));
}

/* The bytes of s before the first of two delimiters; s becomes the rest. */
static struct str
cut(struct str *s, char a, char b)
{
	struct str head = *s;

	for (head.n = 0; head.n < s->n; head.n++)
		if (head.p[head.n] == a || head.p[head.n] == b)
			break;
	*s = str_n(s->p + head.n, s->n - head.n);
	return head;
}

/* A parameter's value; quotes protect semicolons.  s becomes the rest. */
static struct str
parameter_value(struct str *s)
{
	struct str value;

	if (s->n == 0 || s->p[0] != '"')
		return str_trim(cut(s, ';', ';'));
	*s = str_n(s->p + 1, s->n - 1);
	value = cut(s, '"', '"');
	cut(s, ';', ';');
	return value;
}

/* One value: its type without parameters, and its charset; empty: none. */
struct media_type {
	struct str essence;
	struct str charset;
};

/* Whether s is type "/" subtype (MIME Sniffing standard, 4.4). */
static bool
is_essence(struct str s)
{
	struct str type = cut(&s, '/', '/');

	return type.n > 0 && s.n > 1 && memchr(s.p + 1, '/', s.n - 1) == NULL;
}

static struct media_type
read_media_type(struct str value)
{
	struct str        rest = str_trim(value);
	struct media_type type = {.essence = str_trim(cut(&rest, ';', ';'))};

	while (rest.n > 0) {
		struct str name, v;

		rest = skip_blanks(str_n(rest.p + 1, rest.n - 1));
		name = cut(&rest, ';', '=');
		if (rest.n == 0 || rest.p[0] == ';')
			continue;
		rest = str_n(rest.p + 1, rest.n - 1);
		v = parameter_value(&rest);
		if (type.charset.n == 0 &&
		    str_eq_nocase(name, STR_LIT("charset")))
			type.charset = v;
	}
	return type;
}

/* The bytes of s before a comma outside quotes; s becomes what is behind. */
static struct str
next_value(struct str *s)
{
	struct str value = *s;
	bool       quoted = false;

	for (value.n = 0; value.n < s->n; value.n++) {
		char c = value.p[value.n];

		if (c == ',' && !quoted)
			break;
		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && quoted && value.n + 1 < s->n)
			value.n++;
	}
	*s = value.n < s->n ? str_n(s->p + value.n + 1, s->n - value.n - 1)
	                    : str_n(s->p + s->n, 0);
	return value;
}

enum mime
mime_parse(struct str value, struct str *charset)
{
	static const struct {
		const char *essence;
		enum mime   mime;
	} types[] = {
	    {"text/html", MIME_HTML},
	    {"application/xhtml+xml", MIME_XML},
	    {"image/svg+xml", MIME_XML},
	};
	struct media_type all = {.essence = {"", 0}, .charset = {"", 0}};

	while (value.n > 0) {
		struct media_type one = read_media_type(next_value(&value));

		if (!is_essence(one.essence) ||
		    str_eq(one.essence, STR_LIT("*/*")))
			continue;
		if (one.charset.n > 0 ||
		    !str_eq_nocase(one.essence, all.essence))
			all.charset = one.charset;
		all.essence = one.essence;
	}
	*charset = all.charset;
	if (all.essence.n == 0)
		return MIME_UNKNOWN;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_eq_nocase(all.essence, str_c(types[i].essence)))
			return types[i].mime;
	return MIME_OTHER;
}

enum mime
mime_sniff(struct str bytes)
{
	/* Each is followed by a byte that ends a tag's name, but the last. */
	static const char *const tags[] = {"<!DOCTYPE HTML", "<HTML", "<HEAD",
	    "<SCRIPT", "<IFRAME", "<H1", "<DIV", "<FONT", "<TABLE", "<A",
	    "<STYLE", "<TITLE", "<B", "<BODY", "<BR", "<P"};

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		struct str tag = str_c(tags[i]);

		if (bytes.n > tag.n && str_starts_nocase(bytes, tag) &&
		    (bytes.p[tag.n] == ' ' || bytes.p[tag.n] == '>'))
			return MIME_HTML;
	}
	return str_starts_nocase(bytes, STR_LIT("<!--")) ? MIME_HTML
	                                                 : MIME_OTHER;
}
