/*
 * charset.c - which charset a page is in: labels, byte order mark, prescan.
 */
#include "charset.h"

#include <stdlib.h>

#include "labels.h"

const struct charset *
charset_utf8(void)
{
	return &charsets[CHARSET_UTF_8];
}

const struct charset *
charset_windows_1252(void)
{
	return &charsets[CHARSET_WINDOWS_1252];
}

static int
compare_label(const void *key, const void *row)
{
	const struct str   *s = key;
	const struct label *l = row;
	size_t              i;

	for (i = 0; i < s->n && l->label[i] != '\0'; i++) {
		int diff = (unsigned char)ascii_lower(s->p[i]) -
		           (unsigned char)l->label[i];

		if (diff != 0)
			return diff;
	}
	if (i < s->n)
		return 1;
	return l->label[i] != '\0' ? -1 : 0;
}

const struct charset *
charset_find(struct str label)
{
	const struct label *l;

	label = str_trim(label);
	l = bsearch(&label, labels, sizeof(labels) / sizeof(*labels),
	    sizeof(*labels), compare_label);
	return l != NULL ? &charsets[l->charset] : NULL;
}

const struct charset *
charset_bom(struct str s, size_t *n)
{
	*n = 2;
	if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0) {
		*n = 3;
		return charset_utf8();
	}
	if (s.n >= 2 && memcmp(s.p, "\xFE\xFF", 2) == 0)
		return &charsets[CHARSET_UTF_16BE];
	if (s.n >= 2 && memcmp(s.p, "\xFF\xFE", 2) == 0)
		return &charsets[CHARSET_UTF_16LE];
	*n = 0;
	return NULL;
}

