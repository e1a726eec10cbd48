/*
 * refresh.c - "5; url=next.html" in all its spellings.
 */
#include "acrawl/refresh.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_separator(char c)
{
	return c == ';' || c == ',';
}

static void
drop(struct str *s, size_t n)
{
	*s = str_n(s->p + n, s->n - n);
}

static void
skip_blanks(struct str *s)
{
	while (s->n > 0 && is_blank(s->p[0]))
		drop(s, 1);
}

/* The time may be ".5", "1.9", even "0...": only its begin is looked at. */
static bool
skip_time(struct str *s)
{
	skip_blanks(s);
	if (s->n == 0 || !(is_digit(s->p[0]) || s->p[0] == '.'))
		return false;
	while (s->n > 0 && (is_digit(s->p[0]) || s->p[0] == '.'))
		drop(s, 1);
	return true;
}

/* A blank alone separates too. */
static bool
skip_separator(struct str *s)
{
	if (s->n == 0 || !(is_separator(s->p[0]) || is_blank(s->p[0])))
		return false;
	skip_blanks(s);
	if (s->n > 0 && is_separator(s->p[0]))
		drop(s, 1);
	skip_blanks(s);
	return true;
}

/* Skips "url =".  Without all of it, "url" is the begin of a URL. */
static void
skip_name(struct str *s)
{
	struct str rest = *s;

	if (!str_starts_nocase(rest, STR_LIT("url")))
		return;
	drop(&rest, 3);
	skip_blanks(&rest);
	if (rest.n == 0 || rest.p[0] != '=')
		return;
	drop(&rest, 1);
	skip_blanks(&rest);
	*s = rest;
}

/* A quote at the begin ends the URL at the next of its kind, if there is. */
static struct str
unquote(struct str s)
{
	const char *end;

	if (s.n == 0 || (s.p[0] != '"' && s.p[0] != '\''))
		return s;
	end = memchr(s.p + 1, s.p[0], s.n - 1);
	drop(&s, 1);
	return end == NULL ? s : str_n(s.p, (size_t)(end - s.p));
}

bool
refresh_url(struct str content, struct str *url)
{
	if (!skip_time(&content) || !skip_separator(&content))
		return false;
	skip_name(&content);
	*url = str_trim(unquote(content));
	return url->n > 0;
}
