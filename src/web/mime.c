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

enum mime
mime_parse(struct str value, struct str *charset)
{
	struct str rest = str_trim(value);
	struct str type = str_trim(cut(&rest, ';', ';'));
	struct str slash = type;

	*charset = str_n("", 0);
	while (rest.n > 0) {
		struct str name, v;

		rest = skip_blanks(str_n(rest.p + 1, rest.n - 1));
		name = cut(&rest, ';', '=');
		if (rest.n == 0 || rest.p[0] == ';')
			continue;
		rest = str_n(rest.p + 1, rest.n - 1);
		v = parameter_value(&rest);
		if (charset->n == 0 && str_eq_nocase(name, STR_LIT("charset")))
			*charset = v;
	}
	if (str_eq_nocase(type, STR_LIT("text/html")))
		return MIME_HTML;
	if (str_eq_nocase(type, STR_LIT("application/xhtml+xml")))
		return MIME_XHTML;
	if (cut(&slash, '/', '/').n == 0 || slash.n < 2)
		return MIME_UNKNOWN;
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