static bool
is_letter(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

/*
 * A place in the bytes.  Every step of the prescan that runs out of bytes ends
 * all of it without a result; `out` says that it did.
 */
struct scan {
	const char *p;
	const char *end;
	bool        out;
};

static char
peek(struct scan *s)
{
	if (s->p < s->end)
		return *s->p;
	s->out = true;
	return '\0';
}

static void
skip_blanks(struct scan *s, bool slashes)
{
	while (is_blank(peek(s)) || (slashes && !s->out && *s->p == '/'))
		s->p++;
}

/* "Get an attribute" (13.2.3.2): false if there is no more. */
static bool
attribute(struct scan *s, struct str *name, struct str *value)
{
	char quote;

	skip_blanks(s, true);
	if (peek(s) == '>' || s->out)
		return false;
	*name = str_n(s->p, 0);
	*value = str_n(s->p, 0);
	for (;; s->p++) {
		char c = peek(s);

		if (s->out || is_blank(c) || c == '/' || c == '>' ||
		    (c == '=' && s->p > name->p))
			break;
	}
	name->n = (size_t)(s->p - name->p);
	skip_blanks(s, false);
	if (peek(s) != '=')
		return !s->out;
	s->p++;
	skip_blanks(s, false);
	quote = peek(s);
	if (quote == '"' || quote == '\'') {
		s->p++;
		value->p = s->p;
		while (peek(s) != quote && !s->out)
			s->p++;
		value->n = (size_t)(s->p - value->p);
		if (!s->out)
			s->p++;
		return !s->out;
	}
	value->p = s->p;
	while (!is_blank(peek(s)) && !s->out && *s->p != '>')
		s->p++;
	value->n = (size_t)(s->p - value->p);
	return !s->out;
}

/* "Extracting a character encoding from a meta element" (2.5.4.1). */
static const struct charset *
from_content(struct str s)
{
	size_t i = 0;
	size_t n;

	for (;; i++) {
		while (
		    i + 7 <= s.n && !str_starts_nocase(str_n(s.p + i, s.n - i),
					STR_LIT("charset")))
			i++;
		if (i + 7 > s.n)
			return NULL;
		i += 7;
		while (i < s.n && is_blank(s.p[i]))
			i++;
		if (i < s.n && s.p[i] == '=')
			break;
		i--;
	}
	i++;
	while (i < s.n && is_blank(s.p[i]))
		i++;
	if (i == s.n)
		return NULL;
	if (s.p[i] == '"' || s.p[i] == '\'') {
		const char *end = memchr(s.p + i + 1, s.p[i], s.n - i - 1);

		if (end == NULL)
			return NULL;
		return charset_find(
		    str_n(s.p + i + 1, (size_t)(end - s.p) - i - 1));
	}
	for (n = 0; i + n < s.n && !is_blank(s.p[i + n]) && s.p[i + n] != ';';)
		n++;
	return charset_find(str_n(s.p + i, n));
}

/* The attributes of a meta element; the charset that they declare, or NULL. */
static const struct charset *
from_meta(struct scan *s)
{
	enum { HTTP_EQUIV = 1, CONTENT = 2, CHARSET = 4 };

	const struct charset *found = NULL;
	bool                  failed = false;
	bool                  pragma = false;
	bool                  declared = false;
	bool                  need_pragma = false;
	unsigned              seen = 0;
	struct str            name;
	struct str            value;

	while (attribute(s, &name, &value)) {
		unsigned bit = 0;

		if (str_eq_nocase(name, STR_LIT("http-equiv")))
			bit = HTTP_EQUIV;
		else if (str_eq_nocase(name, STR_LIT("content")))
			bit = CONTENT;
		else if (str_eq_nocase(name, STR_LIT("charset")))
			bit = CHARSET;
		if ((seen & bit) != 0)
			continue;
		seen |= bit;
		if (bit == HTTP_EQUIV) {
			pragma = str_eq_nocase(value, STR_LIT("content-type"));
		} else if (bit == CONTENT && found == NULL && !failed) {
			found = from_content(value);
			if (found != NULL)
				declared = need_pragma = true;
		} else if (bit == CHARSET) {
			found = charset_find(value);
			failed = found == NULL;
			declared = true;
			need_pragma = false;
		}
	}
	if (s->out || !declared || (need_pragma && !pragma))
		return NULL;
	if (found == &charsets[CHARSET_UTF_16BE] ||
	    found == &charsets[CHARSET_UTF_16LE])
		return charset_utf8();
	if (found == &charsets[CHARSET_X_USER_DEFINED])
		return charset_windows_1252();
	return found;
}

static void
skip_to(struct scan *s, char c)
{
	while (peek(s) != c && !s->out)
		s->p++;
}

/*
 * The standard's prescan for meta elements; an XML declaration, which it looks
 * at lately, is not looked at.
 */
const struct charset *
charset_prescan(struct str bytes)
{
	struct scan           s = {bytes.p, bytes.p, false};
	struct str            rest;
	const struct charset *found;
	struct str            unused;

	if (bytes.n > CHARSET_PRESCAN_BYTES)
		bytes.n = CHARSET_PRESCAN_BYTES;
	s.end = bytes.p + bytes.n;
	for (; !s.out && s.p < s.end; s.p++) {
		if (*s.p != '<')
			continue;
		rest = str_n(s.p, (size_t)(s.end - s.p));
		if (rest.n >= 4 && memcmp(rest.p, "<!--", 4) == 0) {
			s.p += 4;
			for (skip_to(&s, '>');
			     !s.out && (s.p[-1] != '-' || s.p[-2] != '-');
			     skip_to(&s, '>'))
				s.p++;
		} else if (rest.n >= 6 &&
			   str_starts_nocase(rest, STR_LIT("<meta")) &&
			   (is_blank(rest.p[5]) || rest.p[5] == '/')) {
			s.p += 5;
			found = from_meta(&s);
			if (found != NULL)
				return found;
		} else if (rest.n >= 2 &&
			   (is_letter(rest.p[1]) ||
			       (rest.n >= 3 && rest.p[1] == '/' &&
				   is_letter(rest.p[2])))) {
			while (!is_blank(peek(&s)) && !s.out && *s.p != '>')
				s.p++;
			while (attribute(&s, &unused, &unused))
				continue;
		} else if (rest.n >= 2 &&
			   (rest.p[1] == '!' || rest.p[1] == '/' ||
			       rest.p[1] == '?')) {
			skip_to(&s, '>');
		}
	}
	return NULL;
}
