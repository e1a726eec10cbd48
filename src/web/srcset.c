/*
 * srcset.c - candidates and their descriptors.
 */
#include "acrawl/srcset.h"

/* What the descriptors of a candidate have said. */
enum {
	WIDTH = 1,
	DENSITY = 2,
	HEIGHT = 4,
	INVALID = 8,
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
drop(struct str *s, size_t n)
{
	*s = str_n(s->p + n, s->n - n);
}

static struct str
take(struct str *s, size_t n)
{
	struct str head = str_n(s->p, n);

	drop(s, n);
	return head;
}

static bool
take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	drop(s, 1);
	return true;
}

/* Takes ASCII digits, if there are any.  *positive if they are not all 0. */
static bool
take_digits(struct str *s, bool *positive)
{
	size_t n = 0;

	for (; n < s->n && is_digit(s->p[n]); n++)
		*positive |= s->p[n] != '0';
	if (n > 0)
		drop(s, n);
	return n > 0;
}

/* A valid non-negative integer other than 0. */
static bool
is_positive_integer(struct str s)
{
	bool positive = false;

	return take_digits(&s, &positive) && s.n == 0 && positive;
}

/*
 * A valid floating-point number (HTML standard, 2.3.4.3), not below 0.  Its
 * value does not matter, so the exponent has none: "-1e-999" counts as below
 * 0, though it is too small for a double.
 */
static bool
is_density(struct str s)
{
	bool negative = take_char(&s, '-');
	bool positive = false;
	bool ignored = false;
	bool integer = take_digits(&s, &positive);

	if (take_char(&s, '.') ? !take_digits(&s, &positive) : !integer)
		return false;
	if (take_char(&s, 'e') || take_char(&s, 'E')) {
		if (!take_char(&s, '-'))
			take_char(&s, '+');
		if (!take_digits(&s, &ignored))
			return false;
	}
	return s.n == 0 && !(negative && positive);
}

static unsigned
descriptor_kind(struct str d)
{
	struct str number = str_n(d.p, d.n - 1);

	switch (d.p[d.n - 1]) {
	case 'w':
		return is_positive_integer(number) ? WIDTH : INVALID;
	case 'x':
		return is_density(number) ? DENSITY : INVALID;
	case 'h':
		return is_positive_integer(number) ? HEIGHT : INVALID;
	default:
		return INVALID;
	}
}

/*
 * The standard's descriptor tokeniser.  Parentheses protect blanks and commas,
 * and do not nest.  False at the candidate's end; its comma is left to those
 * before the next.
 */
static bool
next_descriptor(struct str *rest, struct str *descriptor)
{
	bool   parens = false;
	size_t n = 0;

	while (rest->n > 0 && is_blank(rest->p[0]))
		drop(rest, 1);
	for (; n < rest->n; n++) {
		char c = rest->p[n];

		if (!parens && (c == ',' || is_blank(c)))
			break;
		parens = parens ? c != ')' : c == '(';
	}
	if (n == 0)
		return false;
	*descriptor = take(rest, n);
	return true;
}

/*
 * The standard compares each descriptor with those before it.  In whatever
 * order they come, what it lets pass is nothing, a density, a width, or a
 * width and a height, none of them twice.
 */
static bool
descriptors_valid(struct str *rest)
{
	unsigned   seen = 0;
	struct str descriptor;

	while (next_descriptor(rest, &descriptor)) {
		unsigned kind = descriptor_kind(descriptor);

		seen |= (seen & kind) != 0 ? INVALID : kind;
	}
	return seen == 0 || seen == DENSITY || seen == WIDTH ||
	       seen == (WIDTH | HEIGHT);
}

/* The bytes up to a blank, commas included.  False if nothing is left. */
static bool
next_url(struct str *rest, struct str *url)
{
	size_t n = 0;

	while (rest->n > 0 && (is_blank(rest->p[0]) || rest->p[0] == ','))
		drop(rest, 1);
	if (rest->n == 0)
		return false;
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	*url = take(rest, n);
	return true;
}

/* A comma at a URL's end ends the candidate before any descriptor. */
static bool
trim_commas(struct str *url)
{
	size_t n = url->n;

	while (url->p[url->n - 1] == ',')
		url->n--;
	return url->n < n;
}

bool
srcset_next(struct str *rest, struct str *url)
{
	while (next_url(rest, url))
		if (trim_commas(url) || descriptors_valid(rest))
			return true;
	return false;
}
