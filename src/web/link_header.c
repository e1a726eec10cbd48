/*
 * link_header.c - <url>; rel=next; title="...", <url> ...
 */
#include "acrawl/link_header.h"

/*
 * Takes the bytes before the first delimiter outside of <...> and "..." into
 * *head, and the delimiter.  False if a bracket or a quote is not closed; then
 * all is taken.
 */
static bool
cut(struct str *rest, char delimiter, struct str *head)
{
	const char *s = rest->p;
	char        close = '\0';
	size_t      n = 0;

	for (; n < rest->n && (close != '\0' || s[n] != delimiter); n++) {
		if (close == '"' && s[n] == '\\' && n + 1 < rest->n)
			n++;
		else if (close != '\0')
			close = (char)(s[n] == close ? '\0' : close);
		else if (s[n] == '"')
			close = '"';
		else if (s[n] == '<')
			close = '>';
	}
	*head = str_n(s, n);
	if (n < rest->n)
		n++;
	*rest = str_n(s + n, rest->n - n);
	return close == '\0';
}

bool
link_header_split(struct str *rest, struct str *value)
{
	while (rest->n > 0) {
		bool closed = cut(rest, ',', value);

		*value = str_trim(*value);
		if (closed && value->n > 0)
			return true;
	}
	return false;
}

/* RFC 9110, 5.6.2. */
static bool
is_token(struct str s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		char c = ascii_lower(s.p[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    memchr(others, c, sizeof(others) - 1) == NULL)
			return false;
	}
	return s.n > 0;
}

/* Takes quotes off, where there are any.  False if more follows them. */
static bool
unquote(struct str *s)
{
	size_t end = 1;

	if (s->n == 0 || s->p[0] != '"')
		return true;
	while (end < s->n && s->p[end] != '"')
		end += s->p[end] == '\\' ? 2 : 1;
	if (end + 1 != s->n)
		return false;
	*s = str_n(s->p + 1, end - 1);
	return true;
}

/* NAME, NAME=TOKEN or NAME="STRING", with blanks anywhere between. */
static bool
parse_parameter(struct str s, struct str *name, struct str *value)
{
	const char *equals = memchr(s.p, '=', s.n);

	*name = s;
	*value = str_n("", 0);
	if (equals != NULL) {
		size_t n = (size_t)(equals - s.p);

		*name = str_trim(str_n(s.p, n));
		*value = str_trim(str_n(equals + 1, s.n - n - 1));
	}
	return is_token(*name) && unquote(value);
}

static bool
parse_parameters(struct str s, struct str *rel)
{
	bool found = false;

	*rel = str_n("", 0);
	while (s.n > 0) {
		struct str parameter, name, value;

		cut(&s, ';', &parameter);
		parameter = str_trim(parameter);
		if (parameter.n == 0)
			continue;
		if (!parse_parameter(parameter, &name, &value))
			return false;
		if (!found && str_eq_nocase(name, STR_LIT("rel"))) {
			found = true;
			*rel = value;
		}
	}
	return true;
}

static bool
parse_link(struct str s, struct link_header *out)
{
	const char *end = memchr(s.p, '>', s.n);
	struct str  parameters;

	if (s.p[0] != '<' || end == NULL)
		return false;
	out->url = str_trim(str_n(s.p + 1, (size_t)(end - s.p) - 1));
	parameters = str_trim(str_n(end + 1, s.n - (size_t)(end + 1 - s.p)));
	if (parameters.n > 0 && parameters.p[0] != ';')
		return false;
	return parse_parameters(parameters, &out->rel);
}

bool
link_header_next(struct str *rest, struct link_header *out)
{
	struct str value;

	while (link_header_split(rest, &value))
		if (parse_link(value, out))
			return true;
	return false;
}
