/*
 * url_parse.h - a parse under way: what the two files of the state machine,
 * url_parse.c and url_path.c, share.
 *
 * The standard's states have become functions that call their successor last;
 * the states of one part (say, authority, host and port) are one function.
 */
#ifndef ACRAWL_URL_PARSE_H
#define ACRAWL_URL_PARSE_H

#include "url_int.h"

/*
 * Invariant: what has been parsed stands in u->href, as it is serialised, and
 * p is at the first byte that has not.  Appending beyond URL_MAX_BYTES only
 * sets over, which url_parse_fragment() makes a failure.
 */
struct parse {
	struct url       *u;
	const struct url *base; /* or NULL */
	const char       *p;
	const char       *end;
	bool              over;
};

static inline void
put(struct parse *ps, struct str s)
{
	if (!buf_add(&ps->u->href, s))
		ps->over = true;
}

static inline void
put_encoded(struct parse *ps, const char *p, const char *end, unsigned set)
{
	if (!url_encode(&ps->u->href, str_n(p, (size_t)(end - p)), set))
		ps->over = true;
}

/* The offset of what is written next. */
static inline uint32_t
here(const struct parse *ps)
{
	return (uint32_t)ps->u->href.n;
}

/* Whether p has bytes left and is at c. */
static inline bool
at(const struct parse *ps, char c)
{
	return ps->p < ps->end && *ps->p == c;
}

/* Whether c ends a segment of a path; a backslash does in special URLs. */
static inline bool
is_slash(const struct parse *ps, char c)
{
	return c == '/' || (c == '\\' && ps->u->special);
}

static inline bool
at_slash(const struct parse *ps)
{
	return ps->p < ps->end && is_slash(ps, *ps->p);
}

/* The first slash, '?' or '#' from p on, or the end. */
static inline const char *
find_stop(const struct parse *ps)
{
	const char *p = ps->p;

	while (p < ps->end && *p != '?' && *p != '#' && !is_slash(ps, *p))
		p++;
	return p;
}

/*
 * A Windows drive letter: "C:" or "C|".  It counts in file URLs, where it
 * stands for a whole segment.
 */
static inline bool
is_drive(struct str s)
{
	return s.n == 2 && is_alpha(s.p[0]) && (s.p[1] == ':' || s.p[1] == '|');
}

/* The "/C:" that a path begins with, or nothing. */
struct str url_path_drive(const struct url *u, uint32_t path_end);

/* Removes the path's last segment; a drive letter stays. */
void url_path_shorten(struct parse *ps);

/*
 * The path is written: without a host it may not begin with "//", or it would
 * be taken for one when it is parsed again.
 */
void url_path_end(struct parse *ps);

/*
 * The states that have successors elsewhere.  Each goes on to the URL's end,
 * and is false if the URL is not valid.
 */

/* Path start state: p is behind an authority. */
bool url_parse_path_start(struct parse *ps);

/*
 * Path state: p is at the begin of a segment, the slash before it is passed.
 * The path that u has already is a part of the base's.
 */
bool url_parse_path(struct parse *ps);

/* Opaque path state. */
bool url_parse_opaque(struct parse *ps);

/* Query state: p is at '?', '#' or the end. */
bool url_parse_query(struct parse *ps);

/* Fragment state: p is at '#' or the end. */
bool url_parse_fragment(struct parse *ps);

#endif
